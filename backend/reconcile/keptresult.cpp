// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/keptresult.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace projectionist {

namespace {

using Json = nlohmann::json;

std::string lineOf(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::int64_t millis(TimePoint time)
{
    return time.time_since_epoch().count();
}

TimePoint timeIn(const Json& json)
{
    return TimePoint(Duration(json.get<std::int64_t>()));
}

struct UnknownWord
{
};

template<typename Enum>
Enum wordIn(const Json& json)
{
    const auto value = valueCalled<Enum>(json.get_ref<const std::string&>());
    if (!value)
        throw UnknownWord{};
    return *value;
}

/// What `read` makes of the line; it may throw what its parts throw.
template<typename Read>
auto parsed(std::string_view line, Read read) -> decltype(read(Json()))
{
    try {
        return read(Json::parse(line));
    } catch (const Json::exception&) {
        return std::nullopt;
    } catch (const UnknownWord&) {
        return std::nullopt;
    }
}

Json rowJson(const std::optional<std::vector<Cell>>& row)
{
    if (!row)
        return {};
    Json cells = Json::array();
    for (const auto& cell : *row)
        cells.push_back(cell ? Json(*cell) : Json());
    return cells;
}

std::optional<std::vector<Cell>> rowIn(const Json& json)
{
    if (json.is_null())
        return std::nullopt;
    std::vector<Cell> cells;
    for (const auto& cell : json)
        cells.push_back(cell.is_null() ? Cell() : Cell(cell.get<std::string>()));
    return cells;
}

Json causeJson(const DifferenceCause& cause)
{
    Json events = Json::array();
    for (const auto& event : cause.events)
        events.push_back(Json::array({event.id.topic, event.id.partition, event.offset, millis(event.at), event.type}));
    return {{"cause", toString(cause.cause)},
            {"text", cause.text},
            {"rule", cause.rule},
            {"events", std::move(events)},
            {"letter", cause.letter}};
}

DifferenceCause causeIn(const Json& json)
{
    DifferenceCause cause{wordIn<DriftCause>(json.at("cause")), json.at("text").get<std::string>(),
                          json.at("rule").get<std::string>()};
    for (const auto& event : json.at("events"))
        cause.events.push_back({{event.at(0).get<std::string>(), event.at(1).get<std::int32_t>()},
                                event.at(2).get<Offset>(),
                                timeIn(event.at(3)),
                                event.at(4).get<std::string>()});
    cause.letter = json.at("letter").get<std::string>();
    return cause;
}

Json findingsJson(const std::vector<CheckFinding>& findings)
{
    Json json = Json::array();
    for (const auto& finding : findings)
        json.push_back(Json::array({static_cast<int>(finding.level), finding.column, finding.text, finding.next}));
    return json;
}

std::vector<CheckFinding> findingsIn(const Json& json)
{
    std::vector<CheckFinding> findings;
    for (const auto& one : json) {
        const auto level = one.at(0).get<int>();
        if (level < 0 || level > static_cast<int>(DiagnosticLevel::Error))
            throw UnknownWord{};
        findings.push_back({static_cast<DiagnosticLevel>(level), one.at(1).get<std::string>(),
                            one.at(2).get<std::string>(), one.at(3).get<std::string>()});
    }
    return findings;
}

bool hasAllCells(const RowDifference& one, const CheckResult& head)
{
    const auto rightSize = [&](const auto& row) { return !row || row->size() == head.columns.size(); };
    return one.key.size() == head.keyColumns.size() && (one.expected || one.actual) && rightSize(one.expected) &&
           rightSize(one.actual) && (one.differing.empty() || (one.expected && one.actual)) &&
           std::all_of(one.differing.begin(), one.differing.end(),
                       [&](std::size_t column) { return column < head.columns.size(); });
}

std::string headLine(const CheckResult& result)
{
    Json through = Json::array();
    for (const auto& [id, offset] : result.through)
        through.push_back(Json::array({id.topic, id.partition, offset}));
    return lineOf({{"check", result.check},
                   {"kind", toString(result.kind)},
                   {"severity", toString(result.severity)},
                   {"engine", toString(result.engine)},
                   {"why", result.why},
                   {"rule", result.rule},
                   {"findings", findingsJson(result.findings)},
                   {"key_columns", result.keyColumns},
                   {"columns", result.columns},
                   {"expected_rows", result.expectedRows},
                   {"actual_rows", result.actualRows},
                   {"complete", result.complete},
                   {"ending", result.ending},
                   {"snapshots", result.snapshots},
                   {"settled", result.settled},
                   {"counts", result.counts ? Json(toString(*result.counts)) : Json()},
                   {"through", std::move(through)},
                   {"differences", result.differences.size()},
                   {"rows", result.rows != nullptr},
                   {"verified_at", millis(result.verifiedAt)},
                   {"began", millis(result.began)},
                   {"took", result.took.count()}});
}

std::string differenceLine(const RowDifference& difference)
{
    Json json{{"key", difference.key},
              {"expected", rowJson(difference.expected)},
              {"actual", rowJson(difference.actual)},
              {"differing", difference.differing},
              {"state", toString(difference.state)}};
    if (difference.cause)
        json["cause"] = causeJson(*difference.cause);
    if (!difference.repairedBy.empty())
        json["repaired_by"] = difference.repairedBy;
    return lineOf(json);
}

struct ReadHead
{
    CheckResult result{};
    std::size_t differences = 0;
    bool rows = false;
};

std::optional<ReadHead> headFrom(std::string_view line)
{
    return parsed(line, [](const Json& json) -> std::optional<ReadHead> {
        ReadHead head;
        auto& result = head.result;
        result.check = json.at("check").get<std::string>();
        result.kind = wordIn<CheckKind>(json.at("kind"));
        result.severity = wordIn<CheckSeverity>(json.at("severity"));
        result.engine = wordIn<CheckEngine>(json.at("engine"));
        result.why = json.at("why").get<std::string>();
        result.rule = json.at("rule").get<std::string>();
        result.findings = findingsIn(json.at("findings"));
        result.keyColumns = json.at("key_columns").get<std::vector<std::string>>();
        result.columns = json.at("columns").get<std::vector<std::string>>();
        result.expectedRows = json.at("expected_rows").get<std::int64_t>();
        result.actualRows = json.at("actual_rows").get<std::int64_t>();
        result.complete = json.at("complete").get<bool>();
        result.ending = json.value("ending", std::string()); // which older ones lack
        result.snapshots = json.value("snapshots", 1);
        result.settled = json.at("settled").get<std::size_t>();
        if (const auto& counts = json.at("counts"); !counts.is_null())
            result.counts = wordIn<DriftState>(counts);
        for (const auto& one : json.at("through"))
            result.through[{one.at(0).get<std::string>(), one.at(1).get<std::int32_t>()}] = one.at(2).get<Offset>();
        result.verifiedAt = timeIn(json.at("verified_at"));
        result.began = timeIn(json.at("began"));
        result.took = Duration(json.at("took").get<std::int64_t>());
        head.differences = json.at("differences").get<std::size_t>();
        head.rows = json.at("rows").get<bool>();
        return head;
    });
}

std::optional<RowDifference> differenceFrom(std::string_view line, const CheckResult& head)
{
    return parsed(line, [&](const Json& json) -> std::optional<RowDifference> {
        RowDifference one;
        one.key = json.at("key").get<std::vector<std::string>>();
        one.expected = rowIn(json.at("expected"));
        one.actual = rowIn(json.at("actual"));
        one.differing = json.at("differing").get<std::vector<std::size_t>>();
        one.state = wordIn<DriftState>(json.at("state"));
        if (const auto cause = json.find("cause"); cause != json.end())
            one.cause = causeIn(*cause);
        one.repairedBy = json.value("repaired_by", std::string());
        return hasAllCells(one, head) ? std::optional(std::move(one)) : std::nullopt;
    });
}

} // namespace

void writeKept(const CheckResult& result, const std::function<void(const std::string& line)>& write)
{
    write(headLine(result));
    for (const auto& difference : result.differences)
        write(differenceLine(difference));
    if (result.rows)
        writeKept(*result.rows, write);
}

bool KeptReader::take(std::string_view line)
{
    if (m_differences > 0) {
        auto difference = differenceFrom(line, m_results.back());
        if (!difference)
            return false;
        m_results.back().differences.push_back(*std::move(difference));
        --m_differences;
        return true;
    }
    auto head = m_rows ? headFrom(line) : std::nullopt;
    if (!head)
        return false;
    m_results.push_back(std::move(head->result));
    m_differences = head->differences;
    m_rows = head->rows;
    return true;
}

std::optional<CheckResult> KeptReader::result() &&
{
    if (m_differences > 0 || m_rows)
        return std::nullopt;
    while (m_results.size() > 1) {
        auto rows = std::make_shared<const CheckResult>(std::move(m_results.back()));
        m_results.pop_back();
        m_results.back().rows = std::move(rows);
    }
    return std::move(m_results.back());
}

} // namespace projectionist
