// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/frame/navigation.h"

#include "backend/core/format.h"
#include "models/text.h"
#include "widgets/common/colors.h"
#include "widgets/common/icons.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QPainter>
#include <QVBoxLayout>

namespace projectionist {

namespace {

class NavigationButton final : public QAbstractButton
{
public:
    NavigationButton(QString iconName, const QString& title, QWidget* parent)
        : QAbstractButton(parent), m_iconName(std::move(iconName))
    {
        setText(title);
        setCheckable(true);
        setFocusPolicy(Qt::TabFocus);
        setAccessibleName(title);
    }
    void setCount(int count, bool critical)
    {
        if (m_count == count && m_critical == critical)
            return;
        m_count = count;
        m_critical = critical;
        setAccessibleDescription(count > 0 ? Navigation::tr("%1 need attention").arg(count) : QString());
        update();
    }
    [[nodiscard]] QSize sizeHint() const override { return {160, fontMetrics().height() + 16}; }

protected:
    void paintEvent(QPaintEvent*) override
    {
        const auto& colors = colorsFor(palette());
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF area = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
        if (isChecked() || underMouse() || hasFocus()) {
            painter.setPen(hasFocus() ? colors.accent : QColor(Qt::transparent));
            painter.setBrush(isChecked() ? colors.selection : underMouse() ? colors.raised : QColor(Qt::transparent));
            painter.drawRoundedRect(area, 4, 4);
        }
        const auto ink = isChecked() ? colors.text : colors.muted;
        paintIcon(painter, QRect(10, (height() - 16) / 2, 16, 16), m_iconName, ink);
        painter.setPen(ink);
        painter.drawText(rect().adjusted(36, 0, -10, 0), Qt::AlignVCenter | Qt::AlignLeft, text());
        if (m_count > 0) {
            painter.setPen(m_critical ? colors.critical : colors.warning);
            painter.drawText(rect().adjusted(36, 0, -10, 0), Qt::AlignVCenter | Qt::AlignRight,
                             toQString(formatNumber(m_count)));
        }
    }
    bool event(QEvent* event) override
    {
        if (event->type() == QEvent::Enter || event->type() == QEvent::Leave)
            update();
        return QAbstractButton::event(event);
    }

private:
    QString m_iconName;
    int m_count = 0;
    bool m_critical = false;
};

} // namespace

Navigation::Navigation(QWidget* parent)
    : QWidget(parent), m_group(new QButtonGroup(this)), m_layout(new QVBoxLayout(this))
{
    setAccessibleName(tr("Pages"));
    m_layout->setContentsMargins(8, 10, 8, 10);
    m_layout->setSpacing(4);
    m_layout->addStretch(1);
    connect(m_group, &QButtonGroup::idClicked, this, &Navigation::chosen);
}

void Navigation::addPage(int id, const QString& iconName, const QString& title, const QString& shortcut)
{
    auto* button = new NavigationButton(iconName, title, this);
    button->setToolTip(tr("%1 (%2)").arg(title, shortcut));
    m_group->addButton(button, id);
    m_layout->insertWidget(m_layout->count() - 1, button);
}

void Navigation::setCurrent(int id)
{
    if (auto* button = m_group->button(id)) {
        button->setChecked(true);
        return;
    }
    // A page without an entry, as help: none is current.
    m_group->setExclusive(false);
    for (auto* button : m_group->buttons())
        button->setChecked(false);
    m_group->setExclusive(true);
}

void Navigation::setCount(int id, int count, bool critical)
{
    if (auto* button = dynamic_cast<NavigationButton*>(m_group->button(id)))
        button->setCount(count, critical);
}

} // namespace projectionist
