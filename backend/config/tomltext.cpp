// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/tomltext.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

std::string escaped(const std::string& text)
{
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            result += std::string("\\") + c;
        else if (c == '\n')
            result += "\\n";
        else if (c == '\t')
            result += "\\t";
        else if (byte < 0x20 || byte == 0x7f)
            result += fmt::format("\\u{:04X}", static_cast<unsigned>(byte));
        else
            result += c;
    }
    return result;
}

} // namespace

std::string tomlText(const std::string& text)
{
    return '"' + escaped(text) + '"';
}

std::string tomlLines(const std::string& text)
{
    const bool literal = text.find('\n') != std::string::npos && text.find("'''") == std::string::npos &&
                         !text.ends_with('\'') && std::none_of(text.begin(), text.end(), [](unsigned char c) {
                             return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
                         });
    return literal ? "'''\n" + text + "'''" : tomlText(text);
}

std::string tomlKey(const std::string& name)
{
    const bool bare = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
    return bare ? name : tomlText(name);
}

std::string tomlList(const std::vector<std::string>& values)
{
    std::string text;
    for (const auto& value : values)
        text += (text.empty() ? "" : ", ") + tomlText(value);
    return '[' + text + ']';
}

} // namespace projectionist
