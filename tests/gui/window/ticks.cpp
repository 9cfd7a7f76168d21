// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/window/ticks.h"

#include <algorithm>
#include <fstream>
#include <QTest>

namespace projectionist {

namespace {

/// How long this thread has waited for a processor since it began; 0 where the kernel does not tell. See
/// Documentation/scheduler/sched-stats.rst of Linux.
qint64 waitedForProcessor()
{
    std::ifstream file("/proc/thread-self/schedstat");
    qint64 ran = 0;
    qint64 waited = 0;
    file >> ran >> waited;
    return waited;
}

} // namespace

Ticks::Ticks() : m_waited(waitedForProcessor())
{
    m_clock.start();
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { tick(); });
    m_timer.setTimerType(Qt::PreciseTimer);
    m_timer.start(5);
}

void Ticks::tick()
{
    const qint64 now = m_clock.nsecsElapsed();
    const qint64 waited = waitedForProcessor();
    m_largestSeen = std::max(m_largestSeen, now - m_last);
    m_largest = std::max(m_largest, now - m_last - (waited - m_waited));
    m_last = now;
    m_waited = waited;
}

void Ticks::verify() const
{
    qInfo("largest gap between two turns of the event loop: %lld ms, %lld ms with waiting for a processor",
          largestGap(), m_largestSeen / 1'000'000);
    QVERIFY2(largestGap() <= limit, qPrintable(QString::number(largestGap())));
}

} // namespace projectionist
