// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/replaydesk.h"
#include "app/desktop/replaygathering.h"

namespace projectionist {

/// Puts the replay wizard, the desk of dead letters that knows which letters there are, and the desk that plans and
/// runs together. GUI thread.
class ReplayLink : public QObject
{
    Q_OBJECT
public:
    /// `letters`: the present desk of dead letters, or null.
    ReplayLink(ReplayPage& page, std::function<LetterDesk*()> letters, const Clock& clock,
               std::filesystem::path stateFolder);

    void setWorkspace(const Workspace& workspace, const std::string& context);
    /// Another desk of dead letters answers from now on: what the former was asked is not answered any more.
    void forgetLetters();
    /// True: the board was asked for by this.
    [[nodiscard]] bool take(const LetterBoard& board);
    void take(const LetterReferences& references);
    void take(const LetterVerdicts& verdicts);
    void take(const JudgingProgress& progress) { m_page.setJudging(progress); }
    void poll();

signals:
    /// These are to be checked again.
    void reprojected(const projectionist::ReprojectedRows& rows);

private:
    void wire();
    void gather(std::uint64_t token, const ReplayScope& scope);
    void judge(std::uint64_t token, const std::shared_ptr<const ReplayChosen>& chosen);
    void endJudging();
    void look();
    void endGathering();

    ReplayPage& m_page;
    const std::function<LetterDesk*()> m_letters;
    ReplayDesk m_desk;
    std::optional<ContextSettings> m_context;
    std::optional<ReplayGathering> m_gathering;
    std::uint64_t m_judgeToken = 0;
    std::shared_ptr<const ReplayChosen> m_judging; ///< null: no verdicts are waited for
};

} // namespace projectionist
