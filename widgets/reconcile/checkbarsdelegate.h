// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QStyledItemDelegate>

#include "models/checklistmodel.h"

#include <QRectF>

namespace projectionist {

/// Where the bars of runs stand within a rectangle, the newest last; bars of drift are taller, so that they are
/// told apart without colours, and those without a result shorter.
[[nodiscard]] std::vector<QRectF> checkBars(const CheckBars& bars, const QRectF& area);

/// Draws CheckListModel::BarsRole.
class CheckBarsDelegate final : public QStyledItemDelegate
{
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace projectionist
