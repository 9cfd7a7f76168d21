// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/reconcile/checkcolumnsdelegate.h"

#include <QComboBox>

namespace projectionist {

CheckColumnsDelegate::CheckColumnsDelegate(const CheckColumnsModel& model, QObject* parent)
    : CellDelegate(parent), m_model(model)
{
}

QWidget* CheckColumnsDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem& option,
                                            const QModelIndex& index) const
{
    const int column = index.column();
    auto* editor = CellDelegate::createEditor(parent, option, index);
    if (column == CheckColumnsModel::ExpectedName || column == CheckColumnsModel::Unicode) {
        delete editor;
        auto* choice = new QComboBox(parent);
        choice->setEditable(column == CheckColumnsModel::ExpectedName);
        choice->addItems(column == CheckColumnsModel::Unicode ? CheckColumnsModel::unicodeForms()
                                                              : m_model.expectedNames());
        editor = choice;
    }
    if (editor)
        editor->setAccessibleName(index.model()->headerData(column, Qt::Horizontal).toString());
    return editor;
}

void CheckColumnsDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const
{
    if (auto* choice = qobject_cast<QComboBox*>(editor))
        choice->setCurrentText(index.data(Qt::EditRole).toString());
    else
        CellDelegate::setEditorData(editor, index);
}

void CheckColumnsDelegate::setModelData(QWidget* editor, QAbstractItemModel* model, const QModelIndex& index) const
{
    if (const auto* choice = qobject_cast<QComboBox*>(editor))
        model->setData(index, choice->currentText());
    else
        CellDelegate::setModelData(editor, model, index);
}

} // namespace projectionist
