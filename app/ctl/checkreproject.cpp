// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/checkreproject.h"

#include "app/ctl/checkcommand.h"
#include "app/ctl/checkreport.h"
#include "app/ctl/deadletterlook.h"
#include "app/ctl/recordedact.h"
#include "app/ctl/replayplanlook.h"
#include "app/ctl/replayruncommand.h"
#include "backend/core/format.h"
#include "backend/deadletter/letterescape.h"
#include "backend/reconcile/eventkeys.h"
#include "backend/reconcile/reproject/reprojectionplanner.h"
#include "backend/reconcile/reproject/rowwriter.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <future>
#include <sstream>

namespace projectionist::ctl {

namespace {

constexpr const char* reprojectFooter =
    "Replays all events of the keys whose rows a run of the check has confirmed to be wrong, from the first one in "
    "the\n"
    "log on, and checks these keys again; the run is then marked as repaired. Refused if the log has lost its "
    "beginning.\n"
    "Without --command the rows are written by the projection's declaration, [projections.declared] in\n"
    "projectionist-workspace(5): each is locked, folded up to where the projection is, written and read back in one\n"
    "transaction, so that workers may run on. A command gets one event after the other on standard input, as in "
    "\"replay\",\nand PROJECTIONIST_REPROJECT=1, PROJECTIONIST_REPROJECT_EVENT (from 1) and "
    "PROJECTIONIST_REPROJECT_EVENTS (of this\nkey) in its environment: a handler that remembers what it applied has to "
    "apply it once more.\n"
    "Examples:\n"
    "  projectionistctl check reproject order_summary --all --dry-run      what would be done\n"
    "  projectionistctl check reproject order_summary --all\n"
    "  projectionistctl check reproject order_summary --run 17 --key o-1004 --key o-1009 --yes\n"
    "  projectionistctl check reproject order_summary --all --command '/opt/orders/apply --one'\n"
    "Exit codes: 0 all keys are right, 1 some are not or it was ended before, 2 it stopped by itself, 3 it was "
    "refused,\n"
    "usage or configuration. A run that stopped is resumed by \"replay resume\".";

struct ReprojectOptions
{
    std::string check;
    std::uint64_t run = 0; ///< 0: the last finished one
    std::vector<std::string> keys;
    bool all = false;
    std::string command;
    std::vector<std::string> arguments;
    std::size_t mostEvents = 1000;
    double rate = 10;
    std::vector<std::size_t> ladder;
    std::string proofWithin = "60s";
    std::string logTime = "10m";
    bool dryRun = false;
    ReplayRunOptionsGiven running; ///< json, yes, confirm, reason
};

std::vector<std::string> wordsIn(const std::string& text)
{
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    return words;
}

/// A key of several columns is written as JSON: ["o-17", "2"].
std::optional<std::vector<std::string>> keyIn(const std::string& text, std::size_t columns)
{
    if (columns == 1)
        return std::vector{text};
    const auto json = Json::parse(text, nullptr, false);
    if (!json.is_array() || json.size() != columns ||
        std::any_of(json.begin(), json.end(), [](const Json& one) { return !one.is_string(); }))
        return std::nullopt;
    return json.get<std::vector<std::string>>();
}

/// One call of "check reproject".
class Reprojecting
{
public:
    Reprojecting(const ReprojectOptions& options, Session& session) : m_options(options), m_session(session) {}

    int run()
    {
        if (m_options.all == !m_options.keys.empty())
            return complain("which keys? Name them with --key, or say --all");
        CheckOptions check;
        check.names = {m_options.check};
        auto chosen = chosenChecks(check, m_session);
        if (!chosen)
            return Failed;
        const auto result = formerResult(*chosen);
        if (!result)
            return complain(toString(result.error()));
        auto request = requestFor(chosen->checks.front(), chosen->workspace, *result);
        if (!request)
            return Failed;
        auto plan = makePlan(chosen->workspace, *std::move(request));
        if (!plan)
            return complain(toString(plan.error()), codeOf(plan.error()));
        show(*plan, chosen->workspace);
        if (!plan->dryRun.refusals.empty())
            return complain("the keys are not reprojected, for what the dry run found");
        if (m_options.dryRun) {
            m_session.console.note("nothing was changed");
            return Fine;
        }
        return runReplay(m_options.running, *plan, false, m_session);
    }

private:
    int complain(const std::string& text, int code = Failed)
    {
        m_session.console.complain(harmless(text));
        return code;
    }
    static int codeOf(const Error& error)
    {
        const bool settings = error.kind == ErrorKind::Configuration || error.kind == ErrorKind::NotFound ||
                              error.kind == ErrorKind::InvalidData;
        return settings ? Failed : Critical;
    }

    Result<CheckResult> formerResult(const ChosenChecks& chosen)
    {
        auto history = CheckHistory::open(checkHistoryFile(stateDirectory()));
        if (!history)
            return tl::unexpected(history.error());
        const auto& context = *chosen.workspace.context(chosen.workspace.currentContext);
        const auto runs = history->runs(historyContext(context), m_options.check, allRuns);
        if (!runs)
            return tl::unexpected(runs.error());
        const auto meant = std::find_if(runs->rbegin(), runs->rend(), [&](const CheckRunRecord& one) {
            return one.state == CheckRunState::Finished && (m_options.run == 0 || one.number == m_options.run);
        });
        if (meant == runs->rend())
            return tl::unexpected(Error{ErrorKind::NotFound, "There is nothing to reproject",
                                        m_options.run == 0
                                            ? "no run of this check has come to its end yet"
                                            : fmt::format("run {} is no finished run of it", m_options.run),
                                        "Run the check.", false});
        m_run = meant->number;
        return history->result(m_run);
    }

    std::optional<ReprojectionRequest> requestFor(const CheckSettings& check, const Workspace& workspace,
                                                  const CheckResult& result)
    {
        const auto proof = parseDuration(m_options.proofWithin);
        const auto logTime = parseDuration(m_options.logTime);
        if (!proof || *proof <= Duration(0) || !logTime || *logTime <= Duration(0)) {
            complain("--proof-within and --log-time: no duration; write 60s");
            return std::nullopt;
        }
        const auto chosen = chosenKeys(result);
        if (!chosen)
            return std::nullopt;
        auto keys = wrongKeys(check, workspace, result, *chosen);
        if (!keys) {
            complain(toString(keys.error()));
            return std::nullopt;
        }
        ReprojectionRequest request{check, m_run, *std::move(keys), {}};
        request.draft.madeBy = actingUser();
        request.draft.reason = m_options.running.reason;
        request.draft.rate = m_options.rate;
        if (!m_options.ladder.empty())
            request.draft.ladder = m_options.ladder;
        request.draft.proofWithin = *proof;
        request.mostEvents = m_options.mostEvents;
        request.logTime = *logTime;
        request.journals = replayFolder(stateDirectory());
        return takeTarget(check, workspace, request.draft.target) ? std::optional(std::move(request)) : std::nullopt;
    }

    std::optional<std::vector<std::vector<std::string>>> chosenKeys(const CheckResult& result)
    {
        const auto columns = (result.rows ? *result.rows : result).keyColumns.size();
        std::vector<std::vector<std::string>> chosen;
        for (const auto& text : m_options.keys) {
            auto key = keyIn(text, columns);
            if (!key) {
                complain(fmt::format("--key {}: the key has {} columns; write a JSON array of texts", text, columns));
                return std::nullopt;
            }
            chosen.push_back(*std::move(key));
        }
        return chosen;
    }

    /// False, after a complaint, if there is none.
    bool takeTarget(const CheckSettings& check, const Workspace& workspace, ReplayTarget& target)
    {
        target.command = wordsIn(m_options.command);
        target.command.insert(target.command.end(), m_options.arguments.begin(), m_options.arguments.end());
        target.kind = target.command.empty() ? ReplayTargetKind::Rows : ReplayTargetKind::Command;
        const auto* const projection = projectionCalled(workspace, check.context, check.projection);
        const auto why =
            target.kind == ReplayTargetKind::Rows && projection ? whyNotWritten(*projection) : std::nullopt;
        if (why)
            complain(toString(*why) + " Or name a program that applies events: --command.");
        return !why;
    }

    Result<ReplayPlan> makePlan(const Workspace& workspace, ReprojectionRequest request)
    {
        const SystemClock clock;
        std::stop_source stop;
        m_session.console.note("the log is read for the events of these keys");
        auto made = std::async(std::launch::async, [&] {
            return planReprojection(workspace, std::move(request), reprojectionConnectors(), clock, stop.get_token());
        });
        while (made.wait_for(Duration(0)) != std::future_status::ready)
            if (m_session.interruption.wait(Duration(20))) {
                stop.request_stop();
                made.wait();
            }
        return made.get();
    }

    void show(const ReplayPlan& plan, const Workspace& workspace)
    {
        constexpr std::size_t listed = 20;
        const LetterMasks masks(workspace.context(plan.context)->deadLetters.masks);
        const DeadLetterLook look{&masks, false};
        if (m_options.running.json)
            m_session.console.print(harmlessJson(text(planJson(plan, look), true)));
        else
            m_session.console.print(planText(plan, listed, look));
    }

    const ReprojectOptions& m_options;
    Session& m_session;
    std::uint64_t m_run = 0;
};

void addReprojectPace(CLI::App& command, const std::shared_ptr<ReprojectOptions>& options)
{
    command.add_option("--rate", options->rate, "Events (or rows) per second, 10 by default")
        ->type_name("N")
        ->check(CLI::Range(0.001, 1'000'000.0));
    command.add_option("--ladder", options->ladder, "Keys of each step; the last goes on: 1,5,25 by default")
        ->type_name("N,N,...")
        ->delimiter(',')
        ->check(CLI::PositiveNumber);
    command
        .add_option("--proof-within", options->proofWithin,
                    "A step that is not proved by then stops the run, 60s by default; how long a command may take")
        ->type_name("DURATION");
    command.add_option("--log-time", options->logTime, "How long the log may be read for the events, 10m by default")
        ->type_name("DURATION");
    command.add_option("--max-events", options->mostEvents, "Refuse keys that have more events, 1000 by default")
        ->type_name("N")
        ->check(CLI::PositiveNumber);
}

} // namespace

void addReprojectCommand(CLI::App& parent, Session& session, int& exitCode)
{
    const auto options = std::make_shared<ReprojectOptions>();
    auto& command = *parent.add_subcommand("reproject", "Replay the events of keys whose rows are wrong");
    command.footer(reprojectFooter);
    command.fallthrough();
    command.add_option("name", options->check, "The check that found them")->type_name("NAME")->required();
    command.add_option("--run", options->run, "That run of it; the last finished one by default")
        ->type_name("NUMBER")
        ->check(CLI::PositiveNumber);
    command
        .add_option("--key", options->keys,
                    "The row with this key; of several columns a JSON array. May be said several times")
        ->type_name("KEY");
    command.add_flag("--all", options->all, "All confirmed differences");
    command.add_option("--command", options->command, "Program and arguments that apply one event")
        ->type_name("COMMAND");
    command.add_option("--argument", options->arguments, "One more argument of it, whatever is in it")
        ->type_name("TEXT");
    addReprojectPace(command, options);
    command.add_option("--reason", options->running.reason, "Why; needed on production")->type_name("TEXT");
    command.add_flag("--dry-run", options->dryRun, "Show the plan, and change nothing");
    command.add_flag("-y,--yes", options->running.yes, "Do not ask; on production see --confirm");
    command.add_option("--confirm", options->running.confirm, "On production: the projection, or the command")
        ->type_name("NAME");
    command.add_flag("--json", options->running.json, "One JSON object a line: the plan, progress, and what is left");
    command.callback([options, &session, &exitCode] { exitCode = Reprojecting(*options, session).run(); });
}

int checkReprojectedKeys(const Workspace& workspace, const ReplayPlan& plan, bool json, Session& session)
{
    const auto& reprojection = *plan.reprojection;
    const auto check = std::find_if(workspace.checks.begin(), workspace.checks.end(), [&](const CheckSettings& one) {
        return one.context == plan.context && one.name == reprojection.check;
    });
    auto history = CheckHistory::open(checkHistoryFile(stateDirectory()));
    if (check == workspace.checks.end() || !history) {
        session.console.complain(harmless(history ? fmt::format("the workspace has no check \"{}\" any more: its keys "
                                                                "were not checked again",
                                                                reprojection.check)
                                                  : toString(history.error())));
        return Critical;
    }
    session.console.note(fmt::format("{} keys are checked again", reprojection.keys.size()));
    const SystemClock clock;
    std::atomic<bool> stop = false;
    std::optional<RepairOutcome> done;
    const auto again = onCheckRun(*check, workspace, session, stop, [&](CheckRun& run) -> Result<CheckResult> {
        auto result = checkRepair(run, reprojectedRows(plan), *history, actingUser(), clock);
        if (!result)
            return tl::unexpected(result.error());
        done = *std::move(result);
        return done->again;
    });
    if (!again) {
        session.console.complain(harmless("the keys were not checked again: " + toString(again.error())));
        return Critical;
    }
    const auto& repair = done->repair;
    const auto keys = reprojection.keys.size();
    const auto right = keys - again->differences.size();
    if (json) {
        session.console.print(harmlessJson(text(Json{{"check", reprojection.check},
                                                     {"run", reprojection.run},
                                                     {"replay", plan.id},
                                                     {"keys", keys},
                                                     {"right", right},
                                                     {"repaired", repair.repaired},
                                                     {"confirmed", repair.of},
                                                     {"left", toJson(*again, 0)}},
                                                true)));
    } else {
        if (!again->differences.empty())
            session.console.print(resultText(*again));
        session.console.print(fmt::format("{} of {} keys are right now; run {} of {}: {} of {} repaired\n", right, keys,
                                          reprojection.run, harmless(reprojection.check), repair.repaired, repair.of));
    }
    return again->differences.empty() ? Fine : Warning;
}

} // namespace projectionist::ctl
