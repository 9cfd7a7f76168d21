// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/checksettings.h"

#include <condition_variable>
#include <functional>
#include <mutex>

namespace projectionist {

/// How far a comparison is.
struct CheckProgress
{
    std::int64_t expectedRows = 0;
    std::int64_t actualRows = 0;
    std::int64_t estimatedRows = -1; ///< of the larger side, by the server's statistics; -1 = not known
    std::size_t differences = 0;     ///< so far, in flight or not
    std::string held{};              ///< why it waits: "paused", "52 sessions are active ..."; empty: it does not
    TimePoint snapshotAt{};          ///< when the snapshot was taken that is read now; not set: there is none
    int snapshots = 1;               ///< until now, of each side
};
using OnCheckProgress = std::function<void(const CheckProgress&)>;

/// What a comparison does after a part of it.
enum class CheckStep : std::uint8_t
{
    GoOn,
    NewSnapshot, ///< its snapshots end, and it goes on behind what it has compared in new ones
    End          ///< its budget is used up
};

/// How fast a check may go on: its budget, the load of its stores, and somebody who pauses it.
class CheckPace
{
public:
    /// Why a store is to be left alone now; empty: it is not.
    using AskLoad = std::function<std::string()>;

    /// Nothing is in the way of who compares.
    explicit CheckPace(const Clock& clock)
        : CheckPace(clock, {std::nullopt, std::nullopt, Duration::max()}, Duration(0))
    {
    }
    /// `statementTimeout`: what every statement has anyway.
    CheckPace(const Clock& clock, CheckBudget budget, Duration statementTimeout);

    // Any thread.
    /// A snapshot that is held is given up at the next step.
    void pause();
    void resume();
    /// For good: nobody waits any more.
    void cancel();

    // The thread that runs the check; step() also those that it starts.
    void begin(OnCheckProgress progress, AskLoad load);
    void tookSnapshot();
    /// Waits while a store is to be left alone, at most until the snapshot is too old.
    [[nodiscard]] CheckStep step(const CheckProgress& now);
    /// Where no snapshot is held: waits for `least`, and then as long as the check is paused or a store is to be left
    /// alone.
    void waitForTurn(Duration least = Duration(0));
    [[nodiscard]] bool snapshotIsOld() const;
    /// How long a statement may take that begins now: until the budget's time is over or the snapshot too old. nullopt:
    /// the statement timeout comes first.
    [[nodiscard]] std::optional<Duration> statementLimit() const;
    /// Which part of the budget is used up, as a sentence without a full stop; empty: none.
    [[nodiscard]] std::string ending() const;
    [[nodiscard]] const CheckBudget& budget() const { return m_budget; }

private:
    [[nodiscard]] Duration usedTime() const;
    [[nodiscard]] std::string endingNow() const;
    [[nodiscard]] bool isOldNow() const;
    [[nodiscard]] std::string busyStore();
    void tell(CheckProgress now, const std::string& held);
    void waitWhilePaused();

    const Clock& m_clock;
    const CheckBudget m_budget;
    const Duration m_statementTimeout;
    OnCheckProgress m_progress; ///< with m_load set before anybody compares
    AskLoad m_load;

    mutable std::mutex m_mutex; ///< guards what follows
    std::condition_variable m_changed;
    bool m_paused = false;
    bool m_cancelled = false;
    Duration m_began{0}; ///< by the monotonic clock, as what follows
    Duration m_pausedFor{0};
    Duration m_snapshotBegan{0};
    TimePoint m_snapshotAt{};
    int m_snapshots = 0;
    std::int64_t m_rows = 0;
    CheckProgress m_last;

    std::mutex m_askMutex; ///< guards these two, while a store is asked
    std::optional<Duration> m_asked;
    std::string m_busy;

    std::mutex m_tellMutex; ///< guards these two, while it is told
    std::optional<Duration> m_told;
    std::string m_toldHeld;
};

} // namespace projectionist
