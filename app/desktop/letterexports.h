// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/desktop/letterlink.h"
#include "models/letteracts.h"
#include "widgets/common/backgroundtasks.h"

namespace projectionist {

class DeadLettersPage;

/// Runs exports of dead letters on a thread of their own, one at a time. GUI thread.
class LetterExports
{
public:
    LetterExports(DeadLettersPage& page, const Clock& clock) : m_page(page), m_clock(clock) {}

    /// `link` is kept as long as the export needs it. The one before is cancelled.
    void start(const LetterExportOrder& order, std::shared_ptr<LetterLink> link, const LetterMasks& masks);
    /// Returns at once; a file that is not whole goes away.
    void cancel();
    /// Tells the page how far it is.
    void poll();

private:
    struct Progress
    {
        std::atomic<std::uint64_t> done = 0;
        std::atomic<std::uint64_t> total = 0;
    };

    DeadLettersPage& m_page;
    const Clock& m_clock;
    std::shared_ptr<const Progress> m_progress; ///< of the present one; null: none runs
    std::uint64_t m_token = 0;
    BackgroundTasks::Token m_running = 0;
    BackgroundTasks m_tasks; ///< last: waits for what runs
};

} // namespace projectionist
