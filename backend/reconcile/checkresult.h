// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/cause.h"
#include "backend/reconcile/comparisonplan.h"
#include "backend/reconcile/flightwatch.h"

#include <memory>

namespace projectionist {

/// What became of a difference when it was read again.
enum class DriftState : std::uint8_t
{
    Pending,  ///< may be a change in flight: the source of truth changed meanwhile, or the projection is not past it
    Settled,  ///< gone: it was a change in flight
    Confirmed ///< drift
};
/// "pending", "settled", "confirmed".
[[nodiscard]] std::string_view toString(DriftState state) noexcept;

/// A key whose rows differ. A row that is not there is nullopt, never both.
struct RowDifference
{
    std::vector<std::string> key;
    std::optional<std::vector<Cell>> expected; ///< in the order of CheckResult::columns
    std::optional<std::vector<Cell>> actual;
    std::vector<std::size_t> differing; ///< indexes of columns; empty unless both rows are there
    DriftState state = DriftState::Pending;
    std::optional<DifferenceCause> cause{}; ///< nullopt: nobody has looked for it
    std::string repairedBy{}; ///< id of the replay after which the rows were equal; empty: none has done that

    /// "missing" (from the read model), "extra" (in it), "different".
    [[nodiscard]] std::string_view kind() const noexcept;
    bool operator==(const RowDifference&) const = default;
};

enum class CheckEngine : std::uint8_t
{
    SameDatabase,
    TwoStreams,
    HashedBuckets,
    Counts,
    OneStream, ///< kind Order: of the problems that a store found on the actual side
    Log,       ///< kind Order: the events themselves
    Fold       ///< kind Events: the events, by their declared projection
};
/// "same database", "two streams", "hashed buckets", "counts", "one stream", "log", "fold".
[[nodiscard]] std::string_view toString(CheckEngine engine) noexcept;

/// What one run of a check found.
struct CheckResult
{
    std::string check;
    CheckKind kind = CheckKind::Rows;
    CheckSeverity severity = CheckSeverity::Warning;
    CheckEngine engine = CheckEngine::SameDatabase;
    std::string why;  ///< this engine
    std::string rule; ///< by which a difference counts as confirmed
    std::vector<CheckFinding> findings;
    std::vector<std::string> keyColumns;
    std::vector<std::string> columns;
    std::int64_t expectedRows = 0; ///< that were compared
    std::int64_t actualRows = 0;
    bool complete =
        true; ///< false: it ended at the largest number of differences, and there may be more, or by `ending`
    std::string
        ending{}; ///< "its budget of 10 m was used up; rows behind 42 were not compared"; empty: no budget ended it
    int snapshots = 1;                      ///< of each side, one after the other, in which the rows were compared
    std::vector<RowDifference> differences; ///< pending and confirmed, in the order of their keys
    std::size_t settled = 0;                ///< that were none any more when they were read again
    std::optional<DriftState> counts;       ///< kind Count: set if the numbers of rows differed at first
    LogPositions through;                   ///< positions of the projection that this is true of; empty: not known
    TimePoint verifiedAt{};                 ///< when the rows were last read
    TimePoint began{};
    Duration took{0};
    std::shared_ptr<const CheckResult> rows{}; ///< kind Groups with rowsKey: those of the confirmed groups

    [[nodiscard]] std::size_t count(DriftState state) const;
    /// Differences that have been repaired since; of kind Groups, rows.
    [[nodiscard]] std::size_t repaired() const;
    /// Confirmed differences, or confirmed counts.
    [[nodiscard]] bool hasDrift() const;
};

} // namespace projectionist
