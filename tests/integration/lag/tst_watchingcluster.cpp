// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest> // before <compare>, at which moc of Qt 6.4 stumbles

#include "tests/integration/lag/watch.h"

using namespace projectionist;

/// Leaders and coordinators move while the watcher samples; librdkafka has crashed there.
class TestWatchingCluster : public QObject
{
    Q_OBJECT
private slots:
    void brokersThatAreKilledAndReturnWhileWeSample()
    {
        // Coordinators are spread over the brokers like the partitions of the topic of positions.
        const auto kafka = startKafka({.brokers = 3, .properties = {{"offsets.topic.num.partitions", "6"}}});
        const auto settings = brokerAt(kafka->bootstrap());
        makeTopics(settings, {{"orders", 6, 3}});
        write(settings, {"orders", 0}, 5,
              std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now() - std::chrono::hours(1)));
        std::vector<std::string> groups;
        for (int i = 0; i < 9; ++i) {
            groups.push_back("group-" + std::to_string(i));
            commitAs(settings, groups.back(), "orders", {{{"orders", 0}, i % 5}});
        }
        const auto allRight = [&](const Snapshot& snapshot) {
            for (std::size_t i = 0; i < groups.size(); ++i) {
                const ProjectionSample& sample = sampleOf(snapshot, i);
                if (!sample.fresh || sample.error || sample.partitions.size() != 6 || sample.partitions[0].head != 5 ||
                    sample.partitions[0].groupPosition != static_cast<Offset>(i % 5))
                    return false;
            }
            return true;
        };
        Watch watch(watching(settings, "orders", groups));
        QVERIFY(watch.next(allRight));
        // More rounds hunt for what crashes rarely.
        const int rounds = std::max(1, qEnvironmentVariableIntValue("PROJECTIONIST_TEST_ROUNDS"));
        for (int round = 0; round < rounds; ++round) {
            for (const int node : {2, 3}) { // 1 is the only controller
                kafka->kill(node);
                {
                    const Watch passing(watching(settings, "orders", groups)); // ends with requests in flight
                    QVERIFY(watch.next([](const Snapshot&) { return true; }));
                }
                QVERIFY(watch.next(allRight));
                sure(kafka->restart(node));
                QVERIFY(watch.next(allRight));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestWatchingCluster)
#include "tst_watchingcluster.moc"
