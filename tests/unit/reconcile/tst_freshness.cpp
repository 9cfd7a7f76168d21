// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/freshness.h"

#include <QTest>

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

const TimePoint noon{Duration(1'795'003'200'000)}; // 2026-11-18T12:00:00Z

Snapshot snapshotWith(std::vector<std::optional<Offset>> heads)
{
    auto sample = std::make_shared<ProjectionSample>();
    for (std::size_t i = 0; i < heads.size(); ++i) {
        PartitionSample partition;
        partition.id = {"orders", static_cast<std::int32_t>(i)};
        partition.head = heads[i];
        sample->partitions.push_back(partition);
    }
    auto report = std::make_shared<ProjectionReport>();
    report->sample = std::move(sample);
    Snapshot snapshot;
    snapshot.projections = {std::move(report)};
    return snapshot;
}

} // namespace

class TestFreshness : public QObject
{
    Q_OBJECT
private slots:
    void eventsAreCountedFromThePositionsToTheHeads()
    {
        const LogPositions through{{{"orders", 0}, 10}, {{"orders", 1}, 7}};
        QCOMPARE(eventsSince(through, snapshotWith({12, 8})).value_or(-1), std::int64_t{3});
        QCOMPARE(eventsSince(through, snapshotWith({10, 7, 90})).value_or(-1), std::int64_t{0});
        QCOMPARE(eventsSince(through, snapshotWith({4, 9})).value_or(-1), std::int64_t{2}); // a topic made anew
    }
    void whatIsNotKnownIsNotNone()
    {
        const LogPositions through{{{"orders", 0}, 10}, {{"orders", 1}, 7}};
        QVERIFY(!eventsSince({}, snapshotWith({12, 8})));
        QVERIFY(!eventsSince(through, snapshotWith({12})));
        QVERIFY(!eventsSince(through, snapshotWith({12, std::nullopt})));
        QVERIFY(!eventsSince(through, Snapshot{}));
    }
    void aVerificationIsStaleWhenItsScheduleWasDueTwice()
    {
        CheckSettings check;
        QVERIFY(staleFrom(check, noon) == noon + 24h);
        check.schedule = CheckSchedule::parse("every 15m").value();
        QVERIFY(staleFrom(check, noon) == noon + 30min);
        check.schedule = CheckSchedule::parse("30 3 * * *").value();
        QVERIFY(staleFrom(check, noon) == noon + 39h + 30min);
    }
};

QTEST_APPLESS_MAIN(TestFreshness)
#include "tst_freshness.moc"
