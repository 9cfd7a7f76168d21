// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deadletters/replaylayout.h"

#include "widgets/common/tableproxy.h"
#include "widgets/common/tableview.h"

#include <QTableView>

namespace projectionist {

std::vector<ColumnHeader> replayColumns(const QStringList& titles, const QList<int>& numbers)
{
    std::vector<ColumnHeader> headers;
    for (const auto& title : titles)
        headers.push_back({title, numbers.contains(static_cast<int>(headers.size())) ? Qt::AlignRight : Qt::AlignLeft});
    return headers;
}

PlainLabel* makeWrappedLabel(QWidget* parent, ColorMeaning tint)
{
    auto* label = new PlainLabel({}, parent);
    label->setWordWrap(true);
    label->setTint(tint);
    return label;
}

QWidget* withRowText(TableView* table, int column, QWidget* parent)
{
    auto* box = new QWidget(parent);
    auto* label = makeWrappedLabel(box, ColorMeaning::Normal);
    label->setMinimumHeight(label->fontMetrics().height());
    auto* layout = bareLayout<QVBoxLayout>(box, 6);
    table->setParent(box);
    layout->addWidget(table, 1);
    layout->addWidget(label);
    const auto show = [table, column, label] {
        label->setText(table->table()->currentIndex().siblingAtColumn(column).data().toString());
    };
    QObject::connect(table, &TableView::currentRowChanged, label, show);
    QObject::connect(table->proxy(), &QAbstractItemModel::dataChanged, label, show);
    QObject::connect(table->proxy(), &QAbstractItemModel::modelReset, label, show);
    return box;
}

} // namespace projectionist
