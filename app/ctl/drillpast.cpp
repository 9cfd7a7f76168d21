// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/drillcommand.h"
#include "app/ctl/livetable.h"
#include "backend/core/format.h"
#include "backend/deadletter/letterescape.h"
#include "backend/reconcile/eventkeys.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace projectionist::ctl {

namespace {

std::string drillCell(const Cell& cell)
{
    return cell ? '"' + harmless(*cell) + '"' : "NULL";
}

std::string drillDifference(const CheckResult& compared, const RowDifference& one)
{
    std::string line = "  " + std::string(one.kind());
    for (const auto& value : one.key)
        line += ' ' + harmless(value);
    for (const auto column : one.differing)
        line += fmt::format("  {}: {} instead of {}", harmless(compared.columns[column]),
                            drillCell((*one.actual)[column]), drillCell((*one.expected)[column]));
    return line + '\n';
}

Json rowOf(const CheckResult& compared, const std::optional<std::vector<Cell>>& row)
{
    if (!row)
        return {};
    Json cells = Json::object();
    for (std::size_t i = 0; i < compared.columns.size(); ++i)
        cells[compared.columns[i]] = (*row)[i] ? Json(*(*row)[i]) : Json();
    return cells;
}

/// Runs of the context, with the name that people know it by; nullopt: `code`.
std::optional<std::vector<DrillRecord>> drillsOf(const Workspace& workspace, std::size_t most, Session& session,
                                                 int& code)
{
    const auto file = drillHistoryFile(stateDirectory());
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) // looking does not make a file
        return std::vector<DrillRecord>();
    auto history = DrillHistory::open(file);
    const auto* const context = workspace.context(workspace.currentContext);
    auto runs = history ? history->runs(context ? historyContext(*context) : workspace.currentContext, most)
                        : tl::unexpected(history.error());
    if (!runs) {
        session.console.complain(runs.error());
        code = Critical;
        return std::nullopt;
    }
    for (auto& run : *runs)
        run.context = workspace.currentContext;
    return *std::move(runs);
}

std::string drillOutcome(const DrillRecord& record)
{
    std::string text(record.outcome());
    if (record.state == CheckRunState::Failed)
        return text + ": " + harmless(record.error);
    if (record.state == CheckRunState::Finished && record.result.differing > 0)
        text += fmt::format(": {} rows differ", formatNumber(record.result.differing));
    return text;
}

std::vector<std::string> drillCells(const DrillRecord& record)
{
    const bool ended = record.state != CheckRunState::Running && record.state != CheckRunState::Lost;
    return {std::to_string(record.number),
            harmless(record.result.projection),
            std::string(toString(record.result.kind)),
            formatDateTime(record.began),
            ended ? formatDuration(record.result.took) : "",
            record.state == CheckRunState::Finished ? formatNumber(record.result.events) : "",
            harmless(record.by),
            drillOutcome(record)};
}

const std::vector<std::string> drillHeadings{">RUN",  "PROJECTION", "DRILL", "BEGAN",
                                             ">TOOK", ">EVENTS",    "BY",    "RESULT"};

/// Projections of the context, and what keeps each from being drilled.
void addUndrilled(const Workspace& workspace, const std::vector<DrillRecord>& runs, TextTable& table)
{
    for (const auto& projection : workspace.projectionsOf(workspace.currentContext)) {
        const auto label = projection.version.empty() ? projection.name : projection.name + ':' + projection.version;
        const auto why = whyNoDrill(workspace, projection);
        for (const auto kind : allDrills) {
            const bool known = std::ranges::any_of(runs, [&](const DrillRecord& run) {
                return run.result.projection == label && run.result.kind == kind;
            });
            if (!known)
                table.add({"", harmless(label), std::string(toString(kind)), "", "", "", "",
                           why ? "cannot be run: " + harmless(why->why) : "never run"});
        }
    }
}

} // namespace

std::string drillText(const DrillResult& result)
{
    std::string text =
        fmt::format("{} of {}: {}, {} events in {}\n", toString(result.kind), harmless(result.projection),
                    result.passed ? "passed" : "FAILED", formatNumber(result.events), formatDuration(result.took));
    for (const auto& sentence : result.seen)
        text += "  " + harmless(sentence) + '\n';
    for (const auto& one : result.compared.differences)
        text += drillDifference(result.compared, one);
    return text;
}

Json toJson(const DrillRecord& record)
{
    const auto& result = record.result;
    Json differences = Json::array();
    for (const auto& one : result.compared.differences)
        differences.push_back({{"kind", one.kind()},
                               {"key", one.key},
                               {"expected", rowOf(result.compared, one.expected)},
                               {"actual", rowOf(result.compared, one.actual)}});
    const bool finished = record.state == CheckRunState::Finished;
    return {{"number", record.number == 0 ? Json() : Json(record.number)},
            {"context", record.context},
            {"projection", result.projection},
            {"drill", toString(result.kind)},
            {"by", record.by},
            {"began", formatRfc3339(record.began)},
            {"took_ms", result.took.count()},
            {"state", toString(record.state)},
            {"error", record.error.empty() ? Json() : Json(record.error)},
            {"passed", finished ? Json(result.passed) : Json()},
            {"events", result.events},
            {"rows", result.rows},
            {"differing", result.differing},
            {"seen", result.seen},
            {"differences", std::move(differences)}};
}

int listDrills(const DrillOptions& options, Session& session)
{
    session.applyOptions();
    const auto workspace = session.workspace();
    int code = Failed;
    const auto runs = workspace ? drillsOf(*workspace, 1, session, code) : std::nullopt;
    if (!runs)
        return code;
    TextTable table(drillHeadings);
    std::string lines;
    for (const auto& run : *runs) {
        table.add(drillCells(run));
        lines += harmlessJson(text(toJson(run), true));
    }
    addUndrilled(*workspace, *runs, table);
    session.console.print(options.json ? lines : table.text());
    const bool failed = std::ranges::any_of(
        *runs, [](const DrillRecord& run) { return run.state == CheckRunState::Finished && !run.result.passed; });
    return failed ? Warning : Fine;
}

int listDrillRuns(const DrillOptions& options, Session& session)
{
    session.applyOptions();
    const auto workspace = session.workspace();
    int code = Failed;
    const auto runs = workspace ? drillsOf(*workspace, options.last, session, code) : std::nullopt;
    if (!runs)
        return code;
    TextTable table(drillHeadings);
    std::string lines;
    for (const auto& run : *runs) {
        if (!options.projection.empty() && run.result.projection != options.projection)
            continue;
        table.add(drillCells(run));
        lines += harmlessJson(text(toJson(run), true));
    }
    session.console.print(options.json ? lines : table.text());
    if (lines.empty())
        session.console.note("no drill has been run yet");
    return Fine;
}

} // namespace projectionist::ctl
