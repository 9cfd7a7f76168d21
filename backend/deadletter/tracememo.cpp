// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/tracememo.h"

#include "backend/deadletter/hash.h"

namespace projectionist {

namespace {

constexpr std::uint32_t behindMark = 1U << 31;
constexpr std::size_t longestTrace = behindMark - 1;
constexpr std::size_t longestHead = 512;

/// Where the message stands in the first line, "class: message"; 0: it does not, or parsing might find something in it.
std::size_t placeOf(std::string_view message, std::string_view trace)
{
    constexpr std::string_view separator = ": ";
    const auto head = trace.substr(0, longestHead);
    const auto colon = head.find(separator);
    const bool inFirstLine = colon < head.find('\n') && head.front() != ' ' && head.front() != '\t';
    if (!inFirstLine || message.empty())
        return 0;
    const auto place = colon + separator.size();
    const auto end = place + message.size();
    const bool ends = end == trace.size() || (end < trace.size() && (trace[end] == '\n' || trace[end] == '\r'));
    const bool plain =
        ends && trace.substr(place).starts_with(message) && message.find_first_of(":;\r\n") == std::string_view::npos;
    return plain ? place : 0;
}

} // namespace

class TraceMemo::Look
{
public:
    Look(std::string_view trace, std::string_view message)
        : m_trace(trace), m_cut(placeOf(message, trace)), m_cutSize(m_cut > 0 ? message.size() : 0)
    {
        if (trace.empty() || trace.size() > longestTrace)
            return;
        m_shape.hash = m_cut > 0 ? hashOf(trace.substr(m_cut + m_cutSize), hashOf(trace.substr(0, m_cut)))
                                 : hashOf(trace, hashOf(message));
        m_shape.size = static_cast<std::uint32_t>(trace.size() - m_cutSize);
        m_shape.cut = static_cast<std::uint32_t>(m_cut);
    }

    [[nodiscard]] const Shape& shape() const { return m_shape; }
    [[nodiscard]] std::string_view operator[](const Part& part) const
    {
        const auto begin = position(part.begin);
        return m_trace.substr(begin, position(part.end) - begin);
    }
    /// nullopt: it begins or ends within the message, so it says nothing about another trace.
    [[nodiscard]] std::optional<Part> partOf(std::string_view text) const
    {
        if (text.empty())
            return Part{};
        const auto begin = static_cast<std::size_t>(text.data() - m_trace.data());
        const auto end = begin + text.size();
        const auto within = [this](std::size_t at) { return at > m_cut && at < m_cut + m_cutSize; };
        if (within(begin) || within(end))
            return std::nullopt;
        return Part{mark(begin), mark(end)};
    }

private:
    [[nodiscard]] std::size_t position(std::uint32_t marked) const
    {
        return marked & behindMark ? (marked & ~behindMark) + m_cutSize : marked;
    }
    [[nodiscard]] std::uint32_t mark(std::size_t at) const
    {
        const bool behind = m_cutSize > 0 && at >= m_cut + m_cutSize;
        return behind ? static_cast<std::uint32_t>(at - m_cutSize) | behindMark : static_cast<std::uint32_t>(at);
    }

    const std::string_view m_trace;
    const std::size_t m_cut;
    const std::size_t m_cutSize;
    Shape m_shape;
};

RootCause TraceMemo::rootOf(std::string_view trace, std::string_view message)
{
    const Look look(trace, message);
    Entry& entry = m_entries[look.shape().hash & (entryCount - 1)];
    if (look.shape().size > 0 && entry.shape == look.shape())
        return {look[entry.exception], look[entry.message], look[entry.frame], entry.kind,
                entry.wrapper,         entry.chained,       entry.cut};
    parseStackTrace(trace, message, m_trace);
    const RootCause root = m_rules.rootOf(m_trace);
    const auto exception = look.partOf(root.exception);
    const auto text = look.partOf(root.message);
    const auto frame = look.partOf(root.frame);
    if (look.shape().size > 0 && exception && text && frame)
        entry = {look.shape(), root.kind, root.wrapper, root.chained, root.cut, *exception, *text, *frame};
    return root;
}

} // namespace projectionist
