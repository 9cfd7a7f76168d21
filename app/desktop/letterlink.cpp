// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/letterlink.h"

namespace projectionist {

LetterLink::LetterLink(const Workspace& workspace, std::string context, const Clock& clock)
    : m_workspace(workspace)
    , m_context(std::move(context))
    , m_desk(m_workspace, m_context, defaultLetterConnectors(), clock,
             {[this](std::shared_ptr<const LetterBoard> board) { m_boards.push(std::move(board)); },
              [this](OpenedLetter letter) { m_letters.push(std::move(letter)); },
              [this](FetchedOriginal original) { m_originals.push(std::move(original)); },
              [this](LetterReferences references) { m_references.push(std::move(references)); },
              [this](LetterVerdicts verdicts) { m_verdicts.push(std::move(verdicts)); },
              [this](JudgingProgress progress) { m_judging.push(progress); },
              [this](ChosenLetters chosen) { m_chosen.push(std::move(chosen)); }})
{
}

bool LetterLink::serves(const Workspace& workspace, const std::string& context) const
{
    return context == m_context && workspace == m_workspace;
}

void LetterLink::list(std::uint64_t token, std::uint64_t query, std::vector<LetterPlace> places)
{
    m_desk.list(query, std::move(places), [this, token](Result<ListedRows> listed) {
        m_listed.push({token, std::move(listed)});
    });
}

std::shared_ptr<const LetterBoard> LetterLink::takeBoard()
{
    auto boards = m_boards.drain();
    return boards.empty() ? nullptr : std::move(boards.back());
}

} // namespace projectionist
