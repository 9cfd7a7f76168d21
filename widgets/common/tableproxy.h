// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/tablefilter.h"

#include <QSortFilterProxyModel>
#include <QTimer>
#include <QVariant>

namespace projectionist {

/// Sorts by RawRole and filters, but keeps the order while numbers change: rows move only when the OrderRole of a row
/// (its verdict) changes, when rows come or go, or when somebody sorts.
class TableProxy final : public QSortFilterProxyModel
{
    Q_OBJECT
public:
    explicit TableProxy(QObject* parent = nullptr);

    void setSourceModel(QAbstractItemModel* model) override;
    void setTerms(std::vector<FilterTerm> terms);

protected:
    [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    [[nodiscard]] bool matches(const FilterTerm& term, int row, const QModelIndex& parent) const;
    void resortIfOrderChanged();

    std::vector<FilterTerm> m_terms;
    std::vector<QVariant> m_order; ///< OrderRole of each row at the last sort
    QTimer m_check;
};

} // namespace projectionist
