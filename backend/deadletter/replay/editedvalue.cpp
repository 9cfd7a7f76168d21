// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/editedvalue.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace projectionist {

namespace {

/// Takes anything and keeps nothing: however large or deep the text is.
class FlawFinder final : public nlohmann::json_sax<nlohmann::json>
{
public:
    bool null() override { return true; }
    bool boolean(bool /*value*/) override { return true; }
    bool number_integer(number_integer_t /*value*/) override { return true; }
    bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
    bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
    bool string(string_t& /*value*/) override { return true; }
    bool binary(binary_t& /*value*/) override { return true; }
    bool start_object(std::size_t /*elements*/) override { return true; }
    bool key(string_t& /*value*/) override { return true; }
    bool end_object() override { return true; }
    bool start_array(std::size_t /*elements*/) override { return true; }
    bool end_array() override { return true; }
    bool parse_error(std::size_t position, const std::string& /*token*/,
                     const nlohmann::json::exception& exception) override
    {
        at = position;
        // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing object key -
        // ..."
        const std::string_view text = exception.what();
        const auto colon = text.find(": ");
        const auto dash = text.find(" - ", colon);
        why = text.substr(dash != std::string_view::npos ? dash + 3 : colon != std::string_view::npos ? colon + 2 : 0);
        return false;
    }

    std::size_t at = 0; ///< of the last byte that was read, from 1
    std::string why;
};

} // namespace

std::optional<JsonFlaw> findJsonFlaw(std::string_view text)
{
    FlawFinder finder;
    if (nlohmann::json::sax_parse(text, &finder))
        return std::nullopt;
    const auto read = text.substr(0, finder.at > 0 ? finder.at - 1 : 0);
    const auto lineBreak = read.rfind('\n');
    JsonFlaw flaw;
    flaw.offset = read.size();
    flaw.line += static_cast<std::size_t>(std::count(read.begin(), read.end(), '\n'));
    flaw.column += lineBreak == std::string_view::npos ? read.size() : read.size() - lineBreak - 1;
    flaw.why = std::move(finder.why);
    return flaw;
}

std::optional<std::string> whyNotEdited(const std::optional<std::string>& before, std::string_view edited)
{
    if (before && findJsonFlaw(*before))
        return "cannot be sent: what failed is no JSON, and nothing else can be edited";
    if (const auto flaw = findJsonFlaw(edited))
        return fmt::format("is no JSON: line {}, column {}: {}", flaw->line, flaw->column, flaw->why);
    return std::nullopt;
}

std::string compactJson(std::string_view json)
{
    std::string compact;
    compact.reserve(json.size());
    bool inString = false;
    bool escape = false;
    for (const char c : json) {
        if (!inString && (c == ' ' || c == '\t' || c == '\r' || c == '\n'))
            continue;
        compact += c;
        if (escape)
            escape = false;
        else if (inString && c == '\\')
            escape = true;
        else if (c == '"')
            inString = !inString;
    }
    return compact;
}

} // namespace projectionist
