// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/comparing.h"

namespace projectionist {

/// Two pairs of readers, one for each thread, of one database and one snapshot. `first` has begun; the other is begun
/// with the snapshot that this one exports.
struct JoinReaders
{
    SnapshotReader& first;
    SnapshotReader& second;
};

/// Why the two sides cannot be joined in their database; nullopt if they can.
[[nodiscard]] Result<std::optional<std::string>> obstacleToJoin(const ComparisonPlan& plan, const SideReader& expected,
                                                                const SideReader& actual);

/// Lets the database join both sides, a piece of about 500 000 keys at a time, on two connections; only differing rows
/// leave it. Ends at `most` differences: the first ones in the order of the pieces.
class JoinComparison final : public Comparison
{
public:
    JoinComparison(const ComparisonPlan& plan, const RelationShape& expected, const RelationShape& actual,
                   const JoinReaders& readers, std::size_t most, CheckPace& pace);
    ~JoinComparison() override;

    Result<CheckStep> goOn() override;
    std::int64_t rows() const override;
    std::string rest() const override;
    Compared found() override;

private:
    class Join;
    std::unique_ptr<Join> d;
};

} // namespace projectionist
