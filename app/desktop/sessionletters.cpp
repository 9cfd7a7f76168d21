// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The dead letters of a session: what the page asks for, and what the desk answers.
#include "app/desktop/session.h"
#include "widgets/deadletters/deadletterspage.h"

namespace projectionist {

void Session::wireLetters()
{
    auto* page = m_window.deadLetters();
    connect(page, &DeadLettersPage::asked, this, [this](const LetterQuery& query) {
        if (m_letters)
            m_letters->desk().ask(query);
    });
    connect(page, &DeadLettersPage::letterWanted, this, [this](std::uint64_t token, const LetterPlace& place) {
        if (m_letters)
            m_letters->desk().open(token, place, DeadLettersPage::mostBytes);
    });
    connect(page, &DeadLettersPage::referenceWanted, this, [this](std::uint64_t token, const std::string& reference) {
        if (m_letters)
            m_letters->desk().open(token, reference, DeadLettersPage::mostBytes);
    });
    connect(page, &DeadLettersPage::originalWanted, this,
            [this](std::uint64_t token, const TopicPartition& id, Offset offset) {
                if (m_letters)
                    m_letters->desk().fetchOriginal(token, id, offset, DeadLettersPage::mostBytes);
            });
    connect(page, &DeadLettersPage::choiceWanted, this, [this](const LetterChoice& choice) {
        if (m_letters)
            m_letters->desk().choose(choice);
    });
    connect(page, &DeadLettersPage::listWanted, this,
            [this](std::uint64_t token, std::uint64_t query, const std::vector<LetterPlace>& places) {
                if (m_letters)
                    m_letters->list(token, query, places);
            });
    connect(page, &DeadLettersPage::judgeWanted, this, [this](std::uint64_t token, const ListedRows& rows) {
        if (m_letters)
            m_letters->desk().judgeRows(token, rows);
    });
    connect(page, &DeadLettersPage::exportWanted, this, [this](const LetterExportOrder& order) {
        if (m_letters)
            m_exports.start(order, m_letters, masksOf(m_workspace, m_watchedContext));
    });
    connect(page, &DeadLettersPage::exportStopped, this, [this] { m_exports.cancel(); });
}

void Session::watchLetters()
{
    if (m_letters && m_letters->serves(m_workspace, m_watchedContext))
        return;
    m_replays.forgetLetters();
    retire(std::move(m_letters));
    m_letters = std::make_shared<LetterLink>(m_workspace, m_watchedContext, m_clock);
    m_resolvedTold.reset();
    m_window.forgetLetters();
    if (const auto letter = std::exchange(m_wantedLetter, {}); !letter.empty())
        m_window.openLetter(letter);
}

void Session::pollLetters()
{
    if (!m_letters)
        return;
    if (const auto board = m_letters->takeBoard(); board && !m_replays.take(*board))
        m_window.setLetters(board);
    auto* page = m_window.deadLetters();
    m_exports.poll();
    for (const auto& [token, listed] : m_letters->takeListed())
        page->setListed(token, listed);
    for (const auto& letter : m_letters->takeLetters())
        page->setLetter(letter);
    for (const auto& original : m_letters->takeOriginals())
        page->setOriginal(original);
    for (const auto& chosen : m_letters->takeChosen())
        page->setChosen(chosen);
    for (const auto& references : m_letters->takeReferences())
        m_replays.take(references);
    for (const auto& progress : m_letters->takeJudging()) {
        page->setJudging(progress);
        m_replays.take(progress);
    }
    for (const auto& verdicts : m_letters->takeVerdicts()) {
        page->setVerdicts(verdicts);
        m_replays.take(verdicts);
    }
}

} // namespace projectionist
