// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the page offers to the replay wizard.
#include "models/lettertext.h"
#include "widgets/common/tableproxy.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/deadletterspage.h"

#include <QItemSelectionModel>
#include <QShortcut>
#include <QTableView>
#include <QToolButton>

namespace projectionist {

namespace {

const QString replayShortcut = QStringLiteral("Ctrl+R");

} // namespace

void DeadLettersPage::wireReplay()
{
    m_replay->setAutoRaise(false);
    m_replay->setToolTip(tr("Replays letters with proof, or shows the replays of this machine (%1). Nothing is sent "
                            "before you have seen the plan.")
                             .arg(replayShortcut));
    connect(m_replay, &QToolButton::clicked, this, &DeadLettersPage::requestReplay);
    auto* shortcut = new QShortcut(QKeySequence(replayShortcut), this);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, &DeadLettersPage::requestReplay);
}

void DeadLettersPage::requestReplay()
{
    emit replayRequested(replayScopes());
}

/// The narrowest first: one letter is selected by looking at it, so it is no choice while its group is one.
std::vector<ReplayScope> DeadLettersPage::replayScopes() const
{
    std::vector<ReplayScope> scopes;
    if (!m_board)
        return scopes;
    ReplayScope selected{ReplayScope::Kind::Selected, {}, {}, {}, 0, {}};
    for (const int row : selectedRows())
        selected.selected.push_back(m_letters.letterAt(row));
    selected.count = selected.selected.size();
    if (selected.count > 1)
        scopes.push_back(selected);
    if (const int row = m_query.group ? m_groups.rowOf(*m_query.group) : -1; row >= 0)
        scopes.push_back({ReplayScope::Kind::Group,
                          {},
                          m_query.group,
                          m_query.filter,
                          m_groups.groupAt(row).numbers.count,
                          m_groups.index(row, LetterGroupModel::Failure).data().toString(),
                          m_query.localTime});
    scopes.push_back({ReplayScope::Kind::Listed, {}, {}, m_query.filter, m_board->passing, {}, m_query.localTime});
    if (selected.count == 1)
        scopes.push_back(selected);
    return scopes;
}

} // namespace projectionist
