// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/tracetext.h"

#include <algorithm>

namespace projectionist {

namespace {

std::string_view withoutEnd(std::string_view text)
{
    const auto last = text.find_last_not_of(" \r\n\t");
    return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

} // namespace

/// What traceback.format_exception writes: the root first, each "Traceback" line, frames, "class: message"; between two
/// of them a sentence that says how they hang together.
void parsePythonTrace(TraceText text, const KnownMessage& known, StackTrace& trace)
{
    enum class Phase : std::uint8_t
    {
        Between,
        Frames,
        Message
    } phase = Phase::Between;
    while (text.next()) {
        if (phase == Phase::Between) {
            if (text.line.starts_with("Traceback (most recent call last)")) {
                trace.sections.emplace_back();
                phase = Phase::Frames;
            }
        } else if (phase == Phase::Frames && (text.indented() || text.line.empty())) {
            auto& section = trace.sections.back();
            growTo(section.frames, text);
            section.frameCount += text.content().starts_with("File \"");
        } else if (phase == Phase::Frames) {
            const ThrowableHead head = takeHead(text, text.begin, known);
            trace.sections.back().exception = head.exception;
            trace.sections.back().message = head.message;
            phase = Phase::Message;
        } else if (text.line.starts_with("During handling of the above exception") ||
                   text.line.starts_with("The above exception was the direct cause")) {
            phase = Phase::Between;
        } else {
            growTo(trace.sections.back().message, text);
        }
    }
    for (auto& section : trace.sections)
        section.message = withoutEnd(section.message);
    std::reverse(trace.sections.begin(), trace.sections.end());
}

/// A panic: "panic: message", then "goroutine 7 [running]:" and two lines a frame.
void parseGoTrace(TraceText text, StackTrace& trace)
{
    constexpr std::string_view panic = "panic: ";
    auto& section = trace.sections.emplace_back();
    bool inFrames = false;
    while (text.next()) {
        if (text.line.starts_with("goroutine ")) {
            if (inFrames)
                break; // the others did not fail
            inFrames = true;
        } else if (inFrames) {
            growTo(section.frames, text);
            section.frameCount += !text.indented() && !text.line.empty();
        } else if (section.exception.empty() && text.line.starts_with(panic)) {
            section.exception = text.line.substr(0, panic.size() - 2);
            section.message = text.line.substr(panic.size());
        } else if (section.exception.empty()) {
            growTo(section.message, text);
        }
    }
}

} // namespace projectionist
