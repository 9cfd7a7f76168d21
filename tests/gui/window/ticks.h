// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <QElapsedTimer>
#include <QTimer>
#include <thread>

namespace projectionist {

/// Measures for how long nothing else could be done on this thread: the time between two turns of its event loop, less
/// what the thread spent ready to run while others had the processors, and less the longest time for which the machine
/// held up a thread that only sleeps. What is left is the program's.
class Ticks
{
public:
    /// Milliseconds. The program's own limit is 50 (and 10 for which QTest sleeps between two looks), which holds on a
    /// developer's machine and is asked for with PROJECTIONIST_LARGEST_GAP=60 in the environment. Without, it is what
    /// no machine needs unless something waits on this thread: a slow one or instrumented code take many times as long.
    static constexpr qint64 usualLimit = 400;

    Ticks();
    /// Fails the running test if there was a gap longer than the limit.
    void verify() const;

private:
    void tick();

    QTimer m_timer;
    QElapsedTimer m_clock;
    qint64 m_last = 0;   ///< nanoseconds, like the next three
    qint64 m_waited = 0; ///< for a processor, by then
    qint64 m_largest = 0;
    qint64 m_largestSeen = 0;         ///< with the wait for a processor
    std::atomic<qint64> m_heldUp = 0; ///< nanoseconds
    std::jthread m_sleeper;
};

} // namespace projectionist
