// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filtertext.h"

#include <charconv>
#include <fmt/format.h>
#include <optional>

namespace projectionist {

namespace {

/// Characters that are not seen, or that change what is seen around them.
bool isDeceptive(char32_t c)
{
    return (c >= 0x80 && c < 0xA0) || c == 0x061C || c == 0xFEFF || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069);
}

char letterOfEscape(char c)
{
    switch (c) {
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    case '"':
    case '\\':
        return c;
    default:
        return 0;
    }
}

std::optional<char> plainEscape(char letter)
{
    switch (letter) {
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case '"':
    case '\'':
    case '\\':
        return letter;
    default:
        return std::nullopt;
    }
}

std::string utf8Of(unsigned c)
{
    const auto byte = [](unsigned value) { return static_cast<char>(static_cast<unsigned char>(value)); };
    if (c < 0x80)
        return {byte(c)};
    if (c < 0x800)
        return {byte(0xC0U | c >> 6U), byte(0x80U | (c & 0x3FU))};
    return {byte(0xE0U | c >> 12U), byte(0x80U | (c >> 6U & 0x3FU)), byte(0x80U | (c & 0x3FU))};
}

std::optional<unsigned> hexOf(std::string_view digits, std::size_t count)
{
    if (digits.size() < count)
        return std::nullopt;
    unsigned value = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + count, value, 16);
    if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + count)
        return std::nullopt;
    return value;
}

/// One escape after its backslash: what it means, and its length without the backslash; nothing if it is none.
struct Unescaped
{
    std::string text;
    std::size_t length = 0;
};
std::optional<Unescaped> unescapeOne(std::string_view rest)
{
    if (rest.empty())
        return std::nullopt;
    if (const auto c = plainEscape(rest.front()))
        return Unescaped{{*c}, 1};
    if (rest.front() == 'x')
        if (const auto value = hexOf(rest.substr(1), 2))
            return Unescaped{{static_cast<char>(static_cast<unsigned char>(*value))}, 3};
    if (rest.front() == 'u')
        if (const auto value = hexOf(rest.substr(1), 4); value && (*value < 0xD800 || *value > 0xDFFF))
            return Unescaped{utf8Of(*value), 5};
    return std::nullopt;
}

} // namespace

FilterCodePoint firstCodePoint(std::string_view text)
{
    const auto byteAt = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byteAt(0);
    if (first < 0x80)
        return {first, 1};
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < length)
        return {};
    char32_t value = first & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byteAt(i) & 0xC0U) != 0x80U)
            return {};
        value = value << 6U | (byteAt(i) & 0x3FU);
    }
    const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    if (overlong || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return {};
    return {value, length};
}

std::string quoteFilterText(std::string_view text)
{
    std::string quoted = "\"";
    while (!text.empty()) {
        const auto c = firstCodePoint(text);
        if (const char letter = letterOfEscape(text.front())) {
            quoted += '\\';
            quoted += letter;
        } else if (c.length == 0 || c.value < 0x20 || c.value == 0x7F) {
            quoted += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
        } else if (isDeceptive(c.value)) {
            quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(c.value));
        } else {
            quoted += text.substr(0, c.length);
        }
        text.remove_prefix(c.length == 0 ? 1 : c.length);
    }
    return quoted + '"';
}

std::string quoteFilterPattern(std::string_view pattern)
{
    std::string quoted = "\"";
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '\\' && i + 1 < pattern.size())
            quoted += pattern[i++];
        else if (pattern[i] == '"')
            quoted += '\\';
        quoted += pattern[i];
    }
    return quoted + '"';
}

std::string unescapeFilterText(std::string_view inside, std::size_t offset, std::vector<FilterProblem>& problems)
{
    std::string text;
    for (std::size_t i = 0; i < inside.size(); ++i) {
        if (inside[i] != '\\') {
            text += inside[i];
            continue;
        }
        const auto rest = inside.substr(i + 1);
        if (auto one = unescapeOne(rest)) {
            text += one->text;
            i += one->length;
            continue;
        }
        const auto shown = rest.empty() ? rest : rest.substr(0, std::max<std::size_t>(1, firstCodePoint(rest).length));
        problems.push_back({offset + i, 1 + shown.size(), fmt::format("`\\{}` is not an escape", shown),
                            "write `\\\\` for a backslash; escapes are \\n \\r \\t \\\" \\' \\xHH \\uHHHH"});
        text += '\\';
    }
    return text;
}

std::string unescapeFilterPattern(std::string_view inside, char quote)
{
    std::string pattern;
    for (std::size_t i = 0; i < inside.size(); ++i) {
        if (inside[i] == '\\' && i + 1 < inside.size() && inside[++i] != quote)
            pattern += '\\';
        pattern += inside[i];
    }
    return pattern;
}

} // namespace projectionist
