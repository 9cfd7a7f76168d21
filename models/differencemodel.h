// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QAbstractTableModel>

#include "models/differencelook.h"
#include "models/roles.h"

#include <memory>

namespace projectionist {

/// One side's value of a cell that differs.
struct DifferenceValue
{
    QString text; ///< safe to show, cut
    bool isNull = false;
    bool wrong = false; ///< it is what the read model has, and should not

    bool operator==(const DifferenceValue&) const = default;
};

/// What a compared cell shows: one plain value where both sides agree, else what is there and what should be.
struct DifferenceCell
{
    std::vector<DifferenceValue> values;
    bool differs = false;

    bool operator==(const DifferenceCell&) const = default;
};

/// The differences that a run found, one a row; texts are made when they are asked for.
class DifferenceModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum DifferenceRole : int
    {
        CellRole = StaleRole + 200, ///< DifferenceCell; in compared columns
    };
    /// Characters of a value in a cell, and in its tool tip.
    static constexpr qsizetype longestValue = 60;
    static constexpr qsizetype longestTip = 2000;

    using QAbstractTableModel::QAbstractTableModel;

    /// Null: there is none.
    void setResult(std::shared_ptr<const CheckResult> result);
    void setFilter(const QString& words);
    /// An empty group: all of them.
    void setGroup(DifferenceGrouping grouping, const QString& group);
    void sortBy(int column, Qt::SortOrder order);
    /// Of those that pass the filter.
    [[nodiscard]] std::vector<DifferenceGroup> groups() const;
    [[nodiscard]] const std::shared_ptr<const CheckResult>& result() const { return m_result; }
    /// Indexes into the result's differences, as they are shown.
    [[nodiscard]] const std::vector<std::uint32_t>& shown() const { return m_rows; }
    [[nodiscard]] std::size_t matching() const { return m_matching.size(); } ///< how many pass the filter
    [[nodiscard]] const RowDifference& differenceAt(int row) const;
    [[nodiscard]] int rowOf(const std::vector<std::string>& key) const; ///< -1: it is not shown

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] std::optional<std::size_t> comparedColumn(int column) const;
    [[nodiscard]] bool differs(const RowDifference& one, std::size_t compared) const;
    [[nodiscard]] DifferenceCell cellOf(const RowDifference& one, std::size_t compared, qsizetype longest) const;
    [[nodiscard]] QString display(const RowDifference& one, int column) const;
    [[nodiscard]] QString copied(const RowDifference& one, int column) const;
    [[nodiscard]] QString toolTip(const RowDifference& one, int column) const;
    [[nodiscard]] ColorMeaning colorOf(const RowDifference& one, int column) const;
    [[nodiscard]] bool isNumeric(std::size_t column) const;
    void choose();

    std::shared_ptr<const CheckResult> m_result;
    std::vector<std::uint32_t> m_matching; ///< pass the filter, in the order of the result
    std::vector<std::uint32_t> m_rows;     ///< of them those of the group, sorted
    std::vector<bool> m_numeric;           ///< by column
    QString m_filter;
    QString m_group;
    DifferenceGrouping m_grouping = DifferenceGrouping::None;
    std::size_t m_sortColumn = 0;
    bool m_descending = false;
};

} // namespace projectionist

Q_DECLARE_METATYPE(projectionist::DifferenceCell)
