// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/tracetext.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr std::string_view arrow = " ---> ";
constexpr std::string_view branch = "---> (Inner Exception #";
constexpr std::string_view branchEnd = "<---";

bool endsInner(const TraceText& text)
{
    return text.content() == "--- End of inner exception stack trace ---";
}

/// What Exception.ToString writes: all heads outermost first (since .NET Core each on a line after " ---> ", before
/// that on one line), then the frames innermost first, "--- End of inner exception stack trace ---" after each but the
/// last. AggregateException adds its branches below: " ---> (Inner Exception #n) ... <---".
class DotNetTrace
{
public:
    DotNetTrace(TraceText text, const KnownMessage& known, StackTrace& trace)
        : m_text(text), m_known(known), m_trace(trace)
    {
    }

    void parse()
    {
        if (TraceText first = m_text; first.next() && isAtFrame(first))
            m_trace.sections.emplace_back(); // frames alone
        else
            begin(0);
        countArrows();
        splitLine();
        while (m_text.next())
            readLine();
    }

private:
    /// There are as many true arrows as ends of inner traces; more of them are text of a message.
    void countArrows()
    {
        std::size_t ends = 0;
        std::size_t arrows = 0;
        bool heads = true;
        for (TraceText lines = m_text; lines.next() && !lines.content().starts_with(branch);) {
            heads = heads && !isAtFrame(lines);
            arrows += heads && lines.line.starts_with(arrow);
            ends += endsInner(lines);
        }
        constexpr std::size_t most = 64; // on one line; splitting more would let a letter cost seconds
        m_inline = ends > arrows ? std::min(ends - arrows, most) : 0;
        m_skip = ends > 0 && arrows > ends ? arrows - ends : 0;
    }

    void begin(std::size_t position)
    {
        const ThrowableHead head = takeHead(m_text, position, m_known);
        m_trace.sections.push_back({head.exception, head.message, {}, 0, 0, false});
        m_section = m_trace.sections.size() - 1;
        m_complete = head.complete;
    }

    /// "Outer: message ---> Inner: message" on the line of the present head.
    void splitLine()
    {
        while (m_inline > 0 && !m_complete) {
            auto& message = m_trace.sections[m_section].message;
            const auto at = message.find(arrow);
            std::string_view exception;
            std::string_view rest;
            if (at == std::string_view::npos || !splitThrowable(message.substr(at + arrow.size()), exception, rest))
                return;
            const auto position = static_cast<std::size_t>(message.data() - m_text.text.data()) + at + arrow.size();
            message = message.substr(0, at);
            --m_inline;
            begin(position);
        }
    }

    void readLine()
    {
        const auto content = m_text.content();
        if (content.starts_with(branch))
            return beginBranch();
        const bool endsBranch = m_inBranch && content.ends_with(branchEnd);
        if (endsBranch)
            m_text.line.remove_suffix(branchEnd.size()); // behind the last frame
        if (isAtFrame(m_text)) {
            auto& section = m_trace.sections[m_section];
            growTo(section.frames, m_text);
            ++section.frameCount;
            m_inFrames = true;
        } else if (endsInner(m_text)) {
            m_section -= m_section > 0 && !m_inBranch;
        } else if (!m_inFrames && m_text.line.starts_with(arrow) && m_skip == 0) {
            begin(m_text.begin + arrow.size());
            splitLine();
        } else if (!m_inFrames) {
            m_skip -= m_skip > 0 && m_text.line.starts_with(arrow);
            growTo(m_trace.sections[m_section].message, m_text);
            splitLine();
        }
        m_inBranch = m_inBranch && !endsBranch;
    }

    void beginBranch()
    {
        const auto end = m_text.line.find(") ");
        if (end == std::string_view::npos)
            return;
        begin(m_text.begin + end + 2);
        m_trace.sections.back().suppressed = true;
        m_inBranch = true;
    }

    TraceText m_text;
    const KnownMessage& m_known;
    StackTrace& m_trace;
    std::size_t m_section = 0; ///< whose frames come
    std::size_t m_inline = 0;  ///< arrows still to be found within lines
    std::size_t m_skip = 0;    ///< arrows at lines' begin that are text
    bool m_complete = false;
    bool m_inFrames = false;
    bool m_inBranch = false;
};

} // namespace

void parseDotNetTrace(TraceText text, const KnownMessage& known, StackTrace& trace)
{
    DotNetTrace(text, known, trace).parse();
}

} // namespace projectionist
