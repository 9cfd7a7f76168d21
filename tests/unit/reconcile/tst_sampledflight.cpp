// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/sampledflight.h"
#include "tests/support/manualclock.h"

#include <future>
#include <QTest>

using namespace projectionist;

namespace {

/// The time of waiting is over within six hundred snapshots.
constexpr Duration toTheEnd{100};

/// Two projections, the second of which has partition 0 at `position` of `head` and partition 1 at its head.
std::shared_ptr<const Snapshot> snapshotAt(TimePoint began, Offset position, Offset head)
{
    auto sample = std::make_shared<ProjectionSample>();
    sample->at = began;
    for (const std::int32_t number : {0, 1}) {
        PartitionSample partition;
        partition.id = {"events", number};
        partition.head = number == 0 ? head : 5;
        partition.checkpointPosition = number == 0 ? position : 5;
        sample->partitions.push_back(partition);
    }
    auto report = std::make_shared<ProjectionReport>();
    report->sample = sample;
    auto other = std::make_shared<ProjectionReport>();
    other->sample = std::make_shared<ProjectionSample>();
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->began = began;
    snapshot->projections = {other, report};
    return snapshot;
}

std::shared_ptr<const Snapshot> withOutbox(const std::shared_ptr<const Snapshot>& snapshot, std::int64_t pending)
{
    auto sample = std::make_shared<ProjectionSample>(*snapshot->projections[1]->sample);
    sample->writeSide.emplace();
    sample->writeSide->pending = pending;
    sample->writeSide->oldest = snapshot->began - Duration(60'000);
    auto report = std::make_shared<ProjectionReport>();
    report->sample = sample;
    auto copy = std::make_shared<Snapshot>(*snapshot);
    copy->projections[1] = report;
    return copy;
}

} // namespace

class TestSampledFlight : public QObject
{
    Q_OBJECT
    ManualClock m_clock;
    std::unique_ptr<SampledFlight> m_flight;
    std::string m_obstacle;

    /// Feeds what `next` makes until the wait is over; each snapshot begins so much later than the one before.
    Result<bool> passed(const std::function<std::shared_ptr<const Snapshot>(int, TimePoint)>& next,
                        Duration step = Duration(1))
    {
        m_obstacle.clear();
        auto waiting = std::async(std::launch::async, [this] { return m_flight->waitUntilPassed(m_obstacle); });
        for (int i = 0; waiting.wait_for(std::chrono::milliseconds(2)) != std::future_status::ready; ++i) {
            m_clock.advance(step);
            m_flight->observe(next(i, m_clock.now()));
        }
        return waiting.get();
    }

private slots:
    void init() { m_flight = std::make_unique<SampledFlight>(Workspace{}, "c", 1, m_clock); }

    void thePositionsHaveToPassTheHeadsOfBefore()
    {
        // The head runs away; what counts is where it stood at the first look.
        Offset seen = -1;
        const auto answer = passed([&](int i, TimePoint now) {
            seen = i;
            return snapshotAt(now, i, 10 + i / 2);
        });
        QVERIFY(answer && *answer);
        QVERIFY(seen >= 10);
        const LogPositions positions = m_flight->positions();
        QCOMPARE(positions.size(), std::size_t{2});
        QVERIFY(positions.at({"events", 0}) >= 10);
    }

    void aSnapshotOfBeforeTellsNothing()
    {
        m_flight->observe(snapshotAt(m_clock.now() - Duration(1), 10, 10));
        int looks = 0;
        const auto answer = passed([&](int i, TimePoint now) {
            looks = i + 1;
            return snapshotAt(now, 10, 10);
        });
        QVERIFY(answer && *answer);
        QVERIFY(looks >= 2); // one for the outbox, one for the heads
    }

    void theOutboxHasToBeEmptyFirst()
    {
        const auto answer =
            passed([](int i, TimePoint now) { return withOutbox(snapshotAt(now, 10, 10), i < 20 ? 3 : 0); });
        QVERIFY(answer && *answer);
        const auto never = passed([](int, TimePoint now) { return withOutbox(snapshotAt(now, 10, 10), 3); }, toTheEnd);
        QVERIFY(never && !*never);
        QCOMPARE(QString::fromStdString(m_obstacle), QString("3 events were still in the outbox"));
    }

    void aProjectionThatStaysBehindIsNamed()
    {
        const auto answer = passed([](int, TimePoint now) { return snapshotAt(now, 7, 10); }, toTheEnd);
        QVERIFY(answer && !*answer);
        QCOMPARE(QString::fromStdString(m_obstacle), QString("events [0] was at 7 of 10"));
    }

    void aPartitionThatGoesAwayEndsTheWait()
    {
        const auto answer = passed(
            [](int i, TimePoint now) {
                auto sample = std::make_shared<ProjectionSample>(*snapshotAt(now, 7, 10)->projections[1]->sample);
                if (i > 10)
                    sample->partitions.erase(sample->partitions.begin());
                auto report = std::make_shared<ProjectionReport>();
                report->sample = sample;
                auto snapshot = std::make_shared<Snapshot>(*snapshotAt(now, 7, 10));
                snapshot->projections[1] = report;
                return snapshot;
            },
            toTheEnd);
        QVERIFY(answer && !*answer);
        QCOMPARE(QString::fromStdString(m_obstacle), QString("events [0] has no position"));
    }

    void whoWaitsCanBeCancelled()
    {
        auto waiting = std::async(std::launch::async, [this] { return m_flight->waitUntilPassed(m_obstacle); });
        m_flight->cancel();
        const auto answer = waiting.get();
        QVERIFY(!answer && answer.error().kind == ErrorKind::Cancelled);
        QVERIFY(m_flight->positions().empty());
    }
};

QTEST_APPLESS_MAIN(TestSampledFlight)
#include "tst_sampledflight.moc"
