// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest> // before <compare>, at which moc of Qt 6.4 stumbles

#include "tests/integration/broker/brokerfixture.h"
#include "tests/support/testservers.h"

using namespace projectionist;

/// The adapter against three real brokers, of which some leave.
class TestKafkaCluster : public QObject
{
    Q_OBJECT
private slots:
    void leadersAndCoordinatorsMoveWhenBrokersRestart()
    {
        const auto kafka = startKafka({.brokers = 3});
        const auto settings = brokerAt(kafka->bootstrap());
        makeTopics(settings, {{"orders", 6, 3}});
        const TimePoint now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
        for (std::int32_t partition = 0; partition < 6; ++partition)
            write(settings, {"orders", partition}, partition + 1, now);
        std::vector<TopicPartition> ids;
        std::vector<GroupOffsetsQuery> queries;
        for (std::int32_t partition = 0; partition < 6; ++partition)
            ids.push_back({"orders", partition});
        for (int group = 0; group < 6; ++group) {
            commitAs(settings, "group-" + std::to_string(group), "orders", {{ids[0], group % 2}});
            queries.push_back({"group-" + std::to_string(group), ids});
        }

        const auto broker = connected(settings);
        QString missing; // what the last look lacked
        const auto allAnswered = [&] {
            missing.clear();
            const auto bounds = broker->bounds(ids, Duration(3000));
            const auto positions = broker->offsets(queries, Duration(3000));
            if (!bounds || !positions) {
                missing = text(bounds ? positions.error() : bounds.error());
                return false;
            }
            for (std::size_t i = 0; i < ids.size(); ++i)
                if ((*bounds)[i].error || (*bounds)[i].head != static_cast<Offset>(i) + 1)
                    missing += (*bounds)[i].error ? text(*(*bounds)[i].error) : "wrong head; ";
            for (std::size_t i = 0; i < queries.size(); ++i)
                if ((*positions)[i].error || (*positions)[i].offsets[0].position != static_cast<Offset>(i % 2))
                    missing += (*positions)[i].error ? text(*(*positions)[i].error) : "wrong position; ";
            return missing.isEmpty();
        };
        QVERIFY2(eventually(allAnswered), qPrintable(missing));
        for (const int node : {2, 3}) { // 1 is the only controller
            kafka->kill(node);
            QVERIFY2(eventually(allAnswered), qPrintable(missing));
            sure(kafka->restart(node));
            QVERIFY2(eventually(allAnswered), qPrintable(missing));
        }
    }
};

QTEST_GUILESS_MAIN(TestKafkaCluster)
#include "tst_kafkacluster.moc"
