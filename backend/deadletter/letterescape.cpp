// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterescape.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

namespace projectionist {

namespace {

struct CodePoint
{
    std::optional<char32_t> value; ///< nullopt: a byte that is no UTF-8
    std::size_t size = 1;
};

std::size_t sequenceSize(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first < 0xe0)
        return 2;
    if (first >= 0xe0 && first < 0xf0)
        return 3;
    return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

/// `bytes` is not empty.
CodePoint firstOf(std::string_view bytes)
{
    constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000}; // by size; less is an overlong form
    const auto first = static_cast<unsigned char>(bytes[0]);
    const std::size_t size = sequenceSize(first);
    if (size == 0 || size > bytes.size())
        return {};
    char32_t value = size == 1 ? first : first & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        if ((byte & 0xc0U) != 0x80U)
            return {};
        value = value << 6 | (byte & 0x3fU);
    }
    const bool surrogate = value >= 0xd800 && value < 0xe000;
    if (value < least[size] || value > 0x10ffff || surrogate)
        return {};
    return {value, size};
}

bool isControl(char32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

/// Steers a terminal, turns writing around, or cannot be seen.
bool isHarmful(char32_t c)
{
    constexpr std::array<std::pair<char32_t, char32_t>, 9> ranges{{{0xad, 0xad},
                                                                   {0x61c, 0x61c},
                                                                   {0x180e, 0x180e},
                                                                   {0x200b, 0x200f},
                                                                   {0x2028, 0x202e},
                                                                   {0x2060, 0x206f},
                                                                   {0xfeff, 0xfeff},
                                                                   {0xfff9, 0xfffb},
                                                                   {0xe0000, 0xe0fff}}};
    return isControl(c) || std::any_of(ranges.begin(), ranges.end(),
                                       [c](const auto& range) { return c >= range.first && c <= range.second; });
}

std::string braceEscape(char32_t c)
{
    return c < 0x100 ? fmt::format("\\x{:02x}", static_cast<std::uint32_t>(c))
                     : fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(c));
}

std::string jsonEscape(char32_t c)
{
    const auto unit = [](char32_t value) { return fmt::format("\\u{:04x}", static_cast<std::uint32_t>(value)); };
    return c < 0x10000 ? unit(c) : unit(0xd7c0 + (c >> 10)) + unit(0xdc00 + (c & 0x3ff));
}

template<typename Escape>
std::string escaped(std::string_view bytes, std::string_view kept, Escape escape)
{
    std::string text;
    text.reserve(bytes.size());
    while (!bytes.empty()) {
        const CodePoint point = firstOf(bytes);
        const auto piece = bytes.substr(0, point.size);
        if (!point.value)
            text += braceEscape(static_cast<unsigned char>(bytes[0]));
        else if (isHarmful(*point.value) && kept.find(piece) == std::string_view::npos)
            text += escape(*point.value);
        else
            text += piece;
        bytes.remove_prefix(point.size);
    }
    return text;
}

template<typename Wanted>
bool allOf(std::string_view bytes, Wanted wanted)
{
    while (!bytes.empty()) {
        const CodePoint point = firstOf(bytes);
        if (!wanted(point))
            return false;
        bytes.remove_prefix(point.size);
    }
    return true;
}

} // namespace

std::string harmless(std::string_view bytes)
{
    return escaped(bytes, "", braceEscape);
}

std::string harmlessLines(std::string_view bytes)
{
    return escaped(bytes, "\n\t", braceEscape);
}

std::string harmlessJson(std::string_view json)
{
    return escaped(json, "\n", jsonEscape);
}

bool isUtf8(std::string_view bytes)
{
    return allOf(bytes, [](const CodePoint& point) { return point.value.has_value(); });
}

bool isReadableText(std::string_view bytes)
{
    return allOf(bytes, [](const CodePoint& point) {
        return point.value &&
               (!isControl(*point.value) || *point.value == '\n' || *point.value == '\r' || *point.value == '\t');
    });
}

std::string csvField(std::string_view bytes)
{
    std::string text = harmlessLines(bytes);
    if (!text.empty() && std::string_view("=+-@\t\n").find(text.front()) != std::string_view::npos)
        text.insert(0, 1, '\'');
    if (text.find_first_of(",\"\n") == std::string::npos)
        return text;
    std::string field = "\"";
    for (const char c : text)
        field += c == '"' ? "\"\"" : std::string(1, c);
    return field + '"';
}

std::string hexLines(std::string_view bytes)
{
    constexpr std::size_t perLine = 16;
    std::string lines;
    for (std::size_t at = 0; at < bytes.size(); at += perLine) {
        std::string hex;
        std::string plain;
        for (const char c : bytes.substr(at, perLine)) {
            const auto byte = static_cast<unsigned char>(c);
            hex += fmt::format("{:02x} ", byte);
            plain += byte >= 0x20 && byte < 0x7f ? c : '.';
        }
        lines += fmt::format("{:08x}  {:<48} {}\n", at, hex, plain);
    }
    return lines;
}

std::string indentedJson(std::string_view json)
{
    constexpr std::size_t deepestIndent = 40; // hostile depth must not make long lines
    std::string text;
    std::size_t depth = 0;
    const auto newLine = [&] { text += '\n' + std::string(2 * std::min(depth, deepestIndent), ' '); };
    bool inString = false;
    char last = '\0'; ///< but blanks
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (inString) {
            text += c;
            if (c == '\\' && i + 1 < json.size())
                text += json[++i];
            inString = c != '"';
            continue;
        }
        if (std::string_view(" \t\r\n").find(c) != std::string_view::npos)
            continue;
        const bool closes = c == '}' || c == ']';
        depth -= closes && depth > 0 ? 1 : 0;
        const bool afterOpening = last == '{' || last == '[';
        if ((closes && !afterOpening) || (!closes && afterOpening) || last == ',')
            newLine();
        text += c;
        if (c == ':')
            text += ' ';
        depth += c == '{' || c == '[' ? 1 : 0;
        inString = c == '"';
        last = c;
    }
    return text;
}

} // namespace projectionist
