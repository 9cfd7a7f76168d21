// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/characters.h"
#include "backend/deadletter/fingerprint.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr std::size_t longestName = 512;

bool isHexLetter(char c)
{
    return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool isWordCharacter(char c)
{
    return isDigit(c) || isLetter(c) || c == '_' || c == '-' || static_cast<unsigned char>(c) >= 0x80;
}

/// "Orders$$SpringCGLIB$$0.apply" -> "Orders.apply", "lambda$apply$3" -> "lambda$apply".
void appendJavaName(std::string_view name, std::string& out)
{
    for (std::size_t i = 0; i < name.size();) {
        const auto rest = name.substr(i);
        if (rest.starts_with("$$")) {
            i += std::min(rest.find('.'), rest.size());
        } else if (rest.front() == '$' && rest.size() > 1 && std::all_of(rest.begin() + 1, rest.end(), isDigit)) {
            return;
        } else {
            out += rest.front();
            ++i;
        }
    }
}

/// "apply (/app/orders.js:3:9)" -> "apply (/app/orders.js": without line and column.
void appendScriptName(std::string_view frame, std::string& out)
{
    auto end = frame.find_last_not_of(" {)");
    if (end == std::string_view::npos)
        return;
    for (int numbers = 0; numbers < 2; ++numbers) {
        const auto last = frame.find_last_not_of("0123456789", end);
        if (last == std::string_view::npos || last == end || frame[last] != ':' || last == 0)
            break;
        end = last - 1;
    }
    out += frame.substr(0, end + 1);
}

/// Names that the compiler made contain '<', and count behind it: "Orders.<Apply>d__5.MoveNext".
void appendDotNetName(std::string_view name, std::string& out)
{
    bool generated = false;
    for (const char c : name) {
        generated = generated || c == '<';
        if (!generated || !isDigit(c))
            out += c;
    }
}

void appendPythonName(std::string_view frame, std::string& out)
{
    const auto open = frame.find('"');
    const auto close = frame.find('"', open + 1);
    const auto in = frame.rfind(", in ");
    if (open == std::string_view::npos || close == std::string_view::npos)
        return;
    out += frame.substr(open + 1, close - open - 1);
    if (in != std::string_view::npos && in > close)
        out.append(":").append(frame.substr(in + 5));
}

bool isScriptFrame(std::string_view frame)
{
    const auto open = frame.find('(');
    return open == std::string_view::npos || (open > 0 && frame[open - 1] == ' ');
}

/// What stands for a word: a number, an id or a hash becomes '#', "ORD-1234" becomes "ORD-#".
void appendWord(std::string_view word, bool afterAt, std::string& out)
{
    const auto digits = static_cast<std::size_t>(std::count_if(word.begin(), word.end(), isDigit));
    const bool hexOnly =
        std::all_of(word.begin(), word.end(), [](char c) { return isDigit(c) || isHexLetter(c) || c == '-'; });
    if (digits == 0 && !(afterAt && hexOnly)) {
        out += word;
        return;
    }
    const auto prefix =
        std::min(static_cast<std::size_t>(std::find_if(word.begin(), word.end(), isDigit) - word.begin()), word.size());
    const bool prefixAndNumber = prefix > 0 && word.size() - prefix == digits;
    if (prefixAndNumber && !(hexOnly && word.size() >= 4))
        out += word.substr(0, prefix);
    out += '#';
}

/// Length of a quoted value at the front, with its quotes; 0: the quote is an apostrophe or has no end.
std::size_t quotedLength(std::string_view text, char before)
{
    constexpr std::size_t longest = 300;
    const char quote = text.front();
    if (quote == '\'' && isWordCharacter(before))
        return 0;
    for (std::size_t i = 1; i < std::min(text.size(), longest) && text[i] != '\n'; ++i)
        if (text[i] == quote && (quote != '\'' || i + 1 == text.size() || !isWordCharacter(text[i + 1])))
            return i + 1;
    return 0;
}

/// How much blank is at the front. Jackson's "\n at [Source: ...; line: 1, column: 2]" counts: it is another for every
/// payload, and another way of saying nothing with every version.
std::size_t blankLength(std::string_view text)
{
    if (!text.starts_with("\n at [Source: "))
        return 1;
    const auto end = text.find(']', std::min(text.find("; line: "), text.size()));
    return end == std::string_view::npos ? text.size() : end + 1;
}

} // namespace

void appendFrameName(TraceKind kind, std::string_view frame, std::string& out)
{
    frame = frame.substr(0, longestName);
    switch (kind) {
    case TraceKind::Java: {
        if (isScriptFrame(frame))
            return appendScriptName(frame, out);
        const auto name = frame.substr(0, frame.find('('));
        return appendJavaName(name.substr(name.rfind('/') + 1), out);
    }
    case TraceKind::DotNet:
        return appendDotNetName(frame.substr(0, frame.find('(')), out);
    case TraceKind::Python:
        return appendPythonName(frame, out);
    case TraceKind::Go: {
        const auto line = frame.substr(0, frame.find('\n'));
        out += line.substr(0, line.rfind('('));
        return;
    }
    case TraceKind::None:
        break;
    }
}

std::string frameName(TraceKind kind, std::string_view frame)
{
    std::string name;
    appendFrameName(kind, frame, name);
    return name;
}

void appendNormalisedMessage(std::string_view message, std::string& out)
{
    constexpr std::size_t longestResult = 256;
    const std::size_t limit = out.size() + longestResult;
    const std::size_t start = out.size();
    message = message.substr(0, 16 * longestResult);
    char before = ' ';
    for (std::size_t i = 0; i < message.size() && out.size() < limit;) {
        const char c = message[i];
        const auto rest = message.substr(i);
        std::size_t length = 1;
        if (isWordCharacter(c)) {
            length = std::min(
                static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), isWordCharacter) - rest.begin()),
                rest.size());
            appendWord(rest.substr(0, length), before == '@', out);
        } else if (c == '\'' || c == '"' || c == '`') {
            const auto quoted = quotedLength(rest, before);
            out += c;
            if (quoted > 0) {
                out.append("\u2026").append(1, c);
                length = quoted;
            }
        } else if (static_cast<unsigned char>(c) <= ' ') {
            if (out.size() > start && out.back() != ' ')
                out += ' ';
            length = blankLength(rest);
        } else {
            out += c;
        }
        before = message[i + length - 1];
        i += length;
    }
    out.resize(std::min(out.size(), limit));
}

std::string normalisedMessage(std::string_view message)
{
    std::string text;
    appendNormalisedMessage(message, text);
    return text;
}

} // namespace projectionist
