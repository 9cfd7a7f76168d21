// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/judgement.h"
#include "backend/deadletter/replay/replayplanner.h"

#include <map>
#include <QString>

namespace projectionist {

/// Tokens and numbers from here on are the replay wizard's, where a desk of dead letters answers others too.
inline constexpr std::uint64_t replayTokens = std::uint64_t{1} << 63;

/// Which letters somebody may want to replay, as a page offers them.
struct ReplayScope
{
    enum class Kind : std::uint8_t
    {
        Selected, ///< exactly `selected`
        Group,    ///< those of a group that pass the filter
        Listed    ///< all that pass the filter
    };
    Kind kind = Kind::Listed;
    std::vector<LetterView> selected{};
    std::optional<std::uint32_t> group{};
    std::string filter{};
    std::uint64_t count = 0; ///< as known now; gathering counts them exactly
    QString name{};          ///< of a group, for people
    bool localTime = false;  ///< see LetterQuery
};

/// The letters that were chosen, frozen: new failures never join them.
struct ReplayChosen
{
    std::vector<LetterView> views;       ///< in the order of reading
    std::vector<std::string> references; ///< of the views; empty where the source cannot be reached
    std::vector<ReplayCandidate> others; ///< that stay behind and have a key of one of the views
    std::string where;                   ///< what chose them; for people
    TimePoint at{};
    bool complete = true; ///< all that was there had been read; else there may be more that nobody has seen yet
};

/// What judging told of the letters chosen; in their order.
using ReplayJudgements = std::vector<LetterJudgement>;

} // namespace projectionist
