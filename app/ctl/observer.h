// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/session.h"

#include "backend/core/mailbox.h"
#include "backend/lag/watcher.h"

namespace projectionist::ctl {

/// Runs a Watcher on the workspace's current context and hands out its snapshots one by one.
class Observer
{
public:
    Observer(const Workspace& workspace, Interruption& interruption);

    enum class Outcome
    {
        Snapshot,
        TimedOut,
        Interrupted
    };
    /// Waits for a snapshot newer than the last one; those that came meanwhile are skipped unless `each`.
    [[nodiscard]] Outcome next(std::shared_ptr<const Snapshot>& snapshot, Duration limit, bool each = false);
    [[nodiscard]] const Clock& clock() const { return m_clock; }

private:
    Interruption& m_interruption;
    SystemClock m_clock;
    Mailbox<std::shared_ptr<const Snapshot>> m_mailbox;
    std::deque<std::shared_ptr<const Snapshot>> m_pending;
    Watcher m_watcher; ///< last: it stops before what it writes to goes away
};

/// Exit code of what the snapshot shows: the worst severity of the chosen projections.
[[nodiscard]] int exitCodeOf(const Snapshot& snapshot, const std::vector<std::string>& projections);

/// Every connection has answered or failed, and every chosen projection was read or has an error.
[[nodiscard]] bool isComplete(const Snapshot& snapshot, const std::vector<std::string>& projections);

/// Names of projections that the workspace's current context does not have are complained about; false then.
[[nodiscard]] bool checkProjections(Session& session, const Workspace& workspace,
                                    const std::vector<std::string>& projections);

} // namespace projectionist::ctl
