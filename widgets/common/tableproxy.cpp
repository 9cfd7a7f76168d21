// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/tableproxy.h"

#include "models/roles.h"

namespace projectionist {

TableProxy::TableProxy(QObject* parent) : QSortFilterProxyModel(parent)
{
    setDynamicSortFilter(false);
    setSortRole(RawRole);
    m_check.setSingleShot(true);
    m_check.setInterval(0);
    connect(&m_check, &QTimer::timeout, this, &TableProxy::resortIfOrderChanged);
}

void TableProxy::setSourceModel(QAbstractItemModel* model)
{
    if (sourceModel())
        sourceModel()->disconnect(&m_check);
    QSortFilterProxyModel::setSourceModel(model);
    const auto check = qOverload<>(&QTimer::start);
    connect(model, &QAbstractItemModel::dataChanged, &m_check, check);
    connect(model, &QAbstractItemModel::rowsInserted, &m_check, check);
    connect(model, &QAbstractItemModel::rowsRemoved, &m_check, check);
    connect(model, &QAbstractItemModel::modelReset, &m_check, check);
    m_check.start();
}

void TableProxy::setTerms(std::vector<FilterTerm> terms)
{
    m_terms = std::move(terms);
    invalidateFilter();
}

bool TableProxy::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const auto a = left.data(RawRole);
    const auto b = right.data(RawRole);
    // What is not known is below every number.
    if (a.isValid() != b.isValid())
        return b.isValid();
    const auto order = a.isValid() ? QVariant::compare(a, b) : QPartialOrdering::Unordered;
    if (order == QPartialOrdering::Unordered)
        return QString::localeAwareCompare(left.data().toString(), right.data().toString()) < 0;
    return order == QPartialOrdering::Less;
}

bool TableProxy::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    return std::all_of(m_terms.begin(), m_terms.end(), [&](const auto& term) { return matches(term, row, parent); });
}

bool TableProxy::matches(const FilterTerm& term, int row, const QModelIndex& parent) const
{
    const auto cell = [&](int column) { return sourceModel()->index(row, column, parent); };
    const auto contains = [&](int column) {
        return cell(column).data().toString().contains(term.text, Qt::CaseInsensitive);
    };
    switch (term.kind) {
    case FilterTerm::Kind::Contains: {
        bool found = false;
        for (int column = 0; column < sourceModel()->columnCount(parent) && !found; ++column)
            found = contains(column);
        return found != term.negated;
    }
    case FilterTerm::Kind::Equals:
    case FilterTerm::Kind::Differs: {
        const auto index = cell(term.column);
        const bool same = index.data().toString().compare(term.text, Qt::CaseInsensitive) == 0 ||
                          index.data(RawRole).toString().compare(term.text, Qt::CaseInsensitive) == 0;
        return same == (term.kind == FilterTerm::Kind::Equals);
    }
    case FilterTerm::Kind::Less:
    case FilterTerm::Kind::Greater: {
        bool ok = false;
        const auto value = cell(term.column).data(RawRole).toDouble(&ok);
        return ok && (term.kind == FilterTerm::Kind::Less ? value < term.number : value > term.number);
    }
    }
    return true;
}

void TableProxy::resortIfOrderChanged()
{
    std::vector<QVariant> order;
    const int rows = sourceModel() ? sourceModel()->rowCount() : 0;
    order.reserve(static_cast<std::size_t>(rows));
    for (int row = 0; row < rows; ++row)
        order.push_back(sourceModel()->index(row, 0).data(OrderRole));
    if (order == m_order)
        return;
    m_order = std::move(order);
    if (!m_terms.empty())
        invalidateFilter();
    if (sortColumn() >= 0)
        sort(sortColumn(), sortOrder());
}

} // namespace projectionist
