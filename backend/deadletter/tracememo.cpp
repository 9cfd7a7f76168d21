// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/tracememo.h"

#include "backend/deadletter/hash.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace projectionist {

namespace {

constexpr unsigned cutsShift = 29; ///< of a mark; below it stands the place in the trace without its cuts
constexpr std::uint32_t placeMask = (1U << cutsShift) - 1;
constexpr std::size_t longestTrace = placeMask;
constexpr std::size_t longestMessage = 16'384;
constexpr int mostProbes = 64; ///< words as short as to stand everywhere are not worth more

/// What differs from letter to letter: the end of a message, behind what wraps it. Empty: parsing might find something
/// in it, which has to be looked at every time.
std::string_view endOf(std::string_view message)
{
    if (message.size() > longestMessage)
        return {};
    std::size_t begin = message.size();
    for (; begin > 0; --begin) {
        const char c = message[begin - 1];
        if (c == '\n' || c == '\r')
            return {};
        if (c != ':' && c != ';')
            continue;
        if (begin == message.size() || message[begin] != ' ')
            return {};
        ++begin;
        break;
    }
    const auto end = message.substr(begin);
    std::string_view exception;
    std::string_view rest;
    return splitThrowable(end, exception, rest) ? std::string_view() : end;
}

} // namespace

class TraceMemo::Look
{
public:
    Look(std::string_view trace, std::string_view message) : m_trace(trace), m_message(message), m_end(endOf(message))
    {
    }

    /// Whether it can be cut as another trace was.
    [[nodiscard]] bool cutAs(const Layout& layout)
    {
        m_layout = layout;
        for (std::size_t i = 0; i < layout.count; ++i)
            if (const auto at = placeOf(i); at + m_end.size() > m_trace.size() ||
                                            !m_trace.substr(at).starts_with(m_end) || !isCut(at, at + m_end.size()))
                return false;
        return true;
    }
    /// Finds all places where the message's end ends a line; of too many none.
    void findCuts()
    {
        m_layout = {};
        const char* const last = m_trace.data() + m_trace.size();
        const char* from = m_trace.data();
        for (int probe = 0; probe < mostProbes; ++probe) {
            const auto* hit = static_cast<const char*>(
                ::memmem(from, static_cast<std::size_t>(last - from), m_end.data(), m_end.size()));
            if (!hit)
                return;
            from = hit + m_end.size();
            const auto at = static_cast<std::size_t>(hit - m_trace.data());
            if (!isCut(at, at + m_end.size()))
                continue;
            if (m_layout.count == m_layout.places.size())
                break;
            m_layout.places[m_layout.count] = static_cast<std::uint32_t>(at - m_layout.count * m_end.size());
            ++m_layout.count;
        }
        m_layout = {};
    }

    [[nodiscard]] bool hasEnd() const { return !m_end.empty(); }
    [[nodiscard]] const Layout& layout() const { return m_layout; }
    /// By the cuts that were made last.
    [[nodiscard]] Shape shape() const
    {
        auto message = m_message;
        message.remove_suffix(m_layout.count > 0 ? m_end.size() : 0);
        std::uint64_t hash = hashOf(message, m_layout.count);
        std::size_t begin = 0;
        for (std::size_t i = 0; i < m_layout.count; ++i) {
            hash = hashOf(m_trace.substr(begin, placeOf(i) - begin), hash);
            begin = placeOf(i) + m_end.size();
        }
        return {hashOf(m_trace.substr(begin), hash),
                static_cast<std::uint32_t>(m_trace.size() - m_layout.count * m_end.size()), m_layout.count};
    }
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
        const auto first = mark(begin);
        const auto last = mark(begin + text.size());
        return first && last ? std::optional(Part{*first, *last}) : std::nullopt;
    }

private:
    [[nodiscard]] std::size_t placeOf(std::size_t cut) const { return m_layout.places[cut] + cut * m_end.size(); }

    /// Where the message ends a line that is no frame, behind a class or another message.
    [[nodiscard]] bool isCut(std::size_t at, std::size_t end) const
    {
        const bool ends = end == m_trace.size() || m_trace[end] == '\n' || m_trace[end] == '\r';
        if (!ends || at < 2 || m_trace[at - 1] != ' ' || (m_trace[at - 2] != ':' && m_trace[at - 2] != ';'))
            return false;
        const char first = m_trace[m_trace.rfind('\n', at) + 1]; // npos + 1: the first line
        return first != ' ' && first != '\t';
    }

    [[nodiscard]] std::size_t position(std::uint32_t marked) const
    {
        return (marked & placeMask) + (marked >> cutsShift) * m_end.size();
    }
    [[nodiscard]] std::optional<std::uint32_t> mark(std::size_t at) const
    {
        std::uint32_t before = 0;
        while (before < m_layout.count && placeOf(before) + m_end.size() <= at)
            ++before;
        if (before < m_layout.count && placeOf(before) < at)
            return std::nullopt;
        return static_cast<std::uint32_t>(at - before * m_end.size()) | before << cutsShift;
    }

    const std::string_view m_trace;
    const std::string_view m_message;
    const std::string_view m_end; ///< of the message
    Layout m_layout;
};

const TraceMemo::Entry* TraceMemo::find(const Look& look) const
{
    const auto shape = look.shape();
    const Entry& entry = m_entries[shape.hash & (entryCount - 1)];
    return entry.shape == shape ? &entry : nullptr;
}

/// As most letters before it, or by searching.
const TraceMemo::Entry* TraceMemo::lookUp(Look& look)
{
    if (!look.hasEnd())
        return find(look);
    for (auto layout = m_layouts.begin(); layout != m_layouts.end() && layout->count > 0; ++layout) {
        if (!look.cutAs(*layout))
            continue;
        if (const auto* entry = find(look)) {
            std::rotate(m_layouts.begin(), layout, layout + 1);
            return entry;
        }
    }
    look.findCuts();
    if (look.layout().count > 0 && std::ranges::find(m_layouts, look.layout()) == m_layouts.end()) {
        m_layouts.back() = look.layout();
        std::rotate(m_layouts.begin(), m_layouts.end() - 1, m_layouts.end());
    }
    return find(look);
}

RootCause TraceMemo::rootOf(std::string_view trace, std::string_view message)
{
    const bool remembered = !trace.empty() && trace.size() <= longestTrace;
    Look look(trace, message);
    if (remembered)
        if (const Entry* entry = lookUp(look))
            return {look[entry->exception], look[entry->message], look[entry->frame], entry->kind,
                    entry->wrapper,         entry->chained,       entry->cut};
    parseStackTrace(trace, message, m_trace);
    const RootCause root = m_rules.rootOf(m_trace);
    const auto exception = look.partOf(root.exception);
    const auto text = look.partOf(root.message);
    const auto frame = look.partOf(root.frame);
    if (remembered && exception && text && frame) {
        const auto shape = look.shape();
        m_entries[shape.hash & (entryCount - 1)] = {shape,    root.kind,  root.wrapper, root.chained,
                                                    root.cut, *exception, *text,        *frame};
    }
    return root;
}

} // namespace projectionist
