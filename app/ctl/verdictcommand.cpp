// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/livetable.h"
#include "app/ctl/program.h"
#include "app/ctl/snapshotjson.h"
#include "backend/core/format.h"
#include "backend/lag/samplesfile.h"

#include <fmt/format.h>
#include <iostream>

namespace projectionist::ctl {

namespace {

constexpr const char* verdictFooter =
    "Examples:\n"
    "  projectionistctl record --projection order_summary --seconds 300 --output night.jsonl\n"
    "  projectionistctl verdict --samples night.jsonl --changes\n"
    "  projectionistctl verdict --samples night.jsonl --json | jq -r .verdict.evidence\n"
    "The exit code is that of the last verdict.";

struct VerdictOptions
{
    std::string samples;
    bool changes = false;
    bool json = false;
};

std::string line(const ProjectionSample& sample, const Assessment& assessment, bool color)
{
    const std::string word(label(assessment.verdict.kind));
    const std::string state =
        color && !colorOf(assessment.verdict.kind).empty() ? colorOf(assessment.verdict.kind) + word + "\x1b[0m" : word;
    return fmt::format("{}  {}{}  lag {}, backlog {}, {}  {}\n", formatRfc3339(sample.at), state,
                       std::string(word.size() < 14 ? 14 - word.size() : 0, ' '), formatLag(assessment.lag),
                       assessment.backlog ? formatCount(*assessment.backlog) : "\u2014", toString(assessment.forecast),
                       assessment.verdict.evidence);
}

Json jsonLine(const ProjectionSample& sample, const Assessment& assessment)
{
    Json json{{"projection", sample.projection}, {"at", formatRfc3339(sample.at)}, {"fresh", sample.fresh}};
    json.update(toJson(assessment));
    return json;
}

int runVerdict(const VerdictOptions& options, Session& session)
{
    session.applyOptions();
    const auto recorded = options.samples == "-" ? readSamples(std::cin, "standard input")
                                                 : readSamples(std::filesystem::path(options.samples));
    if (!recorded || recorded->samples.empty()) {
        session.console.complain(recorded
                                     ? options.samples + " holds no samples; \"projectionistctl record\" writes some"
                                     : toString(recorded.error()));
        return Failed;
    }
    const auto verdicts = replay(*recorded);
    std::optional<VerdictKind> last;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        const auto kind = verdicts[i].verdict.kind;
        const auto& sample = recorded->samples[i];
        if ((!options.changes || kind != last) &&
            !session.console.print(options.json ? text(jsonLine(sample, verdicts[i]), true)
                                                : line(sample, verdicts[i], session.console.color())))
            break;
        last = kind;
    }
    return severity(verdicts.back().verdict.kind);
}

} // namespace

void addVerdictCommand(CLI::App& app, Session& session, int& exitCode)
{
    const auto options = std::make_shared<VerdictOptions>();
    auto* const command =
        app.add_subcommand("verdict", "Send a recorded session through the evaluator: the verdict after each sample");
    command->footer(verdictFooter);
    command->add_option("--samples", options->samples, "What \"record\" wrote; - is standard input")
        ->type_name("FILE")
        ->required();
    command->add_flag("--changes", options->changes, "Only samples at which the verdict changes");
    command->add_flag("--json", options->json, "One JSON object a line");
    command->callback([options, &session, &exitCode] { exitCode = runVerdict(*options, session); });
}

} // namespace projectionist::ctl
