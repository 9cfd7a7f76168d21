// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/keyevents.h"

#include <algorithm>
#include <deque>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr Offset firstPortion = 20'000; ///< of each partition
constexpr Offset growth = 4;
constexpr std::size_t mostOfPayload = 1 << 20; ///< bytes, in which a version is looked for

class BackwardSearch
{
public:
    BackwardSearch(std::span<const LogRange> spans, const std::set<std::string>& keys, std::size_t most,
                   const ReadEvent& read)
        : m_spans(spans.begin(), spans.end()), m_most(most), m_read(read), m_lacking(keys.begin(), keys.end())
    {
    }

    /// False: there is nothing more to look for, or nowhere.
    [[nodiscard]] bool next()
    {
        std::erase_if(m_lacking, [this](const std::string& key) {
            const auto found = m_found.events.find(key);
            return found != m_found.events.end() &&
                   (found->second.size() >= m_most || std::ranges::any_of(found->second, isFirst));
        });
        m_ranges.clear();
        m_newest.clear();
        for (const auto& span : m_spans)
            if (span.to > span.from && !m_lacking.empty())
                m_ranges.push_back({span.id, std::max(span.from, span.to - m_portion), span.to, m_lacking});
        m_newest.resize(m_ranges.size());
        m_portion *= growth;
        return !m_ranges.empty();
    }
    [[nodiscard]] const std::vector<KeyRange>& ranges() const { return m_ranges; }

    void found(std::size_t range, std::size_t key, const FoundEvent& event)
    {
        auto& newest = m_newest[range][key];
        newest.push_back(m_read(event.record(mostOfPayload)));
        if (newest.size() > m_most)
            newest.pop_front();
    }

    /// False: a range was not read to its end, so that what is newest in it is not known.
    [[nodiscard]] bool take(const std::vector<KeyRangeOutcome>& outcomes)
    {
        bool whole = true;
        for (std::size_t i = 0; i < m_ranges.size(); ++i) {
            const auto& range = m_ranges[i];
            auto& span =
                *std::find_if(m_spans.begin(), m_spans.end(), [&](const auto& one) { return one.id == range.id; });
            if (outcomes[i].error || !outcomes[i].complete) {
                whole = false;
                m_found.gap = outcomes[i].error
                                  ? toString(*outcomes[i].error)
                                  : fmt::format("{} was searched back to offset {} only, in the time that there was",
                                                toString(range.id), span.to);
                continue;
            }
            for (auto& [key, events] : m_newest[i]) {
                auto& all = m_found.events[range.keys[key]];
                all.insert(all.end(), std::make_move_iterator(events.rbegin()), std::make_move_iterator(events.rend()));
            }
            span.to = range.from;
        }
        return whole;
    }

    [[nodiscard]] KeyEvents finish(bool late)
    {
        for (const auto& span : m_spans)
            if (late && m_found.gap.empty() && span.to > span.from)
                m_found.gap = fmt::format("{} was searched back to offset {} only, in the time that there was",
                                          toString(span.id), span.to);
        return std::move(m_found);
    }

private:
    static bool isFirst(const LoggedEvent& event) { return event.version && *event.version <= 1; }

    std::vector<LogRange> m_spans; ///< what has not been looked at
    const std::size_t m_most;
    const ReadEvent& m_read;
    std::vector<std::string> m_lacking; ///< keys that have not enough events
    Offset m_portion = firstPortion;
    std::vector<KeyRange> m_ranges;                                       ///< of the present portion
    std::vector<std::map<std::size_t, std::deque<LoggedEvent>>> m_newest; ///< by range and key
    KeyEvents m_found;
};

} // namespace

Result<KeyEvents> findLastEvents(KeySearch& search, std::span<const LogRange> spans, const std::set<std::string>& keys,
                                 std::size_t most, const ReadEvent& read, const Clock& clock, Duration limit,
                                 const std::stop_token& stop)
{
    const Duration end = clock.monotonic() + limit;
    BackwardSearch backward(spans, keys, most, read);
    while (backward.next()) {
        const Duration left = end - clock.monotonic();
        if (left <= Duration(0) || stop.stop_requested())
            return backward.finish(true);
        const auto outcomes = search.find(
            backward.ranges(),
            [&](std::size_t range, std::size_t key, const FoundEvent& event) {
                backward.found(range, key, event);
                return true;
            },
            {}, left, stop);
        if (!outcomes)
            return tl::unexpected(outcomes.error());
        if (!backward.take(*outcomes))
            break;
    }
    return backward.finish(false);
}

} // namespace projectionist
