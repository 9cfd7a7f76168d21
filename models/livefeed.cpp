// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/livefeed.h"

namespace projectionist {

struct LiveFeed::Mailboxes
{
    Mailbox<std::shared_ptr<const Snapshot>> snapshots;
    Mailbox<InspectedEvent> inspected;
    Mailbox<RetroactiveSeries> retroactive{16'384};
    /// The other way: what is not shown any more. Taking 10 000 partitions apart is no work for the GUI thread.
    Mailbox<std::shared_ptr<const Snapshot>> retired;
};

LiveFeed::LiveFeed(const Clock& clock, QObject* parent)
    : QObject(parent), m_clock(clock), m_mailboxes(std::make_shared<Mailboxes>())
{
    m_timer.setInterval(drainInterval);
    connect(&m_timer, &QTimer::timeout, this, &LiveFeed::drain);
    m_timer.start();
}

LiveFeed::~LiveFeed() = default;

WatcherSinks LiveFeed::sinks(std::function<void(const std::shared_ptr<const Snapshot>&)> also) const
{
    WatcherSinks sinks;
    sinks.snapshot = [boxes = m_mailboxes, also = std::move(also)](std::shared_ptr<const Snapshot> snapshot) {
        (void)boxes->retired.drain();
        if (also)
            also(snapshot);
        boxes->snapshots.push(std::move(snapshot));
    };
    sinks.inspected = [boxes = m_mailboxes](InspectedEvent event) { boxes->inspected.push(std::move(event)); };
    sinks.retroactive = [boxes = m_mailboxes](RetroactiveSeries series) { boxes->retroactive.push(std::move(series)); };
    return sinks;
}

void LiveFeed::startOver()
{
    // The former watcher keeps the former mailboxes, which nobody reads any more.
    m_mailboxes = std::make_shared<Mailboxes>();
    m_latest.reset();
    m_shown.reset();
    m_retroactive.clear();
}

void LiveFeed::setLive(bool live)
{
    if (live == m_live)
        return;
    m_live = live;
    emit liveChanged(live);
    if (live && m_latest && m_latest != m_shown)
        show(m_latest);
}

const RetroactiveSeries* LiveFeed::retroactive(const std::string& projection) const
{
    const auto found = m_retroactive.find(projection);
    return found == m_retroactive.end() ? nullptr : &found->second;
}

void LiveFeed::drain()
{
    // Kept for the whole drain: a slot may start over.
    const auto boxes = m_mailboxes;
    for (auto& series : boxes->retroactive.drain()) {
        const std::string projection = series.projection;
        m_retroactive.insert_or_assign(projection, std::move(series));
        emit retroactiveArrived(projection);
    }
    std::vector replaced{m_latest, m_shown};
    for (auto& snapshot : boxes->snapshots.drain()) {
        if (boxes != m_mailboxes)
            return;
        m_latest = snapshot;
        emit snapshotArrived(snapshot);
        replaced.push_back(std::move(snapshot));
    }
    if (m_live && m_latest && m_latest != m_shown)
        show(m_latest);
    for (auto& snapshot : replaced)
        if (snapshot && snapshot != m_latest && snapshot != m_shown)
            boxes->retired.push(std::move(snapshot));
    for (const auto& event : boxes->inspected.drain())
        emit inspected(event);
    const Duration monotonic = m_clock.monotonic();
    if (monotonic - m_ticked >= Duration(1000)) {
        m_ticked = monotonic;
        emit ticked(m_clock.now());
    }
    emit drained();
}

void LiveFeed::show(const std::shared_ptr<const Snapshot>& snapshot)
{
    m_shown = snapshot;
    emit shownChanged(snapshot);
}

} // namespace projectionist
