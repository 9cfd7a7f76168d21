// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/tracetext.h"

#include <algorithm>
#include <charconv>

namespace projectionist {

namespace {

/// Throwables that are made without a stack trace, so that "Caused by:" may follow their first line at once. After any
/// other one without frames it is text of the message.
constexpr std::array<std::string_view, 6> stackless{"org.apache.kafka.common.errors.",
                                                    "org.apache.pekko.",
                                                    "akka.",
                                                    "scala.util.control.",
                                                    "io.netty.",
                                                    "reactor.core."};

/// n of "... n more" and "... n common frames omitted".
std::size_t omittedBy(std::string_view content)
{
    constexpr std::string_view dots = "... ";
    if (!content.starts_with(dots))
        return 0;
    std::size_t number = 0;
    const char* const end = content.data() + content.size();
    const auto parsed = std::from_chars(content.data() + dots.size(), end, number);
    const std::string_view rest(parsed.ptr, static_cast<std::size_t>(end - parsed.ptr));
    return parsed.ec == std::errc{} && (rest == " more" || rest == " common frames omitted") ? number : 0;
}

/// What Throwable.printStackTrace writes:
///   trace   = head frames suppressed* ( "Caused by: " head frames suppressed* )*
///   head    = class [": " message, of any lines]
///   frames  = ( TAB "at " frame )* [ TAB "... n more" ]
/// and what Node writes, where a cause is "  [cause]: " head frames.
class JavaTrace
{
public:
    JavaTrace(TraceText text, const KnownMessage& known, StackTrace& trace)
        : m_text(text), m_known(known), m_trace(trace)
    {
    }

    void parse()
    {
        constexpr std::string_view thread = "Exception in thread \"";
        std::size_t start = 0;
        if (m_text.text.starts_with(thread))
            start = std::min(m_text.text.find("\" "), m_text.text.size() - 2) + 2;
        if (TraceText first = m_text; start == 0 && first.next() && isAtFrame(first))
            m_trace.sections.emplace_back(); // frames alone
        else
            begin(start, false);
        while (m_text.next())
            readLine();
    }

private:
    void begin(std::size_t position, bool isSuppressed)
    {
        const ThrowableHead head = takeHead(m_text, position, m_known);
        m_trace.sections.push_back({head.exception, head.message, {}, 0, 0, isSuppressed});
        m_inFrames = false;
        m_textAfterFrames = false;
        m_complete = head.complete || std::any_of(stackless.begin(), stackless.end(), [&head](std::string_view prefix) {
                         return head.exception.starts_with(prefix);
                     });
    }

    void readLine()
    {
        const auto content = m_text.content();
        if (isAtFrame(m_text))
            return readFrame();
        const bool mayShare = m_inFrames || m_trace.sections.size() > 1; // all frames of a cause may be shared
        if (const auto omitted = m_text.indented() && mayShare ? omittedBy(content) : 0; omitted > 0) {
            m_trace.sections.back().omitted = omitted;
            m_inFrames = true;
            return;
        }
        if (beginsSection(content))
            return;
        if (m_inFrames)
            m_textAfterFrames = true;
        else
            readMessage();
    }

    void readFrame()
    {
        if (m_textAfterFrames)
            takeBackAsMessage();
        auto& section = m_trace.sections.back();
        growTo(section.frames, m_text);
        ++section.frameCount;
        m_inFrames = true;
    }

    bool beginsSection(std::string_view content)
    {
        constexpr std::string_view causedBy = "Caused by: ";
        constexpr std::string_view besides = "Suppressed: ";
        constexpr std::string_view nodeCause = "[cause]: ";
        const bool indented = m_text.indented();
        std::string_view word;
        if (content.starts_with(causedBy))
            word = causedBy;
        else if (indented && content.starts_with(besides))
            word = besides;
        else if (indented && content.starts_with(nodeCause))
            word = nodeCause;
        std::string_view exception;
        std::string_view message;
        if (word.empty() || !(m_inFrames || m_complete) ||
            !splitThrowable(content.substr(word.size()), exception, message))
            return false;
        begin(static_cast<std::size_t>(content.data() - m_text.text.data()) + word.size(),
              indented && word != nodeCause);
        return true;
    }

    void readMessage()
    {
        auto& section = m_trace.sections.back();
        std::string_view exception;
        std::string_view message;
        if (section.exception.empty() && m_trace.sections.size() == 1 && !m_complete &&
            splitThrowable(m_text.line, exception, message) && exception.find('.') != std::string_view::npos) {
            m_trace.sections.clear(); // a line of somebody's own stood before the trace
            return begin(m_text.begin, false);
        }
        growTo(section.message, m_text);
    }

    /// Text between frames is in no grammar: what looked like frames so far was part of a message.
    void takeBackAsMessage()
    {
        m_textAfterFrames = false;
        auto& sections = m_trace.sections;
        if (sections.size() > 1)
            sections.pop_back();
        auto& section = sections.back();
        section.frames = {};
        section.frameCount = 0;
        section.omitted = 0;
    }

    TraceText m_text;
    const KnownMessage& m_known;
    StackTrace& m_trace;
    bool m_inFrames = false;
    bool m_complete = false; ///< the message is known to end where it does
    bool m_textAfterFrames = false;
};

} // namespace

void parseJavaTrace(TraceText text, const KnownMessage& known, StackTrace& trace)
{
    JavaTrace(text, known, trace).parse();
}

} // namespace projectionist
