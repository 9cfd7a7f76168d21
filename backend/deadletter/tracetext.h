// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/stacktrace.h"

#include <array>

namespace projectionist {

/// The message of what was thrown, as a header beside the trace tells it. Spring writes "outer; root", so its parts
/// count as well.
class KnownMessage
{
public:
    explicit KnownMessage(std::string_view message);

    /// How much of `text` is a known message to the end of a line; 0: none. `text` begins where a message begins.
    [[nodiscard]] std::size_t lengthAt(std::string_view text) const;

private:
    std::array<std::string_view, 14> m_parts;
    std::size_t m_count = 0;
};

/// Walks a text by lines; keeps where it is, so that a parser can jump over a message.
struct TraceText
{
    std::string_view text;
    std::size_t at = 0;         ///< of the next line
    std::size_t begin = 0;      ///< of the line taken last
    std::string_view line = {}; ///< without its end
    std::size_t indent = 0;     ///< blanks and tabs at its front

    bool next();
    /// The line without its indentation.
    [[nodiscard]] std::string_view content() const { return line.substr(indent); }
    [[nodiscard]] bool indented() const { return indent > 0; }
};

/// Reads a throwable's first line at `position`: class and message, the latter to its end if it is known. `complete`
/// tells whether it is. The text goes on behind it.
struct ThrowableHead
{
    std::string_view exception;
    std::string_view message;
    bool complete = false;
};
[[nodiscard]] ThrowableHead takeHead(TraceText& text, std::size_t position, const KnownMessage& known);

/// Grows a part of `text` to the end of its present line.
void growTo(std::string_view& part, const TraceText& text);

// The grammars; `trace` is empty before. Every one is linear in the text, and no deeper for nested causes.
void parseJavaTrace(TraceText text, const KnownMessage& known, StackTrace& trace);
void parseDotNetTrace(TraceText text, const KnownMessage& known, StackTrace& trace);
void parsePythonTrace(TraceText text, const KnownMessage& known, StackTrace& trace);
void parseGoTrace(TraceText text, StackTrace& trace);

/// Whether the line is a frame: "\tat com.acme.Orders.apply(Orders.java:12)", "    at apply (/app/orders.js:3:9)".
[[nodiscard]] bool isAtFrame(const TraceText& text);

} // namespace projectionist
