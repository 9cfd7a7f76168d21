// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/differenceexport.h"

#include "backend/core/format.h"
#include "backend/deadletter/letterescape.h"

#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace projectionist {

namespace {

constexpr std::size_t pieceSize = std::size_t{256} * 1024;
constexpr const char* csvLineEnd = "\r\n";

using DifferenceJson = nlohmann::ordered_json;

bool isNumberText(std::string_view text)
{
    double number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

/// A negative number is no formula.
std::string csvText(std::string_view text)
{
    return isNumberText(text) ? std::string(text) : csvField(text);
}

std::string csvCell(const Cell& cell)
{
    if (!cell)
        return {};
    return cell->empty() ? std::string("\"\"") : csvText(*cell);
}

const KeyEvent* newestEvent(const RowDifference& one)
{
    return one.cause && !one.cause->events.empty() ? &one.cause->events.back() : nullptr;
}

std::string csvHead(const CheckResult& result)
{
    std::string line = "kind,state";
    for (const auto& key : result.keyColumns)
        line += ',' + csvField(key);
    for (const auto& column : result.columns)
        line += ',' + csvField("expected " + column) + ',' + csvField("actual " + column);
    return line + ",differing,cause,cause_text,event_type,event_topic,event_partition,event_offset" + csvLineEnd;
}

std::string csvLine(const CheckResult& result, const RowDifference& one)
{
    auto line = fmt::format("{},{}", one.kind(), toString(one.state));
    for (const auto& key : one.key)
        line += ',' + csvCell(key);
    for (std::size_t column = 0; column < result.columns.size(); ++column)
        for (const auto* row : {&one.expected, &one.actual})
            line += ',' + (*row ? csvCell((**row)[column]) : std::string());
    std::vector<std::string> differing;
    for (const auto column : one.differing)
        differing.push_back(result.columns[column]);
    line += ',' + csvField(joined(differing, "; "));
    line += one.cause ? fmt::format(",{},{}", toString(one.cause->cause), csvField(one.cause->text)) : ",,";
    if (const auto* event = newestEvent(one))
        line += fmt::format(",{},{},{},{}", csvField(event->type), csvField(event->id.topic), event->id.partition,
                            event->offset);
    else
        line += ",,,,";
    return line + csvLineEnd;
}

DifferenceJson jsonOfRow(const CheckResult& result, const std::optional<std::vector<Cell>>& row)
{
    if (!row)
        return {};
    auto json = DifferenceJson::object();
    for (std::size_t i = 0; i < row->size(); ++i)
        json[result.columns[i]] = (*row)[i] ? DifferenceJson(*(*row)[i]) : DifferenceJson();
    return json;
}

DifferenceJson jsonOfCause(const DifferenceCause& cause)
{
    auto events = DifferenceJson::array();
    for (const auto& event : cause.events)
        events.push_back({{"type", event.type},
                          {"topic", event.id.topic},
                          {"partition", event.id.partition},
                          {"offset", event.offset},
                          {"at", formatRfc3339(event.at)}});
    return {{"cause", toString(cause.cause)},
            {"text", cause.text},
            {"rule", cause.rule},
            {"letter", cause.letter.empty() ? DifferenceJson() : DifferenceJson(cause.letter)},
            {"events", std::move(events)}};
}

std::string jsonLine(const CheckResult& result, const RowDifference& one)
{
    auto key = DifferenceJson::object();
    for (std::size_t i = 0; i < one.key.size(); ++i)
        key[result.keyColumns[i]] = one.key[i];
    auto columns = DifferenceJson::array();
    for (const auto column : one.differing)
        columns.push_back(result.columns[column]);
    const DifferenceJson json{{"check", result.check},
                              {"state", toString(one.state)},
                              {"kind", one.kind()},
                              {"key", std::move(key)},
                              {"columns", std::move(columns)},
                              {"expected", jsonOfRow(result, one.expected)},
                              {"actual", jsonOfRow(result, one.actual)},
                              {"cause", one.cause ? jsonOfCause(*one.cause) : DifferenceJson()}};
    return harmlessJson(json.dump(-1, ' ', false, DifferenceJson::error_handler_t::replace)) + '\n';
}

/// Safe whether or not the server takes backslashes in plain literals for escapes.
std::string sqlLiteral(std::string_view text)
{
    std::string literal = text.find('\\') == std::string_view::npos ? "'" : "E'";
    for (const char c : text)
        literal += c == '\'' ? "''" : c == '\\' ? "\\\\" : std::string(1, c);
    return literal + '\'';
}

std::string sqlName(std::string_view name)
{
    std::string quoted = "\"";
    for (const char c : name)
        quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + '"';
}

std::string sqlHead(const CheckResult& result, std::size_t count)
{
    return fmt::format("-- Check {}: {} keys of rows that differ, verified at {}. They are text: cast them to compare "
                       "them.\nSELECT * FROM (VALUES\n",
                       harmless(result.check), count, formatRfc3339(result.verifiedAt));
}

std::string sqlLine(const RowDifference& one, bool last)
{
    std::vector<std::string> key;
    for (const auto& part : one.key)
        key.push_back(sqlLiteral(part));
    return fmt::format("  ({}){} -- {}, {}\n", joined(key, ", "), last ? "" : ",", one.kind(), toString(one.state));
}

std::string sqlEnd(const CheckResult& result)
{
    std::vector<std::string> names;
    for (const auto& column : result.keyColumns)
        names.push_back(sqlName(column));
    return fmt::format(") AS keys ({});\n", joined(names, ", "));
}

std::string headOf(const CheckResult& result, DifferenceFormat format, std::size_t count)
{
    switch (format) {
    case DifferenceFormat::Csv:
        return csvHead(result);
    case DifferenceFormat::SqlKeys:
        return sqlHead(result, count);
    case DifferenceFormat::JsonLines:
        break;
    }
    return {};
}

} // namespace

std::optional<DifferenceFormat> differenceFormatOf(std::string_view file)
{
    if (file.ends_with(".csv"))
        return DifferenceFormat::Csv;
    if (file.ends_with(".jsonl"))
        return DifferenceFormat::JsonLines;
    if (file.ends_with(".sql"))
        return DifferenceFormat::SqlKeys;
    return std::nullopt;
}

Result<void> exportDifferences(const CheckResult& result, std::span<const std::uint32_t> differences,
                               DifferenceFormat format, const WriteDifferences& write,
                               const std::function<bool(std::size_t done)>& goOn)
{
    auto piece = headOf(result, format, differences.size());
    for (std::size_t i = 0; i < differences.size(); ++i) {
        const auto& one = result.differences[differences[i]];
        piece += format == DifferenceFormat::Csv         ? csvLine(result, one)
                 : format == DifferenceFormat::JsonLines ? jsonLine(result, one)
                                                         : sqlLine(one, i + 1 == differences.size());
        if (piece.size() < pieceSize)
            continue;
        if (!goOn(i + 1))
            return tl::unexpected(Error{ErrorKind::Cancelled, "The export was cancelled", {}, {}, false});
        if (auto written = write(piece); !written)
            return written;
        piece.clear();
    }
    if (format == DifferenceFormat::SqlKeys)
        piece += sqlEnd(result);
    return write(piece);
}

} // namespace projectionist
