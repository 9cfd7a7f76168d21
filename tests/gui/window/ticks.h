// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QTimer>

namespace projectionist {

/// Measures for how long nothing else could be done on this thread: the time between two turns of its event loop, less
/// what the thread spent ready to run while others had the processors. So the limit holds on a busy machine, too.
class Ticks
{
public:
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    static constexpr qint64 limit = 300; ///< milliseconds; instrumented code takes many times as long
#else
    /// Milliseconds: 50 for the program, and 10 for which QTest sleeps between two looks.
    static constexpr qint64 limit = 60;
#endif

    Ticks();
    /// Milliseconds.
    [[nodiscard]] qint64 largestGap() const
    {
        return m_largest / 1'000'000;
    }
    /// Fails the running test if there was a gap longer than the limit.
    void verify() const;

private:
    void tick();

    QTimer m_timer;
    QElapsedTimer m_clock;
    qint64 m_last = 0;   ///< nanoseconds, like the next two
    qint64 m_waited = 0; ///< for a processor, by then
    qint64 m_largest = 0;
    qint64 m_largestSeen = 0; ///< with the wait for a processor
};

} // namespace projectionist
