// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/reconcile/differencegroups.h"

#include "backend/core/format.h"
#include "models/text.h"

#include <QComboBox>
#include <QListWidget>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace projectionist {

namespace {

constexpr int groupWidth = 230;

QString countedName(const QString& name, std::size_t count)
{
    return QStringLiteral("%1  (%2)").arg(name, toQString(formatNumber(static_cast<std::int64_t>(count))));
}

} // namespace

DifferenceGroups::DifferenceGroups(QComboBox* grouping, QWidget* parent)
    : QWidget(parent), m_grouping(grouping), m_list(new QListWidget(this))
{
    m_grouping->addItems({tr("Not grouped"), tr("By kind"), tr("By column"), tr("By likely cause"), tr("By event type"),
                          tr("By partition"), tr("By hour (UTC)"),
                          tr("By day (UTC)")}); // in the order of DifferenceGrouping
    m_grouping->setAccessibleName(tr("Group differences"));
    m_list->setAccessibleName(tr("Groups of differences"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setTextElideMode(Qt::ElideMiddle);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 0, 4);
    layout->addWidget(m_list);
    setFixedWidth(groupWidth);
    setFocusProxy(m_list);
    hide();
    connect(m_grouping, &QComboBox::currentIndexChanged, this, &DifferenceGroups::groupingChosen);
    connect(m_list, &QListWidget::currentRowChanged, this, &DifferenceGroups::groupChosen);
}

void DifferenceGroups::setGroups(const std::vector<DifferenceGroup>& groups, std::size_t all)
{
    const auto former = group();
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    const auto add = [this](const QString& name, std::size_t count, const QString& key) {
        auto* item = new QListWidgetItem(countedName(name, count), m_list);
        item->setData(Qt::UserRole, key);
        item->setToolTip(item->text().toHtmlEscaped());
        return item;
    };
    m_list->setCurrentItem(add(tr("All"), all, {}));
    for (const auto& one : groups)
        if (auto* item = add(one.name, one.count, one.name); one.name == former)
            m_list->setCurrentItem(item);
    setVisible(grouping() != DifferenceGrouping::None);
}

DifferenceGrouping DifferenceGroups::grouping() const
{
    return static_cast<DifferenceGrouping>(std::max(m_grouping->currentIndex(), 0));
}

QString DifferenceGroups::group() const
{
    const auto* item = m_list->currentItem();
    return item ? item->data(Qt::UserRole).toString() : QString();
}

} // namespace projectionist
