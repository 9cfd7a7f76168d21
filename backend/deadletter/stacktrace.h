// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace projectionist {

enum class TraceKind : std::uint8_t
{
    None,
    Java,   ///< and JavaScript: "at" lines below a header, causes after it
    DotNet, ///< causes before the first frame, innermost frames first
    Python, ///< root first, innermost frame last
    Go,
};

/// One throwable of a trace. Views into the text that was parsed.
struct TraceSection
{
    std::string_view exception; ///< class; empty where the text has none
    std::string_view message;
    std::string_view frames; ///< from the first frame's line to the end of the last one's
    std::size_t frameCount = 0;
    std::size_t omitted = 0; ///< "... n more": the last n frames of the section around it
    bool suppressed = false; ///< thrown beside; not in the chain of causes
};

struct StackTrace
{
    TraceKind kind = TraceKind::None;
    std::vector<TraceSection> sections; ///< outermost first, whatever the order in the text
    bool cut = false;                   ///< the writer cut the text
};

/// Parses by the grammar of the language, not by searching for words, since messages may contain traces themselves.
/// `message` is the message of what was thrown as another header tells it (also "outer; root"); lines that belong to it
/// are never taken for structure. Without memory of its own beyond `trace`, which is reused; linear in the text.
void parseStackTrace(std::string_view text, std::string_view message, StackTrace& trace);

/// Takes the next frame, innermost first, without "at "; false when there is none left.
[[nodiscard]] bool takeFrame(TraceKind kind, std::string_view& frames, std::string_view& frame);

/// "class: message" at the front of `line`; false when it does not begin with a class name.
[[nodiscard]] bool splitThrowable(std::string_view line, std::string_view& exception, std::string_view& message);

} // namespace projectionist
