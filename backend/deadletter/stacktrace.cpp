// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/stacktrace.h"

#include "backend/deadletter/characters.h"
#include "backend/deadletter/tracetext.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr std::string_view atWord = "at ";
constexpr std::string_view jacksonLocation = "at [Source: "; ///< a line of its messages: where in the JSON it was

bool isNameCharacter(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return isLetter(c) || isDigit(c) || byte == '_' || byte == '$' || byte == '.' || byte == '+' || byte == '`' ||
           byte == '/' || byte >= 0x80;
}

/// " [ERR_INVALID_ARG_TYPE]" of Node, " (111)" of .NET's sockets: between class and colon.
std::size_t codeLength(std::string_view rest)
{
    if (!rest.starts_with(" [") && !rest.starts_with(" ("))
        return 0;
    const auto end = rest.substr(0, 64).find(rest[1] == '[' ? ']' : ')');
    return end == std::string_view::npos || rest.find('\n') < end ? 0 : end + 1;
}

/// By the first line that is a frame. Java where there is none: "class: message" and "Caused by:" are its.
TraceKind kindOf(std::string_view text)
{
    for (TraceText lines{text}; lines.next();) {
        if (isAtFrame(lines))
            return lines.line.starts_with("   at ") ? TraceKind::DotNet : TraceKind::Java;
        if (lines.indent == 1 && lines.line.starts_with(" ---> "))
            return TraceKind::DotNet;
        if (lines.line.starts_with('T') && lines.line.starts_with("Traceback (most recent call last)"))
            return TraceKind::Python;
        if (lines.line.starts_with('g') && lines.line.starts_with("goroutine ") && lines.line.ends_with("]:"))
            return TraceKind::Go;
    }
    return TraceKind::Java;
}

bool takeAtFrame(std::string_view& frames, std::string_view& frame)
{
    for (TraceText lines{frames}; lines.next();) {
        if (const auto content = lines.content(); lines.indented() && content.starts_with(atWord)) {
            frame = content.substr(atWord.size());
            frames.remove_prefix(std::min(lines.at, frames.size()));
            return true;
        }
    }
    return false;
}

/// Innermost is last: from the end.
bool takePythonFrame(std::string_view& frames, std::string_view& frame)
{
    const auto start = frames.rfind("  File \"");
    if (start == std::string_view::npos)
        return false;
    const auto line = frames.substr(start + 2);
    frame = line.substr(0, line.find('\n'));
    frames = frames.substr(0, start);
    return true;
}

/// Two lines: function, and below it the file.
bool takeGoFrame(std::string_view& frames, std::string_view& frame)
{
    for (TraceText lines{frames}; lines.next();) {
        if (lines.indented() || lines.line.empty())
            continue;
        const std::size_t begin = lines.begin;
        std::size_t end = begin + lines.line.size();
        if (TraceText file = lines; file.next() && file.indented()) {
            end = file.begin + file.line.size();
            lines = file;
        }
        frame = frames.substr(begin, end - begin);
        frames.remove_prefix(std::min(lines.at, frames.size()));
        return true;
    }
    return false;
}

} // namespace

KnownMessage::KnownMessage(std::string_view message)
{
    constexpr std::string_view separator = "; ";
    constexpr std::size_t longest = 16'384; // comparing more at every cause would let a letter cost seconds
    const auto add = [this](std::string_view part) {
        if (part.empty() || part.size() > longest)
            return;
        m_parts[m_count++] = part;
        std::string_view exception;
        if (splitThrowable(part, exception, part) && !part.empty()) // new RuntimeException(cause)
            m_parts[m_count++] = part;
    };
    add(message);
    const auto addAround = [&](std::size_t separatorAt) {
        add(message.substr(0, separatorAt));
        add(message.substr(separatorAt + separator.size()));
    };
    std::size_t known = 0;
    std::size_t last = std::string_view::npos;
    for (auto at = message.find(separator); at != std::string_view::npos; at = message.find(separator, at + 1)) {
        last = at;
        if (++known <= 2)
            addAround(at);
    }
    if (known > 2)
        addAround(last);
}

std::size_t KnownMessage::lengthAt(std::string_view text) const
{
    std::size_t length = 0;
    for (std::size_t i = 0; i < m_count; ++i) {
        const auto part = m_parts[i];
        const bool ends = text.size() == part.size() ||
                          (text.size() > part.size() && (text[part.size()] == '\n' || text[part.size()] == '\r'));
        if (ends && part.size() > length && text.starts_with(part))
            length = part.size();
    }
    return length;
}

bool TraceText::next()
{
    if (at >= text.size())
        return false;
    begin = at;
    const auto end = std::min(text.find('\n', at), text.size());
    at = end + 1;
    line = text.substr(begin, end - begin);
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    indent = 0;
    while (indent < line.size() && (line[indent] == ' ' || line[indent] == '\t'))
        ++indent;
    return true;
}

ThrowableHead takeHead(TraceText& text, std::size_t position, const KnownMessage& known)
{
    constexpr int nestedHeads = 3; // new RuntimeException(cause) has "class: message" of the cause as its message
    text.at = position;
    ThrowableHead head;
    if (!text.next())
        return head;
    if (!splitThrowable(text.line, head.exception, head.message))
        head.message = text.line;
    std::string_view rest = head.message;
    for (int i = 0; i < nestedHeads && !rest.empty(); ++i) {
        const auto start = static_cast<std::size_t>(rest.data() - text.text.data());
        if (const auto length = known.lengthAt(text.text.substr(start)); length > 0) {
            const auto begin = static_cast<std::size_t>(head.message.data() - text.text.data());
            head.message = text.text.substr(begin, start + length - begin);
            head.complete = true;
            text.at = std::min(text.text.find('\n', start + length), text.text.size() - 1) + 1;
            break;
        }
        std::string_view exception;
        if (!splitThrowable(rest, exception, rest))
            break;
    }
    return head;
}

void growTo(std::string_view& part, const TraceText& text)
{
    if (part.data() == nullptr)
        part = text.line;
    const auto begin = static_cast<std::size_t>(part.data() - text.text.data());
    part = text.text.substr(begin, text.begin + text.line.size() - begin);
}

bool splitThrowable(std::string_view line, std::string_view& exception, std::string_view& message)
{
    std::size_t end = 0;
    while (end < line.size() && isNameCharacter(line[end]))
        ++end;
    const char first = line.empty() ? '0' : line.front();
    if (end == 0 || isDigit(first) || first == '.' || first == '/')
        return false;
    const auto name = line.substr(0, end);
    auto rest = line.substr(end);
    rest.remove_prefix(codeLength(rest));
    if (!rest.empty() && rest != ":" && !rest.starts_with(": ") &&
        rest.find_first_not_of(' ') != std::string_view::npos)
        return false;
    exception = name;
    message = rest.substr(std::min<std::size_t>(rest.size(), rest.starts_with(": ") ? 2 : 1));
    return true;
}

bool isAtFrame(const TraceText& text)
{
    const auto content = text.content();
    if (!text.indented() || content.size() <= atWord.size() || content[0] != 'a' || content[1] != 't' ||
        content[2] != ' ' || content.starts_with(jacksonLocation))
        return false;
    const char last = content.back();
    return last == ')' || last == '>' || last == ']' || last == '{' ||
           (isDigit(last) && content.find(':') != std::string_view::npos);
}

void parseStackTrace(std::string_view text, std::string_view message, StackTrace& trace)
{
    trace.sections.clear();
    trace.kind = TraceKind::None;
    trace.cut = text.ends_with("... (truncated)");
    if (text.empty())
        return;
    trace.kind = kindOf(text);
    const KnownMessage known(message);
    switch (trace.kind) {
    case TraceKind::DotNet:
        return parseDotNetTrace({text}, known, trace);
    case TraceKind::Python:
        return parsePythonTrace({text}, known, trace);
    case TraceKind::Go:
        return parseGoTrace({text}, trace);
    case TraceKind::Java:
    case TraceKind::None:
        return parseJavaTrace({text}, known, trace);
    }
}

bool takeFrame(TraceKind kind, std::string_view& frames, std::string_view& frame)
{
    switch (kind) {
    case TraceKind::Java:
    case TraceKind::DotNet:
        return takeAtFrame(frames, frame);
    case TraceKind::Python:
        return takePythonFrame(frames, frame);
    case TraceKind::Go:
        return takeGoFrame(frames, frame);
    case TraceKind::None:
        break;
    }
    return false;
}

} // namespace projectionist
