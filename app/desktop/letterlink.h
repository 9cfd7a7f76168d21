// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/mailbox.h"
#include "backend/deadletter/letterdesk.h"

namespace projectionist {

/// The desk that reads the dead letters of the watched context, and the mailboxes in which its answers wait for the GUI
/// thread.
class LetterLink
{
public:
    LetterLink(const Workspace& workspace, std::string context, const Clock& clock);

    /// Whether it reads what this workspace says; otherwise another link is needed.
    [[nodiscard]] bool serves(const Workspace& workspace, const std::string& context) const;
    [[nodiscard]] LetterDesk& desk() { return m_desk; }

    /// What came since the last call. Of boards only the newest: they tell all there is.
    [[nodiscard]] std::shared_ptr<const LetterBoard> takeBoard();
    /// Answered through takeListed(). See LetterDesk::list().
    void list(std::uint64_t token, std::uint64_t query, std::vector<LetterPlace> places);
    [[nodiscard]] std::vector<std::pair<std::uint64_t, Result<ListedRows>>> takeListed() { return m_listed.drain(); }
    [[nodiscard]] std::vector<OpenedLetter> takeLetters() { return m_letters.drain(); }
    [[nodiscard]] std::vector<FetchedOriginal> takeOriginals() { return m_originals.drain(); }
    [[nodiscard]] std::vector<ChosenLetters> takeChosen() { return m_chosen.drain(); }
    [[nodiscard]] std::vector<LetterReferences> takeReferences() { return m_references.drain(); }
    [[nodiscard]] std::vector<LetterVerdicts> takeVerdicts() { return m_verdicts.drain(); }
    [[nodiscard]] std::vector<JudgingProgress> takeJudging() { return m_judging.drain(); }

private:
    const Workspace m_workspace;
    const std::string m_context;
    Mailbox<std::shared_ptr<const LetterBoard>> m_boards{2};
    Mailbox<std::pair<std::uint64_t, Result<ListedRows>>> m_listed{2};
    Mailbox<OpenedLetter> m_letters{16};
    Mailbox<FetchedOriginal> m_originals{16};
    Mailbox<LetterReferences> m_references{4};
    Mailbox<LetterVerdicts> m_verdicts{4};
    Mailbox<ChosenLetters> m_chosen{4};
    Mailbox<JudgingProgress> m_judging{2};
    LetterDesk m_desk; ///< last: its threads use the mailboxes
};

} // namespace projectionist
