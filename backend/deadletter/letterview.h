// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/grouptally.h"

namespace projectionist {

// Copies of what an index knows, for other threads.

/// One letter as a list shows it. Empty or nullopt: not known.
struct LetterView
{
    std::size_t row = 0;
    LetterPlace place;
    std::uint32_t group = 0;
    std::uint64_t fingerprint = 0; ///< that the group is known by
    LetterState state = LetterState::Open;
    std::string projection;
    std::string consumer;
    std::string exception;
    std::string messagePattern;
    std::string frame;
    std::string eventType;
    EventOrigin origin; ///< its timestamp is eventTime
    std::vector<std::string> families;
    std::size_t hops = 0;
    std::optional<std::int64_t> attempts;
    std::optional<std::int64_t> valueSize; ///< bytes; nullopt: no value
    std::optional<TimePoint> arrived;
    ArrivalBasis arrivedBy = ArrivalBasis::Unknown;
    std::optional<TimePoint> failedAt;
    std::optional<TimePoint> nextAttempt;
    std::uint32_t flags = 0;        ///< LetterFlag
    std::optional<std::string> key; ///< bytes; nullopt: a null key
    bool keyCut = false;            ///< there is more of the key
};

struct NamedCount
{
    std::string name; ///< empty: not known
    std::uint64_t count = 0;
    bool operator==(const NamedCount&) const = default;
};

/// One row of the list of groups.
struct GroupView
{
    std::uint32_t group = 0;
    std::vector<std::uint64_t> fingerprints; ///< the group's own first, then of sources that keep no stack traces
    GroupReason reason;
    GroupNumbers numbers;
    TimePoint arrivalsFrom{};
    std::vector<NamedCount> projections; ///< most letters first
    std::vector<NamedCount> consumers;
    std::vector<NamedCount> topics;
    LetterView example; ///< the newest letter
    /// From then on retention may delete the first of its letters, or of the events that failed, after which they can
    /// be replayed no more, or no more compared. nullopt: never by time, or not known.
    std::optional<TimePoint> lettersExpire{};
    std::optional<TimePoint> originalsExpire{};
    /// The sooner of them.
    [[nodiscard]] std::optional<TimePoint> expires() const
    {
        return lettersExpire && originalsExpire ? std::min(lettersExpire, originalsExpire)
                                                : (lettersExpire ? lettersExpire : originalsExpire);
    }
};

/// Of the letters that are counted; an empty name for those without any.
[[nodiscard]] std::vector<NamedCount> countsByProjection(const LetterIndex& index, const GroupTally& tally);

struct LetterOrder
{
    LetterField by = LetterField::Arrived; ///< not Age, Message or EventId: those cannot be sorted by
    bool descending = true;
    bool operator==(const LetterOrder&) const = default;
};

/// Not of a removed row.
[[nodiscard]] LetterView viewOf(const LetterIndex& index, std::size_t row);
[[nodiscard]] GroupView viewOf(const LetterIndex& index, const GroupTally& tally, std::uint32_t group);

/// Rows of letters in order, at most the first `most`; those of the same value newest first, those without it last.
/// `result`: only those that pass (nullptr: all). `group`: only those of this group.
/// `withResolved`: those that were resolved, too.
[[nodiscard]] std::vector<std::uint32_t> sortedRows(const LetterIndex& index, LetterOrder order,
                                                    const FilterResult* result = nullptr,
                                                    std::optional<std::uint32_t> group = {},
                                                    std::size_t most = std::numeric_limits<std::size_t>::max(),
                                                    bool withResolved = true);

/// The same in the order in which they were read, from row `first` on.
[[nodiscard]] std::vector<std::uint32_t> rowsFrom(const LetterIndex& index, std::size_t first,
                                                  const FilterResult* result = nullptr,
                                                  std::optional<std::uint32_t> group = {},
                                                  std::size_t most = std::numeric_limits<std::size_t>::max(),
                                                  bool withResolved = true);

} // namespace projectionist
