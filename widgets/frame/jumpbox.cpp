// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/frame/jumpbox.h"

#include "widgets/common/icons.h"
#include "widgets/common/panel.h"
#include "widgets/frame/fuzzymatch.h"

#include <algorithm>
#include <QKeyEvent>
#include <QListWidget>

namespace projectionist {

namespace {

constexpr std::size_t mostOffered = 12;

} // namespace

JumpBox::JumpBox(std::function<std::vector<JumpTarget>(const QString&)> targets, QWidget* parent)
    : QLineEdit(parent), m_source(std::move(targets)), m_list(new QListWidget(parent ? parent->window() : this))
{
    setPlaceholderText(tr("Jump to projection, topic, letter, action…  Ctrl K"));
    setAccessibleName(tr("Jump box"));
    setAccessibleDescription(
        tr("Type some letters of a projection, topic or action, or the reference of a dead letter; "
           "arrows choose, Enter goes there"));
    addAction(themeIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    setClearButtonEnabled(false);
    m_list->setAccessibleName(tr("Places to jump to"));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->hide();
    connect(this, &QLineEdit::textEdited, this, &JumpBox::offer);
    connect(m_list, &QListWidget::itemClicked, this, &JumpBox::choose);
}

void JumpBox::open()
{
    if (!hasFocus())
        m_former = window()->focusWidget();
    setFocus(Qt::ShortcutFocusReason);
    selectAll();
}

QStringList JumpBox::offered() const
{
    QStringList titles;
    for (const auto index : m_offered)
        titles << m_targets[index].title;
    return titles;
}

void JumpBox::focusInEvent(QFocusEvent* event)
{
    QLineEdit::focusInEvent(event);
    offer();
}

void JumpBox::focusOutEvent(QFocusEvent* event)
{
    QLineEdit::focusOutEvent(event);
    m_list->hide();
}

void JumpBox::keyPressEvent(QKeyEvent* event)
{
    const int rows = m_list->count();
    switch (event->key()) {
    case Qt::Key_Escape:
        close();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        choose();
        return;
    case Qt::Key_Down:
    case Qt::Key_Up:
        if (rows > 0)
            m_list->setCurrentRow((m_list->currentRow() + (event->key() == Qt::Key_Down ? 1 : rows - 1)) % rows);
        return;
    default:
        QLineEdit::keyPressEvent(event);
    }
}

void JumpBox::offer()
{
    const auto typed = text().trimmed();
    m_targets = m_source(typed);
    std::vector<std::pair<int, std::size_t>> scored;
    for (std::size_t i = 0; i < m_targets.size(); ++i)
        if (const int score = fuzzyScore(typed, m_targets[i].title); score > 0)
            scored.emplace_back(score, i);
    std::stable_sort(scored.begin(), scored.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    m_offered.clear();
    m_list->clear();
    for (const auto& [score, index] : scored) {
        if (m_offered.size() == mostOffered)
            break;
        const auto& target = m_targets[index];
        m_offered.push_back(index);
        new QListWidgetItem(target.icon, tr("%1   %2").arg(displayable(target.title, 80), target.kind), m_list);
    }
    m_list->setCurrentRow(m_list->count() > 0 ? 0 : -1);
    const int height = m_list->count() * m_list->sizeHintForRow(0) + 2 * m_list->frameWidth();
    m_list->setGeometry(QRect(mapTo(m_list->parentWidget(), rect().bottomLeft()), QSize(width(), height)));
    m_list->setVisible(m_list->count() > 0 && hasFocus());
    m_list->raise();
}

void JumpBox::choose()
{
    const int row = m_list->currentRow();
    if (row < 0 || static_cast<std::size_t>(row) >= m_offered.size())
        return;
    const auto go = m_targets[m_offered[static_cast<std::size_t>(row)]].go;
    close();
    go();
}

void JumpBox::close()
{
    clear();
    m_list->hide();
    // Back to where the keys went before.
    if (m_former)
        m_former->setFocus();
    m_former = nullptr;
}

} // namespace projectionist
