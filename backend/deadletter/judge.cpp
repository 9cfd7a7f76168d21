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

class Judge
{
public:
    Judge(const LetterEvidence& letter, const std::vector<Offset>& lane) : m_letter(letter), m_lane(lane)
    {
        m_result.place = letter.place;
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
        if (m_result.verdict == ReplayVerdict::Safe && m_result.earlier > 0)
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
        if (!m_letter.row)
            return false;
        const RowState& row = *m_letter.row;
        if (!row.found) {
            say(ReplayVerdict::Safe, "the read model has no row for its key");
            return true;
        }
        if (row.version && m_letter.version)
            return compare(*row.version, *m_letter.version, "version");
        const bool sameLog = (row.topic.empty() || row.topic == m_letter.origin.topic) &&
                             (!row.partition || row.partition == m_letter.origin.partition);
        if (row.position && sameLog)
            return compare(*row.position, *m_letter.origin.offset, "position");
        return false;
    }

    bool compare(std::int64_t applied, std::int64_t own, std::string_view what)
    {
        const auto both = fmt::format("the row is at {} {}, the letter at {}", what, applied, own);
        if (applied == own)
            say(ReplayVerdict::AlreadyApplied, both);
        else if (applied > own)
            say(ReplayVerdict::NewerApplied, both);
        else
            say(ReplayVerdict::Safe, both);
        if (applied > own && what == "position")
            m_result.newer = applied;
        return true;
    }

    /// False: the log does not tell either.
    bool byLog()
    {
        if (!m_letter.later)
            return false;
        for (const Offset later : m_letter.later->offsets) {
            if (std::ranges::binary_search(m_lane, later))
                continue; // failed as well
            if (!m_letter.applied)
                return false;
            if (later < *m_letter.applied) {
                m_result.newer = later;
                say(ReplayVerdict::NewerApplied,
                    fmt::format("a later event of its key, at offset {}, was applied", later));
                return true;
            }
        }
        if (!m_letter.later->complete)
            return false;
        say(ReplayVerdict::Safe, "no later event of its key was applied");
        return true;
    }

    [[nodiscard]] std::string unknownBecause() const
    {
        if (!m_letter.later)
            return m_letter.row ? m_letter.later.error().why : m_letter.row.error().why;
        if (!m_letter.later->complete)
            return "the log was not read to its end";
        return "there are later events of its key, and nobody knows how far the projection has come";
    }

    const LetterEvidence& m_letter;
    const std::vector<Offset>& m_lane;
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

std::vector<LetterJudgement> judgeLetters(std::span<const LetterEvidence> letters)
{
    const Lanes lanes = lanesOf(letters);
    std::vector<LetterJudgement> judgements;
    judgements.reserve(letters.size());
    for (const auto& letter : letters) {
        if (const auto lane = laneOf(letter)) {
            judgements.push_back(Judge(letter, lanes.at(*lane)).judge());
            continue;
        }
        auto& judgement = judgements.emplace_back();
        judgement.place = letter.place;
        judgement.why = letter.key ? "it does not tell where its event came from"
                                   : "it has no key, so what came after it for the same thing cannot be told";
    }
    return judgements;
}

} // namespace projectionist
