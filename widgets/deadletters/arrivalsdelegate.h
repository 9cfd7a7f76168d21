// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/lettergroupmodel.h"

#include <QRectF>
#include <QStyledItemDelegate>

namespace projectionist {

/// Where the bars of arrivals stand within a rectangle: one an hour, none of no height that counts something.
[[nodiscard]] std::vector<QRectF> arrivalBars(const LetterArrivals& arrivals, const QRectF& area);

/// Draws LetterGroupModel::ArrivalsRole as a small bar chart.
class ArrivalsDelegate final : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace projectionist
