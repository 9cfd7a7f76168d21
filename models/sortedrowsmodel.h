// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <QAbstractTableModel>
#include <vector>

namespace projectionist {

struct ColumnHeader
{
    QString title;
    Qt::Alignment alignment = Qt::AlignRight; ///< of the title and its cells; names and texts stand left
};

/// A table whose rows are sorted by a key that never changes. New contents are merged in: only what came, went or
/// differs is announced, so that selections, scrolling and proxies stay undisturbed.
///
/// Row has a `key` with operator<=> and `std::uint32_t changedColumns(const Row& next) const`, a bit a column.
template<typename Row>
class SortedRowsModel : public QAbstractTableModel
{
public:
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const final
    {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const final
    {
        return parent.isValid() ? 0 : static_cast<int>(m_headers.size());
    }
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const final
    {
        if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
            return {};
        if (role == Qt::TextAlignmentRole)
            return alignment(section);
        return role == Qt::DisplayRole ? QVariant(m_headers[static_cast<std::size_t>(section)].title) : QVariant();
    }

protected:
    SortedRowsModel(std::vector<ColumnHeader> headers, QObject* parent)
        : QAbstractTableModel(parent), m_headers(std::move(headers))
    {
    }

    /// Answers Qt::TextAlignmentRole.
    [[nodiscard]] QVariant alignment(int column) const
    {
        return QVariant(m_headers[static_cast<std::size_t>(column)].alignment | Qt::AlignVCenter);
    }

    [[nodiscard]] const std::vector<Row>& rows() const { return m_rows; }
    [[nodiscard]] const Row& rowAt(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    [[nodiscard]] Row& rowAt(int row) { return m_rows[static_cast<std::size_t>(row)]; }

    /// `next` is sorted by key, each key once. `keep(old, next)` moves over what the old row knows and next does not.
    template<typename Keep>
    void merge(std::vector<Row> next, Keep keep)
    {
        const bool same = std::equal(m_rows.begin(), m_rows.end(), next.begin(), next.end(),
                                     [](const Row& a, const Row& b) { return a.key == b.key; });
        if (!same) {
            removeMissing(next);
            insertNew(next);
        }
        int first = -1;
        std::uint32_t columns = 0;
        for (std::size_t i = 0; i < next.size(); ++i) {
            keep(m_rows[i], next[i]);
            const std::uint32_t changed = m_rows[i].changedColumns(next[i]);
            m_rows[i] = std::move(next[i]);
            if (changed == 0) {
                announce(first, static_cast<int>(i) - 1, columns);
                first = -1;
                columns = 0;
                continue;
            }
            first = first < 0 ? static_cast<int>(i) : first;
            columns |= changed;
        }
        announce(first, static_cast<int>(next.size()) - 1, columns);
    }

    /// dataChanged for rows first to last (nothing if first < 0) and the columns whose bits are set.
    void announce(int first, int last, std::uint32_t columns)
    {
        if (first < 0 || columns == 0)
            return;
        const int left = std::countr_zero(columns);
        const int right = 31 - std::countl_zero(columns);
        emit dataChanged(index(first, left), index(last, right), changedRoles());
    }
    /// The roles that data() answers from a row.
    [[nodiscard]] virtual QList<int> changedRoles() const = 0;

private:
    static bool holds(const std::vector<Row>& rows, const Row& row)
    {
        return std::binary_search(rows.begin(), rows.end(), row,
                                  [](const Row& a, const Row& b) { return a.key < b.key; });
    }

    void removeMissing(const std::vector<Row>& next)
    {
        for (int last = static_cast<int>(m_rows.size()) - 1; last >= 0; --last) {
            if (holds(next, rowAt(last)))
                continue;
            int first = last;
            while (first > 0 && !holds(next, rowAt(first - 1)))
                --first;
            beginRemoveRows({}, first, last);
            m_rows.erase(m_rows.begin() + first, m_rows.begin() + last + 1);
            endRemoveRows();
            last = first;
        }
    }

    void insertNew(const std::vector<Row>& next)
    {
        for (std::size_t i = 0; i < next.size(); ++i) {
            if (i < m_rows.size() && m_rows[i].key == next[i].key)
                continue;
            std::size_t end = i + 1;
            while (end < next.size() && !(i < m_rows.size() && m_rows[i].key == next[end].key))
                ++end;
            beginInsertRows({}, static_cast<int>(i), static_cast<int>(end) - 1);
            m_rows.insert(m_rows.begin() + static_cast<std::ptrdiff_t>(i),
                          next.begin() + static_cast<std::ptrdiff_t>(i),
                          next.begin() + static_cast<std::ptrdiff_t>(end));
            endInsertRows();
            i = end - 1;
        }
    }

    std::vector<ColumnHeader> m_headers;
    std::vector<Row> m_rows;
};

} // namespace projectionist
