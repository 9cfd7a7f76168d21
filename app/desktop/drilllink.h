// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/mailbox.h"
#include "backend/rebuild/drilldesk.h"

namespace projectionist {

/// The desk that runs the drills of the watched context, and the mailbox in which its boards wait for the GUI thread.
class DrillLink
{
public:
    DrillLink(const Workspace& workspace, std::string context, const Clock& clock,
              const std::filesystem::path& stateFolder);

    /// Whether it runs what this workspace says; otherwise another link is needed.
    [[nodiscard]] bool serves(const Workspace& workspace, const std::string& context) const;
    [[nodiscard]] DrillDesk& desk() { return m_desk; }
    /// The newest board that came since the last call; null: none did.
    [[nodiscard]] std::shared_ptr<const DrillBoard> takeBoard();

private:
    [[nodiscard]] Result<void> permit(const std::string& projection, DrillKind kind) const;

    const Workspace m_workspace;
    const std::string m_context;
    const std::filesystem::path m_stateFolder;
    Mailbox<std::shared_ptr<const DrillBoard>> m_boards{2};
    DrillDesk m_desk; ///< last: its threads use the mailbox
};

} // namespace projectionist
