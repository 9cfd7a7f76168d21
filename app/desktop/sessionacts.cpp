// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the user of a session does that is written into the audit trail, and what follows from it.
#include "app/desktop/session.h"
#include "models/text.h"
#include "widgets/deadletters/deadletterspage.h"
#include "widgets/deadletters/replaypage.h"
#include "widgets/projection/projectionpage.h"

namespace projectionist {

namespace {

const QString actsMessage = QStringLiteral("acts");
const QString lockMessage = QStringLiteral("lock");

} // namespace

void Session::wireActs()
{
    const auto showOutcome = [this](const auto& outcome) {
        if (outcome)
            m_window.messages().remove(lockMessage);
        else
            m_window.messages().show(messageOf(lockMessage, outcome.error(), MessageLevel::Critical));
    };
    connect(&m_window, &MainWindow::unlockRequested, this, [this, showOutcome](Duration time, const QString& reason) {
        m_acts.unlock(m_watchedContext, time, reason.toStdString(), showOutcome);
    });
    connect(&m_window, &MainWindow::lockRequested, this,
            [this, showOutcome] { m_acts.lock(m_watchedContext, showOutcome); });
    wireResolving();
    wireUnmasking(m_window.deadLetters());
    wireUnmasking(m_window.replays());
    wireUnmasking(m_window.projectionPage());
}

template<typename Page>
void Session::wireUnmasking(Page* page)
{
    connect(page, &Page::unmaskWanted, this, [this, page](const std::string& reference, const QString& what) {
        AuditEntry entry;
        entry.context = m_watchedContext;
        entry.act = "unmask";
        entry.object = reference;
        entry.detail = what.toStdString();
        entry.result = "done";
        m_acts.record(std::move(entry), [page, reference](const Result<std::uint64_t>& recorded) {
            page->setUnmaskRecorded(reference, recorded);
        });
    });
}

void Session::wireResolving()
{
    auto* page = m_window.deadLetters();
    const auto showOutcome = [page](const Result<std::size_t>& outcome) { page->setResolveOutcome(outcome); };
    const auto act = [this](const QString& note, const QString& chosenBy) {
        return LetterAct{{}, {}, m_watchedContext, note.toStdString(), chosenBy.toStdString()};
    };
    connect(page, &DeadLettersPage::resolveWanted, this,
            [this, act, showOutcome](const std::vector<ResolvedLetter>& letters, const QString& note,
                                     const QString& chosenBy) {
                m_acts.resolve(act(note, chosenBy), letters, showOutcome);
            });
    connect(page, &DeadLettersPage::restoreWanted, this,
            [this, act, showOutcome](const std::vector<ResolvedLetter>& letters, const QString& chosenBy) {
                m_acts.restore(act({}, chosenBy), letters, showOutcome);
            });
}

void Session::pollActs()
{
    const auto state = m_acts.drain();
    if (!state || state->context != m_watchedContext)
        return;
    m_window.setUnlock(state->unlock);
    if (m_letters && m_resolvedTold != state->resolved) {
        m_resolvedTold = state->resolved;
        m_letters->desk().setResolved(state->resolved);
    }
    if (state->trouble)
        m_window.messages().show(messageOf(actsMessage, *state->trouble));
    else
        m_window.messages().remove(actsMessage);
}

} // namespace projectionist
