// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/reconcile/twostores.h"

namespace projectionist {

/// Which of the two ways to compare two databases is cheaper here.
struct StoresProbe
{
    bool hash = false;
    std::string why; ///< a part of a sentence, with what was measured
};

/// Reads and hashes some rows of each side, which takes a moment. Small tables are not worth that.
[[nodiscard]] Result<StoresProbe> probeStores(const ComparisonPlan& plan, const SideReader& expected,
                                              const SideReader& actual, const Clock& clock);

/// Lets each database sum up hashes of its rows in 4096 buckets by key, both at the same time, and streams only the
/// rows of buckets that are not alike: little goes over the network. Rows that read alike have the same hash, so that
/// no difference is missed but with a probability of 2^-64 a bucket, and none is made up. Large tables are hashed in
/// pieces, where that costs nothing. Ends at `most` differences.
class BucketComparison final : public Comparison
{
public:
    BucketComparison(const ComparisonPlan& plan, const SideReader& expected, const SideReader& actual, std::size_t most,
                     CheckPace& pace);

    Result<CheckStep> goOn() override;
    std::int64_t rows() const override;
    std::string rest() const override;
    Compared found() override;

private:
    [[nodiscard]] Result<void> divide();
    [[nodiscard]] Result<void> hashPiece();
    [[nodiscard]] RelationShape narrowed(const SideReader& side, const std::string& condition) const;
    void streamBuckets(const std::vector<std::string>& numbers);
    void takePiece();
    [[nodiscard]] CheckProgress progress() const;

    const ComparisonPlan& m_plan;
    const SideReader m_expected;
    const SideReader m_actual;
    const std::size_t m_most;
    CheckPace& m_pace;
    std::optional<std::vector<std::string>> m_borders; ///< of pieces; nullopt: not yet asked for
    std::size_t m_piece = 0;                           ///< that is to be compared
    RelationShape m_expectedRest;                      ///< rows of its buckets that are not alike
    RelationShape m_actualRest;
    std::optional<StreamComparison> m_stream; ///< of these
    std::pair<std::int64_t, std::int64_t> m_pieceRows;
    std::int64_t m_streamed = 0; ///< rows of the buckets of former pieces
    std::size_t m_unequal = 0;
    Compared m_compared;
};

} // namespace projectionist
