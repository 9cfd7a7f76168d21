// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/history/history.h"
#include "models/historyreader.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace projectionist {

/// A history that is opened on a thread of its own, so that the window need not wait for the disk. What comes before it
/// is open is kept for it. Any thread.
class LateHistory
{
public:
    LateHistory(std::filesystem::path file, const Clock& clock);

    void append(std::shared_ptr<const Snapshot> snapshot);
    void appendRetroactive(const std::string& context, const std::string& projection, std::vector<HistoryPoint> points);
    /// Null while it is being opened.
    [[nodiscard]] std::shared_ptr<History> ifOpen() const;
    /// Blocks while it is being opened; not for the GUI thread.
    [[nodiscard]] std::shared_ptr<History> waitUntilOpen() const;

private:
    using Deed = std::function<void(History&)>;
    void open(const std::filesystem::path& file, const Clock& clock);
    void doWhenOpen(Deed deed);

    mutable std::mutex m_mutex;
    mutable std::condition_variable m_opened;
    std::shared_ptr<History> m_history; ///< guarded by m_mutex
    std::deque<Deed> m_waiting;         ///< guarded by m_mutex; while m_history is null
    std::jthread m_thread;              ///< last: starts when all the rest is there
};

/// Reads wait until the history is open.
[[nodiscard]] HistorySource historySource(const std::shared_ptr<const LateHistory>& history);

} // namespace projectionist
