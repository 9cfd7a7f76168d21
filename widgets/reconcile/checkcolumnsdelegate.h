// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include "widgets/common/celldelegate.h"

#include "models/checkcolumnsmodel.h"

namespace projectionist {

/// Edits the cells of CheckColumnsModel: what can be chosen is offered.
class CheckColumnsDelegate final : public CellDelegate
{
    Q_OBJECT
public:
    CheckColumnsDelegate(const CheckColumnsModel& model, QObject* parent);

    QWidget* createEditor(QWidget* parent, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    void setEditorData(QWidget* editor, const QModelIndex& index) const override;
    void setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const override;

private:
    const CheckColumnsModel& m_model;
};

} // namespace projectionist
