// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/window/ticks.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <QDebug>
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

Ticks::Ticks()
    : m_waited(waitedForProcessor()), m_sleeper([this](const std::stop_token& stop) {
        using namespace std::chrono;
        constexpr auto sleep = 5ms;
        while (!stop.stop_requested()) {
            const auto begin = steady_clock::now();
            std::this_thread::sleep_for(sleep);
            const nanoseconds late = steady_clock::now() - begin - sleep;
            m_heldUp = std::max<qint64>(m_heldUp, late.count());
        }
    })
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
    constexpr qint64 milli = 1'000'000;
    const auto wanted = qEnvironmentVariableIntValue("PROJECTIONIST_LARGEST_GAP");
    const auto limit = wanted > 0 ? wanted : usualLimit;
    const auto gap = (m_largest - m_heldUp) / milli;
    const auto text = QStringLiteral("largest gap between two turns of the event loop: %1 ms, %2 ms with what the "
                                     "machine did meanwhile; limit %3 ms")
                          .arg(gap)
                          .arg(m_largestSeen / milli)
                          .arg(limit);
    qInfo().noquote() << text;
    QVERIFY2(gap <= limit, qPrintable(text));
}

} // namespace projectionist
