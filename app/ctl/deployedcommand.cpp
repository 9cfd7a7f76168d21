// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/observer.h"
#include "app/ctl/program.h"
#include "app/ctl/recordedact.h"
#include "app/ctl/timeexpression.h"
#include "backend/core/format.h"
#include "backend/deadletter/letterescape.h"
#include "backend/reconcile/deployments.h"

#include <fmt/format.h>

namespace projectionist::ctl {

namespace {

constexpr const char* deployedFooter =
    "Examples:\n"
    "  projectionistctl deployed order_summary --release 4.18       # the last step of a deployment\n"
    "  projectionistctl deployed order_summary --release 4.17 --at now-2h\n"
    "Causes of differences say then which release came before the first row that a handler made wrong.\n"
    "It stands in the audit trail, see \"projectionistctl audit --act deploy\".\n"
    "Exit codes: 0 done, 2 the trail cannot be written, 3 usage or configuration.";

struct DeployedOptions
{
    std::string projection;
    std::string release;
    std::string at = "now";
};

int tellDeployed(const DeployedOptions& options, Session& session)
{
    session.applyOptions();
    const auto workspace = session.workspace();
    if (!workspace || !checkProjections(session, *workspace, {options.projection}))
        return Failed;
    const TimePoint now = SystemClock().now();
    const auto at = parseTimeExpression(options.at, now);
    if (!at || *at > now) {
        session.console.complain(at ? "--at " + options.at + ": that is yet to come" : "--at: " + toString(at.error()));
        return Failed;
    }
    auto entry = entryOf({options.projection, options.release, *at}, workspace->currentContext);
    if (!recordAct(std::move(entry), session.console))
        return Critical;
    session.console.note(
        harmless(fmt::format("{}{} was deployed {}", options.projection,
                             options.release.empty() ? "" : ' ' + options.release, formatDateTime(*at))));
    return Fine;
}

} // namespace

void addDeployedCommand(CLI::App& app, Session& session, int& exitCode)
{
    const auto options = std::make_shared<DeployedOptions>();
    auto& command = *app.add_subcommand("deployed", "Tell that a new version of a projection's worker runs");
    command.footer(deployedFooter);
    command.add_option("projection", options->projection, "A projection of the context")
        ->type_name("PROJECTION")
        ->required();
    command.add_option("--release", options->release, "What is deployed, for example 4.18")->type_name("TEXT");
    command.add_option("--at", options->at, "Since when, if not now")->type_name("TIME");
    command.callback([options, &session, &exitCode] { exitCode = tellDeployed(*options, session); });
}

} // namespace projectionist::ctl
