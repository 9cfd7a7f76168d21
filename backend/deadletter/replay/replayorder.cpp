// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replayorder.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

namespace projectionist {

namespace {

using LaneKey = std::pair<std::string_view, std::string_view>; ///< topic and key

bool sameLog(const EventOrigin& a, const EventOrigin& b)
{
    return a.exact() && b.exact() && a.topic == b.topic && a.partition == b.partition;
}

bool arrivedBefore(const LetterInLine& a, const LetterInLine& b)
{
    return std::tie(a.arrived, a.place) < std::tie(b.arrived, b.place);
}

/// Letters of one key, by their positions in the plan.
using Lanes = std::map<LaneKey, std::vector<std::size_t>>;

Lanes lanesOf(std::span<const LetterInLine> letters, std::span<const std::size_t> order)
{
    Lanes lanes;
    for (const auto at : order)
        if (letters[at].key)
            lanes[{letters[at].topic, *letters[at].key}].push_back(at);
    return lanes;
}

/// Whether all are events of one partition, whose offsets then tell their order.
bool isOneLog(std::span<const LetterInLine> letters, const std::vector<std::size_t>& lane)
{
    return std::all_of(lane.begin(), lane.end(),
                       [&](std::size_t at) { return sameLog(letters[at].origin, letters[lane.front()].origin); });
}

/// What is to be known of a lane to see quickly whom a letter comes before.
class LaneOrder
{
public:
    LaneOrder(std::span<const LetterInLine> planned, const std::vector<std::size_t>& lane)
        : m_planned(planned), m_lane(lane), m_oneLog(isOneLog(planned, lane))
    {
        for (const auto at : lane) {
            m_latest.push_back(std::max(planned[at].arrived, m_latest.empty() ? TimePoint::min() : m_latest.back()));
            m_projections.insert(planned[at].projection);
        }
    }

    /// Position in the plan of the first that `letter` comes before.
    [[nodiscard]] std::optional<std::size_t> firstBehind(const LetterInLine& letter) const
    {
        if (!letter.projection.empty() && !m_projections.contains("") && !m_projections.contains(letter.projection))
            return std::nullopt;
        std::ptrdiff_t at = 0;
        if (m_oneLog && sameLog(letter.origin, m_planned[m_lane.front()].origin)) {
            const auto later = [&](Offset offset, std::size_t planned) {
                return offset < *m_planned[planned].origin.offset;
            };
            at = std::upper_bound(m_lane.begin(), m_lane.end(), *letter.origin.offset, later) - m_lane.begin();
        } else {
            at = std::upper_bound(m_latest.begin(), m_latest.end(), letter.arrived) - m_latest.begin();
        }
        const auto position = static_cast<std::size_t>(at);
        return position < m_lane.size() ? std::optional(m_lane[position]) : std::nullopt;
    }

private:
    const std::span<const LetterInLine> m_planned;
    const std::vector<std::size_t>& m_lane;
    const bool m_oneLog;
    std::vector<TimePoint> m_latest; ///< arrivals until there: rising, so that it can be searched
    std::set<std::string_view> m_projections;
};

} // namespace

std::vector<std::size_t> orderOfReplay(std::span<const LetterInLine> letters)
{
    std::vector<std::size_t> order(letters.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return arrivedBefore(letters[a], letters[b]); });
    std::vector<std::size_t> turn(letters.size()); ///< of each letter, its place in the order
    for (std::size_t i = 0; i < order.size(); ++i)
        turn[order[i]] = i;
    for (auto& [key, lane] : lanesOf(letters, order)) {
        if (!isOneLog(letters, lane))
            continue;
        std::vector<std::size_t> turns;
        for (const auto at : lane)
            turns.push_back(turn[at]);
        auto sorted = lane;
        std::stable_sort(sorted.begin(), sorted.end(), [&](std::size_t a, std::size_t b) {
            return *letters[a].origin.offset < *letters[b].origin.offset;
        });
        for (std::size_t i = 0; i < sorted.size(); ++i)
            order[turns[i]] = sorted[i];
    }
    return order;
}

std::vector<LetterLeftBehind> lettersLeftBehind(std::span<const LetterInLine> planned,
                                                std::span<const LetterInLine> staying)
{
    std::vector<std::size_t> order(planned.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const Lanes lanes = lanesOf(planned, order);
    std::map<LaneKey, LaneOrder> orders;
    for (const auto& [key, lane] : lanes)
        orders.emplace(std::piecewise_construct, std::forward_as_tuple(key), std::forward_as_tuple(planned, lane));
    std::vector<std::pair<std::size_t, const LetterInLine*>> behind;
    for (const auto& letter : staying) {
        if (!letter.key)
            continue;
        // Of a cut key all that begin so may be meant.
        for (auto lane = orders.lower_bound({letter.topic, *letter.key});
             lane != orders.end() && lane->first.first == letter.topic &&
             (letter.keyCut ? lane->first.second.starts_with(*letter.key) : lane->first.second == *letter.key);
             ++lane)
            if (const auto first = lane->second.firstBehind(letter)) {
                behind.emplace_back(*first, &letter);
                break;
            }
    }
    std::sort(behind.begin(), behind.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first < b.first : a.second->reference < b.second->reference;
    });
    std::vector<LetterLeftBehind> left;
    for (const auto& [first, letter] : behind)
        left.push_back({letter->reference, letter->key, planned[first].reference});
    return left;
}

} // namespace projectionist
