// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/session.h"

#include "backend/core/mailbox.h"
#include "backend/deadletter/letterexport.h"

namespace projectionist::ctl {

/// A LetterDesk on the workspace's current context for somebody who asks and waits.
class DeadLetterReader
{
public:
    DeadLetterReader(const Workspace& workspace, Session& session);

    struct Answer
    {
        std::shared_ptr<const LetterBoard> board; ///< nullptr: none came
        bool interrupted = false;
    };
    /// Waits until all letters have been read and tested, or it is clear that some cannot be; what there is then. Shows
    /// how it goes if standard error is a terminal.
    [[nodiscard]] Answer read(LetterQuery query, Duration limit);
    /// The first board that answers, whatever has been read.
    [[nodiscard]] Answer look(LetterQuery query);
    /// The next board of the last query.
    [[nodiscard]] Answer next();

    [[nodiscard]] Result<OpenedLetter> open(const std::string& reference, std::size_t maxBytes, Duration limit);
    [[nodiscard]] Result<FetchedOriginal> original(const EventOrigin& origin, std::size_t maxBytes, Duration limit);
    /// In the order of the rows; empty where its source does not answer.
    [[nodiscard]] std::vector<std::string> references(const std::vector<LetterView>& rows);
    /// Verdicts in the order of the places; the event log is read for at most `log`.
    [[nodiscard]] Result<JudgedLetters> judge(std::vector<LetterPlace> places, Duration log);

    /// All letters that match the last query, line by line; see LetterExport.
    [[nodiscard]] Result<ExportOutcome> exportAll(const ExportContent& content, const DeadLetterLook& look,
                                                  std::function<Result<void>(std::string_view)> write);

private:
    /// What comes of the last order; nothing in time: nullopt.
    template<typename Thing>
    [[nodiscard]] std::optional<Thing> await(Mailbox<Thing>& mailbox, Duration limit);
    [[nodiscard]] Error unanswered(std::string what) const;
    [[nodiscard]] bool waitUntil(const std::function<bool()>& done, Duration limit);
    void showProgress(const LetterBoard& board);
    void showLine(const std::string& line);
    void endProgress();

    Session& m_session;
    SystemClock m_clock;
    Mailbox<std::shared_ptr<const LetterBoard>> m_boards{2};
    Mailbox<OpenedLetter> m_opened;
    Mailbox<FetchedOriginal> m_originals;
    Mailbox<LetterReferences> m_referred;
    Mailbox<LetterVerdicts> m_judged;
    Mailbox<JudgingProgress> m_judging{2};
    const bool m_showsProgress;
    Duration m_nextProgress{0};
    bool m_progressShown = false;
    bool m_interrupted = false;
    std::uint64_t m_number = 0; ///< of the last query
    std::uint64_t m_token = 0;
    LetterDesk m_desk; ///< last: it stops before what it writes to goes away
};

/// Of a context, by the state folder; what goes wrong is complained about.
[[nodiscard]] std::vector<ResolvedLetter> resolvedLetters(const std::string& context, const Console& console);
/// "1 letter", "8 412 letters".
[[nodiscard]] std::string countedLetters(std::uint64_t count);
/// "12 are resolved and left out; --resolved shows them"; empty if none is left out.
[[nodiscard]] std::string resolvedNote(const LetterBoard& board);

/// Every letter was read and tested, and nothing went wrong.
[[nodiscard]] bool isWhole(const LetterBoard& board);
/// Why not, a sentence each.
[[nodiscard]] std::vector<std::string> gapsOf(const LetterBoard& board);
/// What is missing goes to standard error, even if it is quiet: nobody may take a part for the whole. The exit code.
int reportGaps(const DeadLetterReader::Answer& answer, const Console& console);
[[nodiscard]] int exitCodeOf(const Error& error);

} // namespace projectionist::ctl
