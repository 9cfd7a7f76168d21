// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/checkpace.h"

#include "backend/core/format.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr Duration betweenAsks{1000};
constexpr Duration betweenSigns{100};
/// The server takes less for no limit at all, or for one that nothing keeps.
constexpr Duration shortestStatement{100};

} // namespace

CheckPace::CheckPace(const Clock& clock, CheckBudget budget, Duration statementTimeout)
    : m_clock(clock)
    , m_budget(budget)
    , m_statementTimeout(statementTimeout)
    , m_began(clock.monotonic())
    , m_snapshotBegan(m_began)
{
}

void CheckPace::pause()
{
    const std::lock_guard lock(m_mutex);
    m_paused = true;
    m_changed.notify_all();
}

void CheckPace::resume()
{
    const std::lock_guard lock(m_mutex);
    m_paused = false;
    m_changed.notify_all();
}

void CheckPace::cancel()
{
    const std::lock_guard lock(m_mutex);
    m_cancelled = true;
    m_changed.notify_all();
}

void CheckPace::begin(OnCheckProgress progress, AskLoad load)
{
    m_progress = std::move(progress);
    m_load = std::move(load);
    const std::lock_guard lock(m_mutex);
    m_began = m_snapshotBegan = m_clock.monotonic();
    m_pausedFor = Duration(0);
    m_snapshots = 0;
}

void CheckPace::tookSnapshot()
{
    const std::lock_guard lock(m_mutex);
    m_snapshotBegan = m_clock.monotonic();
    m_snapshotAt = m_clock.now();
    ++m_snapshots;
}

Duration CheckPace::usedTime() const
{
    return m_clock.monotonic() - m_began - m_pausedFor;
}

bool CheckPace::isOldNow() const
{
    return m_clock.monotonic() - m_snapshotBegan >= m_budget.snapshotAge;
}

std::string CheckPace::endingNow() const
{
    if (m_budget.time && usedTime() >= *m_budget.time)
        return fmt::format("its budget of {} was used up", formatDuration(*m_budget.time));
    if (m_budget.rows && m_rows >= *m_budget.rows)
        return fmt::format("its budget of {} rows was used up", formatNumber(*m_budget.rows));
    return {};
}

std::string CheckPace::ending() const
{
    const std::lock_guard lock(m_mutex);
    return endingNow();
}

bool CheckPace::snapshotIsOld() const
{
    const std::lock_guard lock(m_mutex);
    return isOldNow();
}

std::optional<Duration> CheckPace::statementLimit() const
{
    const std::lock_guard lock(m_mutex);
    Duration left = m_budget.snapshotAge - (m_clock.monotonic() - m_snapshotBegan);
    if (m_budget.time)
        left = std::min(left, *m_budget.time - usedTime());
    if (left >= m_statementTimeout)
        return std::nullopt;
    return std::max(left, shortestStatement);
}

CheckStep CheckPace::step(const CheckProgress& now)
{
    std::string held;
    for (;;) {
        tell(now, held);
        {
            std::unique_lock lock(m_mutex);
            if (!held.empty())
                m_changed.wait_for(lock, betweenAsks, [this] { return m_cancelled || m_paused; });
            m_last = now;
            m_rows = std::max(now.expectedRows, now.actualRows);
            if (m_cancelled) // which the next statement says
                return CheckStep::GoOn;
            if (!endingNow().empty())
                return CheckStep::End;
            if (m_paused || isOldNow())
                return CheckStep::NewSnapshot;
        }
        const bool waited = !held.empty();
        held = busyStore();
        if (!held.empty())
            continue;
        if (waited)
            tell(now, held);
        return CheckStep::GoOn;
    }
}

void CheckPace::waitWhilePaused()
{
    CheckProgress last;
    {
        const std::lock_guard lock(m_mutex);
        if (!m_paused || m_cancelled)
            return;
        last = m_last;
    }
    const Duration began = m_clock.monotonic();
    tell(last, "paused");
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_cancelled || !m_paused; });
        m_pausedFor += m_clock.monotonic() - began;
    }
    tell(last, {});
}

void CheckPace::waitForTurn(Duration least)
{
    {
        std::unique_lock lock(m_mutex);
        m_snapshotAt = {};
        m_changed.wait_for(lock, least, [this] { return m_cancelled; });
    }
    for (;;) {
        waitWhilePaused();
        const auto held = busyStore();
        std::unique_lock lock(m_mutex);
        if (m_cancelled || held.empty() || !endingNow().empty())
            return;
        const CheckProgress last = m_last;
        lock.unlock();
        tell(last, held);
        lock.lock();
        m_changed.wait_for(lock, betweenAsks, [this] { return m_cancelled || m_paused; });
    }
}

std::string CheckPace::busyStore()
{
    if (!m_load)
        return {};
    const std::lock_guard lock(m_askMutex);
    const Duration now = m_clock.monotonic();
    if (!m_asked || now - *m_asked >= betweenAsks) {
        m_busy = m_load();
        m_asked = m_clock.monotonic();
    }
    return m_busy;
}

/// Not with m_mutex locked: who listens may be the one who pauses.
void CheckPace::tell(CheckProgress now, const std::string& held)
{
    if (!m_progress)
        return;
    {
        const std::lock_guard lock(m_mutex);
        now.snapshotAt = m_snapshotAt;
        now.snapshots = std::max(m_snapshots, 1);
    }
    now.held = held;
    const std::lock_guard lock(m_tellMutex);
    const Duration moment = m_clock.monotonic();
    if (m_told && held == m_toldHeld && moment - *m_told < betweenSigns)
        return;
    m_told = moment;
    m_toldHeld = held;
    m_progress(now);
}

} // namespace projectionist
