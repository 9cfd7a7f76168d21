// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/checkpace.h"
#include "backend/reconcile/keyedrows.h"

#include <functional>

namespace projectionist {

/// What an engine found in one snapshot of each side, or in several: all differences are pending, in the order of their
/// keys.
struct Compared
{
    std::string why;
    std::int64_t expectedRows = 0;
    std::int64_t actualRows = 0;
    bool complete = true;
    std::string ending{}; ///< where it is not complete by its budget: see CheckResult
    int snapshots = 1;    ///< of each side
    std::vector<CheckFinding> findings{};
    std::vector<RowDifference> differences;
};

/// A way to compare two sides that can be interrupted, by an error as well, and goes on behind what it has compared.
/// Belongs to one thread.
class Comparison
{
public:
    virtual ~Comparison() = default;
    Comparison(const Comparison&) = delete;
    Comparison& operator=(const Comparison&) = delete;

    /// Within the snapshots that its readers have begun. GoOn: there is nothing left to compare, or enough was found.
    [[nodiscard]] virtual Result<CheckStep> goOn() = 0;
    /// How many rows were compared for good, of both sides: it has come further if they are more.
    [[nodiscard]] virtual std::int64_t rows() const = 0;
    /// Which rows are left: "behind 42"; empty: nobody knows.
    [[nodiscard]] virtual std::string rest() const = 0;
    /// What was found; afterwards nothing can be asked any more.
    [[nodiscard]] virtual Compared found() = 0;

protected:
    Comparison() = default;
};

/// Has the statements of this transaction end in time, see CheckPace::statementLimit(); before each long one.
[[nodiscard]] Result<void> limitStatements(SnapshotReader& reader, const CheckPace& pace);

} // namespace projectionist
