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
        if (m_letters && !m_replays.isGathering())
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
    connect(page, &DeadLettersPage::judgeWanted, this,
            [this](std::uint64_t token, const std::vector<LetterPlace>& places) {
                if (m_letters)
                    m_letters->desk().judge(token, places);
            });
}

void Session::watchLetters()
{
    if (m_letters && m_letters->serves(m_workspace, m_watchedContext))
        return;
    m_replays.forgetLetters();
    retire(std::move(m_letters));
    m_letters = std::make_unique<LetterLink>(m_workspace, m_watchedContext, m_clock);
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
