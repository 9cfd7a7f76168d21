// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/checkcommand.h"
#include "app/ctl/checkfreshness.h"
#include "app/ctl/checkreport.h"
#include "app/ctl/livetable.h"
#include "backend/core/format.h"
#include "backend/deadletter/letterescape.h"
#include "backend/reconcile/freshness.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <limits>

namespace projectionist::ctl {

namespace {

using Records = std::vector<CheckRunRecord>;

/// The history, if there is one: looking does not make a file.
struct OpenedHistory
{
    Workspace workspace;
    std::optional<CheckHistory> history{};
    int code = Fine; ///< if there is no history: what to answer with
};

OpenedHistory openHistory(Session& session)
{
    session.applyOptions();
    auto workspace = session.workspace();
    if (!workspace)
        return {{}, std::nullopt, Failed};
    const auto file = checkHistoryFile(stateDirectory());
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) {
        session.console.note(fmt::format("no check has been run yet: {} does not exist", file.string()));
        return {*std::move(workspace), std::nullopt, Fine};
    }
    auto history = CheckHistory::open(file);
    if (!history) {
        session.console.complain(history.error());
        return {*std::move(workspace), std::nullopt, Critical};
    }
    return {*std::move(workspace), *std::move(history), Fine};
}

/// Of the workspace and of the history: checks go, and their runs stay.
std::vector<std::string> knownNames(const Workspace& workspace, const Records& runs)
{
    std::vector<std::string> names;
    for (const auto& check : workspace.checks)
        if (check.context == workspace.currentContext)
            names.push_back(check.name);
    for (const auto& run : runs)
        if (std::find(names.begin(), names.end(), run.check) == names.end())
            names.push_back(run.check);
    return names;
}

/// All runs of the context.
Result<Records> runsOf(OpenedHistory& opened)
{
    auto runs = opened.history->runs(keptContext(opened.workspace), {}, allRuns);
    if (runs)
        for (auto& run : *runs)
            run.context = opened.workspace.currentContext;
    return runs;
}

std::string resultOf(const CheckRunRecord& run)
{
    if (run.state == CheckRunState::Failed)
        return "failed: " + harmless(run.error);
    if (run.state != CheckRunState::Finished)
        return std::string(toString(run.state));
    if (run.repair)
        return run.isRepaired() ? "repaired"
                                : fmt::format("drift, {} of {} repaired", run.repair->repaired, run.repair->of);
    if (!run.drift && run.pending == 0 && !run.complete)
        return "no drift found so far";
    return run.drift ? "drift" : run.pending > 0 ? "no drift is proved" : "no drift";
}

std::string numberText(std::size_t number)
{
    return formatNumber(static_cast<std::int64_t>(number));
}

/// "17 (3 missing, 1 extra, 13 different), 2 pending".
std::string differencesOf(const CheckRunRecord& run)
{
    if (run.state != CheckRunState::Finished)
        return {};
    std::string parts;
    for (const auto& [count, word] :
         {std::pair(run.missing, "missing"), std::pair(run.extra, "extra"), std::pair(run.different, "different")})
        if (count > 0)
            parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", numberText(count), word);
    std::string text = (run.complete ? "" : "at least ") + numberText(run.confirmed());
    if (run.drift && run.confirmed() == 0)
        text = fmt::format("{} rows instead of {}", formatNumber(run.actualRows), formatNumber(run.expectedRows));
    if (!parts.empty())
        text += " (" + parts + ')';
    return run.pending > 0 ? text + fmt::format(", {} pending", numberText(run.pending)) : text;
}

/// How much is wrong, in one number.
std::int64_t driftOf(const CheckRunRecord& run)
{
    if (run.drift && run.confirmed() == 0)
        return std::abs(run.actualRows - run.expectedRows);
    return static_cast<std::int64_t>(run.confirmed());
}

/// "17 now, 0 until 2026-11-22 14:01:00 UTC"; empty if there is no result.
std::string trendOf(const Records& runs)
{
    const auto finished = [](const CheckRunRecord& run) { return run.state == CheckRunState::Finished; };
    const auto last = std::find_if(runs.rbegin(), runs.rend(), finished);
    if (last == runs.rend())
        return {};
    const auto now = driftOf(*last);
    const auto former = std::find_if(last, runs.rend(),
                                     [&](const CheckRunRecord& run) { return finished(run) && driftOf(run) != now; });
    if (former != runs.rend())
        return fmt::format("{} now, {} until {}", formatNumber(now), formatNumber(driftOf(*former)),
                           formatDateTime(former->began + former->took));
    const auto first = std::find_if(runs.begin(), runs.end(), finished);
    return fmt::format("{} now, as in all runs since {}", formatNumber(now), formatDateTime(first->began));
}

Json repairJson(const std::optional<CheckRepair>& repair)
{
    if (!repair)
        return {};
    return {{"at", formatRfc3339(repair->at)},
            {"by", repair->by},
            {"replay", repair->replay},
            {"repaired", repair->repaired},
            {"confirmed", repair->of}};
}

Json runJson(const CheckRunRecord& run)
{
    return {{"number", run.number},
            {"context", run.context},
            {"check", run.check},
            {"by", run.by},
            {"began", formatRfc3339(run.began)},
            {"took_ms",
             run.state == CheckRunState::Running || run.state == CheckRunState::Lost ? Json() : Json(run.took.count())},
            {"state", toString(run.state)},
            {"error", run.error.empty() ? Json() : Json(run.error)},
            {"severity", toString(run.severity)},
            {"drift", run.drift},
            {"confirmed", run.confirmed()},
            {"missing", run.missing},
            {"extra", run.extra},
            {"different", run.different},
            {"pending", run.pending},
            {"settled", run.settled},
            {"expected_rows", run.expectedRows},
            {"actual_rows", run.actualRows},
            {"complete", run.complete},
            {"repair", repairJson(run.repair)}};
}

std::string runTable(const Records& runs)
{
    TextTable table({">RUN", "BEGAN", ">TOOK", "BY", "RESULT", "DIFFERENCES"});
    for (const auto& run : runs) {
        const bool ended = run.state != CheckRunState::Running && run.state != CheckRunState::Lost;
        table.add({std::to_string(run.number), formatDateTime(run.began), ended ? formatDuration(run.took) : "",
                   harmless(run.by), resultOf(run), differencesOf(run)});
    }
    return table.text();
}

/// The newest runs of one check; the trend is of all that there are.
void printRuns(const std::string& name, const Records& all, const CheckOptions& options, Session& session)
{
    const auto hidden = all.size() > options.last ? all.size() - options.last : 0;
    const Records shown(all.begin() + static_cast<std::ptrdiff_t>(hidden), all.end());
    std::string lines;
    if (options.json) {
        for (const auto& run : shown)
            lines += harmlessJson(text(runJson(run), true));
    } else {
        const auto trend = trendOf(all);
        lines = fmt::format("{}\n{}{}", harmless(name), runTable(shown),
                            trend.empty() ? "" : fmt::format("{}: {}\n", harmless(name), trend));
    }
    session.console.print(lines);
    if (hidden > 0)
        session.console.note(
            harmless(fmt::format("{}: {} older runs are not shown; --last N has them", name, numberText(hidden))));
}

/// What `show` adds to a result.
struct ShownFreshness
{
    std::string line;
    Json json;
};

ShownFreshness freshnessOf(const CheckResult& result, const Workspace& workspace, Session& session)
{
    const auto& checks = workspace.checks;
    const auto known = std::find_if(checks.begin(), checks.end(), [&](const CheckSettings& check) {
        return check.context == workspace.currentContext && check.name == result.check;
    });
    const auto check = known == checks.end() ? CheckSettings{} : *known;
    const auto events = eventsSinceThen(workspace, result, session);
    const TimePoint now = SystemClock().now();
    const TimePoint verified = result.verifiedAt == TimePoint{} ? result.began + result.took : result.verifiedAt;
    return {fmt::format("by now: verified {}{}\n", ageText(check, verified, now),
                        events ? fmt::format(", {} events since", formatNumber(*events)) : std::string()),
            {{"age_ms", (now - verified).count()},
             {"stale", staleFrom(check, verified) <= now},
             {"events_since", events ? Json(*events) : Json()}}};
}

/// The run that is meant; nullopt: it was complained about.
std::optional<std::uint64_t> runMeant(const std::string& run, OpenedHistory& opened, Session& session, int& code)
{
    std::uint64_t number = 0;
    const auto [end, failure] = std::from_chars(run.data(), run.data() + run.size(), number);
    if (failure == std::errc{} && end == run.data() + run.size())
        return number;
    const auto runs = runsOf(opened);
    if (!runs) {
        session.console.complain(runs.error());
        code = Critical;
        return std::nullopt;
    }
    code = Failed;
    const auto found = std::find_if(runs->rbegin(), runs->rend(), [&](const CheckRunRecord& one) {
        return one.check == run && one.state == CheckRunState::Finished;
    });
    if (found != runs->rend())
        return found->number;
    const auto names = knownNames(opened.workspace, *runs);
    session.console.complain(std::find(names.begin(), names.end(), run) == names.end()
                                 ? unknownCheck(opened.workspace.currentContext, run, names)
                                 : fmt::format("no run of \"{}\" has come to its end yet", run));
    return std::nullopt;
}

} // namespace

int listCheckRuns(const CheckOptions& options, Session& session)
{
    auto opened = openHistory(session);
    if (!opened.history)
        return opened.code;
    const auto& context = opened.workspace.currentContext;
    const auto runs = runsOf(opened);
    if (!runs) {
        session.console.complain(runs.error());
        return Critical;
    }
    const auto names = knownNames(opened.workspace, *runs);
    for (const auto& name : options.names)
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            session.console.complain(unknownCheck(context, name, names));
            return Failed;
        }
    for (const auto& name : options.names.empty() ? names : options.names) {
        Records ofCheck;
        std::copy_if(runs->begin(), runs->end(), std::back_inserter(ofCheck),
                     [&](const CheckRunRecord& run) { return run.check == name; });
        if (ofCheck.empty())
            session.console.note(harmless(name + ": it has not been run yet"));
        else
            printRuns(name, ofCheck, options, session);
    }
    return Fine;
}

int showCheckRun(const CheckOptions& options, Session& session)
{
    auto opened = openHistory(session);
    if (!opened.history)
        return opened.code == Fine ? Failed : opened.code;
    int code = Failed;
    const auto number = runMeant(options.run, opened, session, code);
    if (!number)
        return code;
    const auto result = opened.history->result(*number);
    if (!result) {
        session.console.complain(result.error());
        return result.error().kind == ErrorKind::NotFound ? Failed : Critical;
    }
    const auto now = freshnessOf(*result, opened.workspace, session);
    if (!options.json) {
        session.console.print(resultText(*result) + now.line);
        return Fine;
    }
    auto json = toJson(*result, *number);
    json.update(now.json);
    session.console.print(harmlessJson(text(json, true)));
    return Fine;
}

} // namespace projectionist::ctl
