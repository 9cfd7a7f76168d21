// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/checkreport.h"

#include "backend/core/format.h"
#include "backend/deadletter/letterescape.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist::ctl {

namespace {

std::string sideText(const CheckSide& side)
{
    return harmless(side.store + ' ' + (side.query.empty() ? side.table : "a query"));
}

const char* levelWord(DiagnosticLevel level)
{
    switch (level) {
    case DiagnosticLevel::Info:
        return "info";
    case DiagnosticLevel::Warning:
        return "warning";
    case DiagnosticLevel::Error:
        break;
    }
    return "error";
}

/// More than a terminal shows at once; --json has all.
constexpr std::size_t mostInText = 40;

/// In quotes, so that blanks at its ends are seen.
std::string cellText(const Cell& cell)
{
    return cell ? '"' + harmless(*cell) + '"' : std::string("NULL");
}

std::string verdictOf(const CheckResult& result)
{
    if (result.hasDrift())
        return result.kind == CheckKind::Count
                   ? std::string("drift")
                   : fmt::format("drift: {}{} difference{}", result.complete ? "" : "at least ",
                                 formatNumber(static_cast<std::int64_t>(result.count(DriftState::Confirmed))),
                                 result.count(DriftState::Confirmed) == 1 ? "" : "s");
    if (result.counts == DriftState::Pending || result.count(DriftState::Pending) > 0)
        return "no drift is proved";
    return result.complete ? "no drift" : "no drift found so far";
}

/// What all differences of unknown cause say, if it is the same; otherwise empty.
std::string commonIgnorance(const CheckResult& result)
{
    std::string text;
    for (const auto& one : result.differences)
        if (one.cause && one.cause->cause == DriftCause::Unknown) {
            if (!text.empty() && one.cause->text != text)
                return {};
            text = one.cause->text;
        }
    return text;
}

/// "20 000 expected and 19 998 actual rows compared".
std::string lookedAt(const CheckResult& result)
{
    const std::string actual = formatNumber(result.actualRows);
    if (result.kind == CheckKind::Order)
        return actual + (result.engine == CheckEngine::Log ? " events looked at" : " rows looked at");
    return fmt::format("{} expected and {} actual {} compared", formatNumber(result.expectedRows), actual,
                       result.kind == CheckKind::Groups ? "groups" : "rows");
}

std::string differenceLines(const CheckResult& result, const RowDifference& one, const std::string& ignorance)
{
    std::string key;
    for (std::size_t i = 0; i < one.key.size(); ++i)
        key += fmt::format("{}{} = \"{}\"", i == 0 ? "" : ", ", harmless(result.keyColumns[i]), harmless(one.key[i]));
    if (result.kind == CheckKind::Order && one.actual && one.actual->size() == 2)
        return fmt::format("  {:<9} {:<9} {}\n    {}\n", toString(one.state), harmless((*one.actual)[0].value_or("")),
                           key, harmless((*one.actual)[1].value_or("")));
    std::string lines = fmt::format("  {:<9} {:<9} {}\n", toString(one.state), one.kind(), key);
    for (const auto column : one.differing)
        lines += fmt::format("    {}: expected {}, actual {}\n", harmless(result.columns[column]),
                             cellText((*one.expected)[column]), cellText((*one.actual)[column]));
    if (one.cause && !one.cause->text.empty() && one.cause->text != ignorance)
        lines += "    cause: " + harmless(one.cause->text) + '\n';
    if (!one.repairedBy.empty())
        lines += "    repaired by replay " + harmless(one.repairedBy) + '\n';
    return lines;
}

/// "  causes: 12 dead letter, 5 unknown", the most frequent first; empty if nobody has looked for any.
std::string causesLines(const CheckResult& result)
{
    std::map<DriftCause, std::size_t> counts;
    for (const auto& one : result.differences)
        if (one.cause)
            ++counts[one.cause->cause];
    std::vector<std::pair<DriftCause, std::size_t>> sorted(counts.begin(), counts.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    std::string line;
    for (const auto& [cause, count] : sorted)
        line += fmt::format("{}{} {}", line.empty() ? "  causes: " : ", ",
                            formatNumber(static_cast<std::int64_t>(count)), toString(cause));
    const auto ignorance = commonIgnorance(result);
    if (!ignorance.empty())
        line += "\n  unknown, because: " + harmless(ignorance);
    return line.empty() ? line : line + '\n';
}

/// "  verified through orders [0] 17, [1] 4, at 2026-11-22 14:02:11 UTC".
std::string verifiedLine(const CheckResult& result)
{
    if (result.verifiedAt == TimePoint{})
        return {};
    std::string through;
    std::string topic;
    for (const auto& [id, offset] : result.through) {
        through += fmt::format("{}{}[{}] {}", through.empty() ? "through " : ", ",
                               id.topic == topic ? "" : harmless(id.topic) + ' ', id.partition, formatNumber(offset));
        topic = id.topic;
    }
    return fmt::format("  verified {}{}at {}\n", through, through.empty() ? "" : ", ",
                       formatDateTime(result.verifiedAt));
}

/// What counts comes first.
std::string differencesText(const CheckResult& result)
{
    const auto ignorance = commonIgnorance(result);
    std::string text;
    std::size_t shown = 0;
    for (const bool confirmed : {true, false})
        for (const auto& one : result.differences)
            if ((one.state == DriftState::Confirmed) == confirmed && shown < mostInText) {
                text += differenceLines(result, one, ignorance);
                ++shown;
            }
    if (shown < result.differences.size())
        text += fmt::format("  and {} more: --json prints all of them\n",
                            formatNumber(static_cast<std::int64_t>(result.differences.size() - shown)));
    return text;
}

Json rowJson(const CheckResult& result, const std::optional<std::vector<Cell>>& row)
{
    if (!row)
        return {};
    Json json = Json::object();
    for (std::size_t i = 0; i < row->size(); ++i)
        json[result.columns[i]] = orNull((*row)[i]);
    return json;
}

Json eventJson(const KeyEvent& event)
{
    return {{"topic", event.id.topic},
            {"partition", event.id.partition},
            {"offset", event.offset},
            {"at", formatRfc3339(event.at)},
            {"type", event.type.empty() ? Json() : Json(event.type)}};
}

Json causeJson(const std::optional<DifferenceCause>& cause)
{
    if (!cause)
        return {};
    Json events = Json::array();
    for (const auto& event : cause->events)
        events.push_back(eventJson(event));
    return {{"cause", toString(cause->cause)},
            {"text", cause->text},
            {"rule", cause->rule},
            {"letter", cause->letter.empty() ? Json() : Json(cause->letter)},
            {"events", std::move(events)}};
}

Json throughJson(const CheckResult& result)
{
    Json all = Json::array();
    for (const auto& [id, offset] : result.through)
        all.push_back({{"topic", id.topic}, {"partition", id.partition}, {"position", offset}});
    return all;
}

Json differenceJson(const CheckResult& result, const RowDifference& one)
{
    Json key = Json::object();
    for (std::size_t i = 0; i < one.key.size(); ++i)
        key[result.keyColumns[i]] = one.key[i];
    Json columns = Json::array();
    for (const auto column : one.differing)
        columns.push_back(result.columns[column]);
    return {{"state", toString(one.state)},
            {"kind", one.kind()},
            {"key", std::move(key)},
            {"columns", std::move(columns)},
            {"expected", rowJson(result, one.expected)},
            {"actual", rowJson(result, one.actual)},
            {"cause", causeJson(one.cause)},
            {"repaired_by", one.repairedBy.empty() ? Json() : Json(one.repairedBy)}};
}

} // namespace

std::string checkLine(const CheckSettings& check)
{
    const std::string sides = check.kind == CheckKind::Events ? "its table against the log"
                              : check.actual == CheckSide{}   ? "the log"
                              : check.kind == CheckKind::Order
                                  ? sideText(check.actual)
                                  : sideText(check.actual) + " against " + sideText(check.expected);
    return fmt::format("{}  {}  {}{}\n", harmless(check.name), toString(check.kind), sides,
                       check.projection.empty() ? "" : ", of projection " + harmless(check.projection));
}

Json toJson(const CheckSettings& check)
{
    const auto side = [](const CheckSide& one) -> Json {
        if (one == CheckSide{})
            return {};
        return Json{{"store", one.store},
                    {"table", one.table.empty() ? Json() : Json(one.table)},
                    {"query", one.query.empty() ? Json() : Json(one.query)},
                    {"filter", one.filter.empty() ? Json() : Json(one.filter)}};
    };
    return {{"check", check.name},
            {"context", check.context},
            {"projection", check.projection.empty() ? Json() : Json(check.projection)},
            {"kind", toString(check.kind)},
            {"severity", toString(check.severity)},
            {"key", check.key},
            {"expected", side(check.expected)},
            {"actual", side(check.actual)}};
}

std::string findingLines(const std::vector<CheckFinding>& findings)
{
    std::string lines;
    for (const auto& finding : findings)
        lines += fmt::format("  {}: {}{}{}\n", levelWord(finding.level),
                             finding.column.empty() ? "" : '"' + harmless(finding.column) + "\" ",
                             harmless(finding.text), finding.next.empty() ? "" : "; " + harmless(finding.next));
    return lines;
}

Json toJson(const CheckFinding& finding)
{
    return {{"level", levelWord(finding.level)},
            {"column", finding.column.empty() ? Json() : Json(finding.column)},
            {"text", finding.text},
            {"next", finding.next}};
}

std::string resultText(const CheckResult& result)
{
    std::string text = fmt::format("{}: {}, {} in {}\n", harmless(result.check), verdictOf(result), lookedAt(result),
                                   formatDuration(result.took));
    text += "  how: " + harmless(result.why) + '\n';
    if (!result.rule.empty())
        text += "  counts if: " + harmless(result.rule) + '\n';
    if (result.count(DriftState::Pending) > 0 || result.settled > 0 || result.counts == DriftState::Pending)
        text += fmt::format("  not counted: {} pending, {} settled while the check ran\n",
                            result.kind == CheckKind::Count ? 1 : result.count(DriftState::Pending), result.settled);
    if (result.snapshots > 1)
        text += fmt::format("  read in {} snapshots, one after the other\n", result.snapshots);
    if (!result.ending.empty())
        text += "  it ended early: " + harmless(result.ending) + '\n';
    else if (!result.complete)
        text += fmt::format("  it ended at {} differences: there may be more\n",
                            formatNumber(static_cast<std::int64_t>(result.differences.size() + result.settled)));
    if (result.kind != CheckKind::Order && (result.expectedRows == 0 || result.actualRows == 0))
        text += fmt::format("  the {} side has no rows\n", result.expectedRows == 0 ? "expected" : "actual");
    text += verifiedLine(result) + causesLines(result);
    text += findingLines(result.findings) + differencesText(result);
    return result.rows ? text + "rows of these groups:\n" + resultText(*result.rows) : text;
}

Json toJson(const CheckResult& result, std::uint64_t run)
{
    Json findings = Json::array();
    for (const auto& finding : result.findings)
        findings.push_back(toJson(finding));
    Json differences = Json::array();
    for (const auto& one : result.differences)
        differences.push_back(differenceJson(result, one));
    return {{"check", result.check},
            {"run", run == 0 ? Json() : Json(run)},
            {"kind", toString(result.kind)},
            {"severity", toString(result.severity)},
            {"drift", result.hasDrift()},
            {"engine", toString(result.engine)},
            {"why", result.why},
            {"rule", result.rule},
            {"began", formatRfc3339(result.began)},
            {"took_ms", result.took.count()},
            {"verified_at", result.verifiedAt == TimePoint{} ? Json() : Json(formatRfc3339(result.verifiedAt))},
            {"through", throughJson(result)},
            {"expected_rows", result.expectedRows},
            {"actual_rows", result.actualRows},
            {"complete", result.complete},
            {"ending", result.ending.empty() ? Json() : Json(result.ending)},
            {"snapshots", result.snapshots},
            {"confirmed", result.count(DriftState::Confirmed)},
            {"pending", result.count(DriftState::Pending)},
            {"settled", result.settled},
            {"counts", result.counts ? Json(toString(*result.counts)) : Json()},
            {"findings", std::move(findings)},
            {"differences", std::move(differences)},
            {"rows", result.rows ? toJson(*result.rows, run) : Json()}};
}

} // namespace projectionist::ctl
