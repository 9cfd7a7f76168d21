// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/backgroundtasks.h"
#include "widgets/reconcile/reconcilepage.h"

namespace projectionist {

/// Writes differences into files on a thread of its own, one at a time. GUI thread.
class DifferenceExports
{
public:
    explicit DifferenceExports(ReconcilePage& page) : m_page(page) {}

    /// The one before is cancelled, and leaves nothing behind.
    void start(const DifferenceExportOrder& order);

private:
    ReconcilePage& m_page;
    BackgroundTasks::Token m_running = 0;
    BackgroundTasks m_tasks; ///< last: waits for what runs
};

} // namespace projectionist
