// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/mailbox.h"
#include "backend/lag/watcher.h"

#include <map>
#include <QObject>
#include <QTimer>

namespace projectionist {

/// Where a Watcher's results enter the GUI thread: mailboxes, drained by the one timer of the program. The signals are
/// emitted in the GUI thread while draining, so nothing crosses a thread in a signal.
class LiveFeed final : public QObject
{
    Q_OBJECT
public:
    static constexpr std::chrono::milliseconds drainInterval{200};

    explicit LiveFeed(const Clock& clock, QObject* parent = nullptr);
    ~LiveFeed() override;

    /// For a Watcher. Thread-safe, may outlive the feed. `also` is called first, on the watcher's thread: the history.
    /// Snapshots that are no longer shown are destroyed on that thread, too.
    [[nodiscard]] WatcherSinks sinks(std::function<void(const std::shared_ptr<const Snapshot>&)> also = {}) const;
    /// Forgets everything of the former context; what its watcher still sends is dropped. Ask for new sinks() then.
    void startOver();

    [[nodiscard]] bool isLive() const { return m_live; }
    /// Paused: shown() stays what it is; everything still arrives and is kept.
    void setLive(bool live);
    [[nodiscard]] const std::shared_ptr<const Snapshot>& latest() const { return m_latest; } ///< null before the first
    [[nodiscard]] const std::shared_ptr<const Snapshot>& shown() const { return m_shown; }
    /// Past found in the broker's time index; null if there is none.
    [[nodiscard]] const RetroactiveSeries* retroactive(const std::string& projection) const;
    [[nodiscard]] TimePoint now() const { return m_clock.now(); }
    /// What the timer does; for those who cannot wait for it.
    void drain();

signals:
    /// Every snapshot, oldest first, also while paused: for charts, alerts and the status bar.
    void snapshotArrived(const std::shared_ptr<const projectionist::Snapshot>& snapshot);
    /// What tables show: at most once a drain, never while paused.
    void shownChanged(const std::shared_ptr<const projectionist::Snapshot>& snapshot);
    void inspected(const projectionist::InspectedEvent& event);
    void retroactiveArrived(const std::string& projection);
    void liveChanged(bool live);
    void ticked(projectionist::TimePoint now); ///< once a second, whether or not anything arrived: ages
    void drained();                            ///< each 200 ms, last: whoever has a mailbox of its own drains it now

private:
    struct Mailboxes;
    void show(const std::shared_ptr<const Snapshot>& snapshot);

    const Clock& m_clock;
    std::shared_ptr<Mailboxes> m_mailboxes;
    QTimer m_timer;
    std::shared_ptr<const Snapshot> m_latest;
    std::shared_ptr<const Snapshot> m_shown;
    std::map<std::string, RetroactiveSeries> m_retroactive;
    Duration m_ticked{0}; ///< monotonic
    bool m_live = true;
};

} // namespace projectionist
