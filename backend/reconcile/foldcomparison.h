// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/comparing.h"
#include "backend/reconcile/foldrelation.h"

namespace projectionist {

/// Keys that events write in another way than the server, by how the server writes them.
using WrittenKeys = std::map<RowKey, FoldKey>;
/// How the events write a key.
[[nodiscard]] const FoldKey& writtenAs(const WrittenKeys& written, const RowKey& key);

/// Compares all rows of a fold with the table, within the snapshot of the actual side. Belongs to one thread; for one
/// comparison.
class FoldComparison
{
public:
    /// `written` gets the keys that are written in two ways; the expected side of `sides` changes.
    FoldComparison(const CheckSettings& check, const FoldRelation& relation, FoldedRows& rows, WrittenKeys& written,
                   CheckSides& sides, CheckPace& pace)
        : m_check(check), m_relation(relation), m_rows(rows), m_written(written), m_sides(sides), m_pace(pace)
    {
    }
    /// At most CheckSettings::maxDifferences.
    [[nodiscard]] Result<Compared> run();

private:
    [[nodiscard]] Result<void> countTable();
    [[nodiscard]] Result<void> refuseEmpty() const;
    void step();
    [[nodiscard]] Result<void> compare(const std::vector<ProjectedRow>& rows);
    [[nodiscard]] Error misfit(std::span<const ProjectedRow> rows, Error error) const;
    [[nodiscard]] Result<void> tell(std::span<const ProjectedRow> rows, std::span<const RowKey> keys);
    void add(std::vector<RowDifference> rows);
    [[nodiscard]] Result<void> findExtra();
    [[nodiscard]] Result<std::vector<RowKey>> extraKeys();
    [[nodiscard]] bool isEnough(std::size_t more) const
    {
        return m_compared.differences.size() + more > m_check.maxDifferences;
    }

    const CheckSettings& m_check;
    const FoldRelation& m_relation;
    FoldedRows& m_rows;
    WrittenKeys& m_written;
    CheckSides& m_sides;
    CheckPace& m_pace;
    Compared m_compared{};
    std::int64_t m_seen = 0;
    std::int64_t m_missing = 0;
};

} // namespace projectionist
