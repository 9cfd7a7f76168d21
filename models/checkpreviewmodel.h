// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QAbstractTableModel>

#include "backend/reconcile/checkpreview.h"

namespace projectionist {

/// In which order the columns of a side are shown, so that both sides can be compared by eye: the key, then what the
/// other side has too, then the rest. Indexes into SidePreview::columns.
[[nodiscard]] std::vector<std::size_t> previewOrder(const SidePreview& side, const SidePreview* other,
                                                    const CheckSettings& check, ComparedSide which);

/// The first rows of one side of a check.
class CheckPreviewModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    explicit CheckPreviewModel(QObject* parent = nullptr);

    void setRows(SidePreview preview, std::vector<std::size_t> order);

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    SidePreview m_preview;
    std::vector<std::size_t> m_order;
};

/// "first 20 of about 10 204 118 rows, by order_id".
[[nodiscard]] QString previewText(const SidePreview& preview);

} // namespace projectionist
