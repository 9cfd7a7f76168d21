// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <QColor>
#include <QStyledItemDelegate>

namespace projectionist {

/// Draws the Sparkline of SparklineRole into the cell; the line has the colour of the row's verdict.
class SparklineDelegate final : public QStyledItemDelegate
{
    Q_OBJECT
public:
    /// `colorOf` gives the colour of a row for an index of the view.
    explicit SparklineDelegate(std::function<QColor(const QModelIndex&)> colorOf, QObject* parent = nullptr);

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    std::function<QColor(const QModelIndex&)> m_colorOf;
};

} // namespace projectionist
