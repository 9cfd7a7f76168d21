// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/mailbox.h"
#include "backend/reconcile/checkdesk.h"

namespace projectionist {

/// The desk that runs the checks of the watched context, and the mailboxes in which its answers wait for the GUI
/// thread.
class CheckLink
{
public:
    CheckLink(const Workspace& workspace, std::string context, const Clock& clock,
              const std::filesystem::path& stateFolder);

    /// Whether it runs what this workspace says; otherwise another link is needed.
    [[nodiscard]] bool serves(const Workspace& workspace, const std::string& context) const;
    [[nodiscard]] CheckDesk& desk() { return m_desk; }

    /// What came since the last call; only the newest board, which tells all there is.
    [[nodiscard]] std::shared_ptr<const CheckBoard> takeBoard();
    [[nodiscard]] std::vector<ShownCheck> takeShown() { return m_shown.drain(); }

private:
    const Workspace m_workspace;
    const std::string m_context;
    Mailbox<std::shared_ptr<const CheckBoard>> m_boards{2};
    Mailbox<ShownCheck> m_shown{4};
    CheckDesk m_desk; ///< last: its threads use the mailboxes
};

} // namespace projectionist
