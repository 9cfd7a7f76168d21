// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/tablelettersrow.h"

#include "backend/config/connection.h"
#include "backend/deadletter/headertable.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace projectionist {

namespace {

using Cell = std::optional<std::string>;

int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// "\x00ff" is how the server writes bytea.
void decodeBytes(Cell& cell)
{
    if (!cell || !cell->starts_with("\\x"))
        return;
    std::string bytes;
    bytes.reserve(cell->size() / 2);
    for (std::size_t i = 2; i + 1 < cell->size(); i += 2)
        bytes += static_cast<char>(nibble((*cell)[i]) << 4 | nibble((*cell)[i + 1]));
    cell = std::move(bytes);
}

std::optional<std::int64_t> numberOf(const Cell& cell)
{
    std::int64_t number = 0;
    if (!cell || std::from_chars(cell->data(), cell->data() + cell->size(), number).ec != std::errc())
        return std::nullopt;
    return number;
}

/// Of a transaction's number, or of the begin of a hash.
std::uint64_t versionOf(const std::string& text)
{
    std::uint64_t version = 0;
    std::from_chars(text.data(), text.data() + std::min<std::size_t>(text.size(), 16), version, 16);
    return version;
}

std::optional<std::string> textOf(const nlohmann::json& value)
{
    if (value.is_null())
        return std::nullopt;
    return value.is_string() ? value.get<std::string>()
                             : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// The members become headers. One that has a column's name says the same and is left out, or is told apart.
void addMembers(const ShapeColumn& column, const Cell& cell, TableRowLetter& letter)
{
    auto& headers = letter.headers;
    if (!cell)
        return;
    const auto document = nlohmann::json::parse(*cell, nullptr, false);
    if (!document.is_object()) {
        headers.push_back({column.name, cell});
        return;
    }
    const std::size_t columns = headers.size();
    for (const auto& [name, value] : document.items()) {
        Header header{name, textOf(value)};
        letter.eventHeaders.push_back(header);
        const auto same =
            std::find_if(headers.begin(), headers.begin() + static_cast<std::ptrdiff_t>(columns),
                         [&header](const Header& other) { return columnKey(other.name) == columnKey(header.name); });
        if (same != headers.begin() + static_cast<std::ptrdiff_t>(columns)) {
            if (same->value == header.value)
                continue;
            header.name = column.name + '.' + name;
        }
        headers.push_back(std::move(header));
    }
}

} // namespace

TableRowLetter letterOfRow(const TableShape& shape, std::vector<Cell> cells)
{
    TableRowLetter letter;
    std::size_t at = 0;
    for (; at < shape.key.size(); ++at)
        letter.key.push_back(cells[at].value_or(std::string()));
    letter.version = versionOf(cells[at++].value_or(std::string()));
    if (const auto milliseconds = numberOf(cells[at++]))
        letter.time = TimePoint(Duration(*milliseconds));
    letter.eventKey = std::move(cells[at++]);
    if (shape.eventKey && shape.eventKey->isBytes())
        decodeBytes(letter.eventKey);
    letter.value = std::move(cells[at++]);
    if (shape.payload && (shape.payload->isBytes() || shape.payload->isLargeObject()))
        decodeBytes(letter.value);
    const auto size = numberOf(cells[at++]);
    letter.valueSize = size && *size > 0 ? static_cast<std::size_t>(*size) : 0;
    for (const auto& column : shape.headers) {
        if (column.isBytes() || column.isLargeObject())
            decodeBytes(cells[at]);
        letter.headers.push_back({column.name, std::move(cells[at++])});
    }
    for (const auto& column : shape.documents)
        addMembers(column, cells[at++], letter);
    if (!shape.documentsAreHeaders)
        letter.eventHeaders.clear();
    return letter;
}

std::string keyText(const std::vector<std::string>& key)
{
    std::string text;
    for (const auto& value : key)
        text.append(text.empty() && &value == &key.front() ? "" : ",").append(percentEncoded(value));
    return text;
}

std::optional<std::vector<std::string>> keyOfText(std::string_view text, std::size_t count)
{
    std::vector<std::string> key(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == ',') {
            key.emplace_back();
        } else if (text[i] != '%') {
            key.back() += text[i];
        } else {
            if (i + 2 >= text.size() || nibble(text[i + 1]) < 0 || nibble(text[i + 2]) < 0)
                return std::nullopt;
            key.back() += static_cast<char>(nibble(text[i + 1]) << 4 | nibble(text[i + 2]));
            i += 2;
        }
    }
    return key.size() == count ? std::optional(std::move(key)) : std::nullopt;
}

} // namespace projectionist
