// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Resolving letters, and restoring them: what the page asks for, and what it shows of the answer.
#include "backend/core/format.h"
#include "models/text.h"
#include "widgets/common/messages.h"
#include "widgets/common/tableproxy.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/deadletterspage.h"
#include "widgets/deadletters/resolvedialog.h"

#include <fmt/format.h>
#include <QItemSelectionModel>
#include <QTableView>
#include <QToolButton>

namespace projectionist {

namespace {

const QString resolveMessage = QStringLiteral("resolving");

} // namespace

void DeadLettersPage::wireResolving()
{
    connect(m_resolve, &QToolButton::clicked, this, [this] { choose(selectedPlaces(), false); });
    connect(m_restore, &QToolButton::clicked, this, [this] { choose(selectedPlaces(), true); });
    connect(m_resolvedToggle, &QToolButton::clicked, this, [this] {
        m_query.resolved = !m_query.resolved;
        ask();
    });
    connect(m_letterTable->table()->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &DeadLettersPage::showResolving);
}

/// One letter is selected by looking at it: only more are a choice.
std::vector<LetterPlace> DeadLettersPage::selectedPlaces() const
{
    std::vector<LetterPlace> places;
    if (const auto rows = selectedRows(); rows.size() > 1)
        for (const int row : rows)
            places.push_back(m_letters.letterAt(row).place);
    return places;
}

/// Of all that the list has, as a filter would say it.
std::string DeadLettersPage::listCondition() const
{
    const auto filter = m_query.filter;
    if (!m_query.group || !m_board)
        return filter.empty() ? "all letters" : filter;
    const int row = m_groups.rowOf(*m_query.group);
    const auto& prints = row >= 0 ? m_groups.groupAt(row).fingerprints : std::vector<std::uint64_t>();
    const auto group = fmt::format("group == \"{:016x}\"", prints.empty() ? 0 : prints.front());
    return filter.empty() ? group : fmt::format("({}) and {}", filter, group);
}

void DeadLettersPage::choose(std::vector<LetterPlace> places, bool resolved)
{
    m_messages->remove(resolveMessage);
    m_chosenBy = places.empty() ? listCondition() : std::string();
    m_choiceToken = ++m_lastChoice;
    emit choiceWanted({m_lastChoice, std::move(places), resolved});
}

void DeadLettersPage::setChosen(const ChosenLetters& chosen)
{
    if (!m_choiceToken || chosen.token != *m_choiceToken)
        return;
    m_choiceToken.reset();
    if (chosen.trouble) {
        m_messages->show(messageOf(resolveMessage, *chosen.trouble));
        return;
    }
    if (chosen.letters.empty()) {
        m_messages->show({resolveMessage,
                          MessageLevel::Info,
                          chosen.resolved ? tr("None of these letters is resolved")
                                          : tr("There is no letter here that is not resolved yet"),
                          {},
                          {},
                          tr("Close"),
                          [this] { m_messages->remove(resolveMessage); }});
        return;
    }
    const auto chosenBy = chosen.letters.size() > 1 ? m_chosenBy : std::string();
    if (chosen.resolved) {
        emit restoreWanted(chosen.letters, toQString(chosenBy));
        return;
    }
    const auto hint = chosen.unnamed > 0
                          ? tr("%1 more cannot be resolved now: their source does not answer.").arg(chosen.unnamed)
                          : QString();
    m_resolving = new ResolveDialog(chosen.letters.size(), hint, this);
    m_resolving->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_resolving, &ResolveDialog::resolveRequested, this,
            [this, letters = chosen.letters, chosenBy](const QString& note) {
                emit resolveWanted(letters, note, toQString(chosenBy));
            });
    m_resolving->open();
}

void DeadLettersPage::setResolveOutcome(const Result<std::size_t>& outcome)
{
    if (outcome)
        m_messages->remove(resolveMessage);
    else
        m_messages->show(messageOf(resolveMessage, outcome.error(), MessageLevel::Critical));
}

void DeadLettersPage::showResolving()
{
    const auto resolved = m_board ? m_board->resolved : 0;
    const bool shown = m_board && m_board->resolvedShown;
    const auto count = toQString(formatNumber(static_cast<std::int64_t>(resolved)));
    m_resolvedToggle->setVisible(resolved > 0 || m_query.resolved);
    m_resolvedToggle->setText(m_query.resolved ? tr("%1 resolved, hide").arg(count)
                              : shown          ? tr("%1 resolved").arg(count)
                                               : tr("%1 resolved, show").arg(count));
    m_resolvedToggle->setToolTip(shown && !m_query.resolved ? tr("The filter names their state, so they are shown")
                                                            : tr("Letters that were dealt with otherwise"));
    const auto selected = selectedPlaces().size();
    const auto many = static_cast<std::int64_t>(selected > 0 ? selected : m_board ? m_board->listed : 0);
    const auto number = toQString(formatNumber(many));
    const bool ready = m_board && (selected > 0 || listIsReady());
    m_resolve->setEnabled(ready);
    m_resolve->setText(many > 0 ? tr("Resolve %1…").arg(number) : tr("Resolve…"));
    m_resolve->setToolTip(tr("Hides letters that were dealt with otherwise, with a note; nothing is deleted. Selecting "
                             "several letters resolves those, otherwise all of the list."));
    m_restore->setVisible(shown);
    m_restore->setEnabled(ready);
    m_restore->setToolTip(tr("Of the selected letters, or all of the list: those that are resolved are so no more"));
}

} // namespace projectionist
