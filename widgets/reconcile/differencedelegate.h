// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QStyledItemDelegate>

#include "models/differencemodel.h"
#include "widgets/common/celldelegate.h"

namespace projectionist {

/// Draws the cells of a DifferenceModel: in red boxes what is there and wrong, in green ones what should be, dimmed
/// what is null; everything else as in all tables.
class DifferenceDelegate final : public CellDelegate
{
    Q_OBJECT
public:
    using CellDelegate::CellDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace projectionist
