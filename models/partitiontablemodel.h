// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/verdict.h"
#include "models/roles.h"
#include "models/sortedrowsmodel.h"

namespace projectionist {

struct PartitionRow
{
    TopicPartition key;
    std::shared_ptr<const ProjectionReport> report; ///< keeps sample and assessment
    std::size_t at = 0;                             ///< in the report

    [[nodiscard]] const PartitionSample& sample() const { return report->sample->partitions[at]; }
    /// Null when the report has no assessment of this partition.
    [[nodiscard]] const PartitionAssessment* assessment() const;
    [[nodiscard]] std::uint32_t changedColumns(const PartitionRow& next) const;
};

/// The partitions of one projection.
class PartitionTableModel final : public SortedRowsModel<PartitionRow>
{
    Q_OBJECT
public:
    /// Position: the one that counts; where the group's offset differs from the checkpoint, by how much ("1 200
    /// (−13)").
    enum Column
    {
        State,
        Partition,
        Position,
        Head,
        Backlog,
        Lag,
        In,
        Out,
        Owner,
        Conditions,
        ColumnCount
    };

    explicit PartitionTableModel(QObject* parent = nullptr);
    /// Null empties the table.
    void setReport(const std::shared_ptr<const ProjectionReport>& report);
    [[nodiscard]] const TopicPartition& partitionAt(int row) const { return rowAt(row).key; }

    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

protected:
    [[nodiscard]] QList<int> changedRoles() const override;
};

} // namespace projectionist
