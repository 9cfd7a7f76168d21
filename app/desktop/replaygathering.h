// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/letterdesk.h"
#include "models/replaychosen.h"

#include <set>
#include <unordered_set>

namespace projectionist {

/// Finds all letters of a scope, and those with a key of theirs that stay behind, by asking a desk page by page. What
/// arrives meanwhile does not belong to it. GUI thread.
class ReplayGathering
{
public:
    ReplayGathering(std::uint64_t token, ReplayScope scope, LetterDesk& desk);

    [[nodiscard]] std::uint64_t token() const { return m_token; }
    [[nodiscard]] std::uint64_t letters() const { return m_chosen->views.size(); }
    /// The desk's answers, in case they are for this.
    void take(const LetterBoard& board);
    void take(const LetterReferences& references, const ContextSettings& context);
    /// nullptr until all is there.
    [[nodiscard]] std::shared_ptr<const ReplayChosen> chosen() const { return m_done ? m_chosen : nullptr; }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }

private:
    enum class Phase : std::uint8_t
    {
        Chosen,
        Others,
        References
    };
    void ask();
    void takeChosen(const LetterBoard& board);
    void takeOthers(const LetterBoard& board);
    void lookForOthers();
    void refer();

    const std::uint64_t m_token;
    const ReplayScope m_scope;
    LetterDesk& m_desk;
    std::shared_ptr<ReplayChosen> m_chosen = std::make_shared<ReplayChosen>();
    std::vector<LetterView> m_others;
    std::set<LetterPlace> m_places;         ///< of the chosen
    std::unordered_set<std::string> m_keys; ///< of the chosen, as far as an index keeps them
    Phase m_phase = Phase::Chosen;
    std::uint64_t m_number; ///< of the query that is waited for
    std::size_t m_from = 0;
    std::optional<std::size_t> m_rowEnd; ///< rows from there on came later
    bool m_done = false;
    std::optional<Error> m_error;
};

} // namespace projectionist
