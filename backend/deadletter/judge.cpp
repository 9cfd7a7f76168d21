// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/judge.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <tuple>

namespace projectionist {

namespace {

/// Letters that are in each other's way.
using Lane = std::tuple<std::string_view, std::string_view, std::int32_t, std::string_view>;

std::optional<Lane> laneOf(const LetterEvidence& letter)
{
    if (!letter.key || !letter.origin.exact())
        return std::nullopt;
    return Lane{letter.projection, letter.origin.topic, *letter.origin.partition, *letter.key};
}

using Lanes = std::map<Lane, std::vector<Offset>>; ///< origins, rising, each once

Lanes lanesOf(std::span<const LetterEvidence> letters)
{
    Lanes lanes;
    for (const auto& letter : letters)
        if (const auto lane = laneOf(letter))
            lanes[*lane].push_back(*letter.origin.offset);
    for (auto& [lane, offsets] : lanes) {
        std::ranges::sort(offsets);
        offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
    }
    return lanes;
}

/// What the row and the letter are compared by.
struct Comparison
{
    std::int64_t applied = 0;
    std::int64_t own = 0;
    const char* what = "";
};

bool inSameLog(const RowState& row, const EventOrigin& origin)
{
    return origin.exact() && (row.topic.empty() || row.topic == origin.topic) &&
           (!row.partition || row.partition == origin.partition);
}

/// nullopt: the row does not tell.
std::optional<Comparison> comparisonOf(const LetterEvidence& letter)
{
    if (!letter.row || !letter.row->found)
        return std::nullopt;
    const RowState& row = *letter.row;
    if (row.version && letter.version)
        return Comparison{*row.version, *letter.version, "version"};
    if (row.position && inSameLog(row, letter.origin))
        return Comparison{*row.position, *letter.origin.offset, "position"};
    return std::nullopt;
}

/// `lane`: letters that are in each other's way; empty where that is not known.
class Judge
{
public:
    Judge(const LetterEvidence& letter, std::span<const Offset> lane) : m_letter(letter), m_lane(lane)
    {
        m_result.place = letter.place;
        if (!lane.empty())
            m_result.earlier =
                static_cast<std::size_t>(std::ranges::lower_bound(lane, *letter.origin.offset) - lane.begin());
        if (letter.row)
            m_result.row = *letter.row;
    }

    LetterJudgement judge()
    {
        if (m_letter.undecodable)
            say(ReplayVerdict::WouldFailAgain, *m_letter.undecodable);
        else if (!byRow() && !byLog())
            say(ReplayVerdict::Unknown, unknownBecause());
        if (m_result.verdict != ReplayVerdict::Safe)
            return std::move(m_result);
        if (m_lane.empty())
            say(ReplayVerdict::Unknown, laneless());
        else if (m_result.earlier > 0)
            say(ReplayVerdict::AfterEarlier,
                fmt::format("{} of the same key failed before it", m_result.earlier == 1
                                                                       ? std::string("one letter")
                                                                       : fmt::format("{} letters", m_result.earlier)));
        return std::move(m_result);
    }

private:
    void say(ReplayVerdict verdict, std::string why)
    {
        m_result.verdict = verdict;
        m_result.why = std::move(why);
    }

    /// False: the row does not tell.
    bool byRow()
    {
        if (m_letter.row && !m_letter.row->found && !m_lane.empty()) {
            if (m_letter.later && !m_letter.applied && anyMoved())
                return false;
            if (!newerInLog())
                say(ReplayVerdict::Safe, m_letter.later && !m_letter.later->complete
                                             ? "the read model has no row for its key; not all of the log was looked at"
                                             : "the read model has no row for its key");
            return true;
        }
        const auto comparison = comparisonOf(m_letter);
        if (!comparison)
            return false;
        const auto both = fmt::format("the row is at {} {}, the letter at {}", comparison->what, comparison->applied,
                                      comparison->own);
        if (comparison->applied == comparison->own)
            say(ReplayVerdict::AlreadyApplied, both);
        else if (comparison->applied > comparison->own)
            say(ReplayVerdict::NewerApplied, both);
        else
            say(ReplayVerdict::Safe, both);
        const RowState& row = *m_letter.row;
        if (m_result.verdict == ReplayVerdict::NewerApplied && row.position && inSameLog(row, m_letter.origin) &&
            *row.position > *m_letter.origin.offset)
            m_result.newer = row.position;
        return true;
    }

    /// A later event that was applied.
    bool newerInLog()
    {
        if (!m_letter.later || !m_letter.applied)
            return false;
        for (const Offset later : m_letter.later->offsets)
            if (later < *m_letter.applied && !failedAsWell(later)) {
                m_result.newer = later;
                say(ReplayVerdict::NewerApplied,
                    fmt::format("a later event of its key, at offset {}, was applied", later));
                return true;
            }
        return false;
    }

    /// False: the log does not tell either.
    bool byLog()
    {
        if (!m_letter.later || m_lane.empty())
            return false;
        if (newerInLog())
            return true;
        if (!m_letter.later->complete || (!m_letter.applied && anyMoved()))
            return false;
        say(ReplayVerdict::Safe, "no later event of its key was applied");
        return true;
    }

    /// There is a later event that did not fail.
    [[nodiscard]] bool anyMoved() const
    {
        const auto& offsets = m_letter.later->offsets;
        return std::any_of(offsets.begin(), offsets.end(), [&](Offset later) { return !failedAsWell(later); });
    }
    [[nodiscard]] bool failedAsWell(Offset later) const { return std::ranges::binary_search(m_lane, later); }

    [[nodiscard]] std::string laneless() const
    {
        return m_letter.key ? "it does not tell where its event came from"
                            : "it has no key, so what came after it for the same thing cannot be told";
    }

    [[nodiscard]] std::string unknownBecause() const
    {
        if (m_lane.empty())
            return laneless();
        if (!m_letter.later)
            return m_letter.row ? m_letter.later.error().why
                                : fmt::format("{}; {}", m_letter.row.error().why, m_letter.later.error().why);
        if (!m_letter.later->complete)
            return m_letter.later->incompleteness.empty() ? "the log was not read to its end"
                                                          : m_letter.later->incompleteness;
        return "there are later events of its key, and nobody knows how far the projection has come";
    }

    const LetterEvidence& m_letter;
    const std::span<const Offset> m_lane;
    LetterJudgement m_result;
};

} // namespace

std::string_view toString(ReplayVerdict verdict) noexcept
{
    switch (verdict) {
    case ReplayVerdict::Safe:
        return "safe";
    case ReplayVerdict::AfterEarlier:
        return "after-earlier";
    case ReplayVerdict::AlreadyApplied:
        return "already-applied";
    case ReplayVerdict::NewerApplied:
        return "newer-applied";
    case ReplayVerdict::WouldFailAgain:
        return "would-fail-again";
    case ReplayVerdict::Unknown:
        break;
    }
    return "unknown";
}

bool rowDecides(const LetterEvidence& letter)
{
    return comparisonOf(letter).has_value();
}

std::vector<LetterJudgement> judgeLetters(std::span<const LetterEvidence> letters)
{
    const Lanes lanes = lanesOf(letters);
    std::vector<LetterJudgement> judgements;
    judgements.reserve(letters.size());
    for (const auto& letter : letters) {
        const auto lane = laneOf(letter);
        judgements.push_back(Judge(letter, lane ? std::span(lanes.at(*lane)) : std::span<const Offset>()).judge());
    }
    return judgements;
}

} // namespace projectionist
