// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/inbox.h"
#include "backend/deadletter/letterreaders.h"

namespace projectionist {

/// Reads letters once more that a filter asks and that were not at hand, or whose payloads nobody could decode then.
/// Of the desk's thread.
class LetterAnswering
{
public:
    /// `inbox`: of the desk. `changed`: called on any thread when there may be something new.
    LetterAnswering(const Workspace& workspace, const std::string& context, const Clock& clock, SharedLetters& letters,
                    Inbox& inbox, std::function<void()> changed);

    /// Another search is in force.
    void restart();
    /// When every row has been tested: begins what is due.
    void step(LetterReaders& readers);
    /// Ends what runs, without waiting for it.
    void stop() { m_stop.request_stop(); }

    /// Letters are being read.
    [[nodiscard]] bool running() const { return m_rereading > 0; }
    /// Some of so many that have no answer will get one, or at least be asked.
    [[nodiscard]] bool isDue(std::uint64_t undecided) const;
    struct Troubles
    {
        std::vector<Error> errors;
        std::uint64_t letters = 0; ///< that they tell about
    };
    /// Why letters stay without an answer, and how many.
    [[nodiscard]] Troubles troubles(bool withResolved);

private:
    void readAgain(LetterReaders& readers);
    void reread(std::uint64_t number, const Result<void>& read);

    SharedLetters& m_letters;
    Inbox& m_inbox;
    const std::function<void()> m_changed;
    FilterPayloads m_payloads;
    std::stop_source m_stop;     ///< of the present search
    int m_rereading = 0;         ///< readings that run
    std::uint64_t m_learned = 0; ///< schemas that the last reading knew
    std::size_t m_answered = 0;  ///< rows that it left open
    std::optional<Error> m_trouble;
};

} // namespace projectionist
