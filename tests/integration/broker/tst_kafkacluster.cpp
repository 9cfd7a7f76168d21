// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest> // before <compare>, at which moc of Qt 6.4 stumbles

#include "tests/integration/broker/brokerfixture.h"
#include "tests/support/testservers.h"

using namespace projectionist;

namespace {

template<typename Rows>
std::set<std::size_t> failedOf(const Rows& rows)
{
    std::set<std::size_t> failed;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].error)
            failed.insert(i);
    return failed;
}

} // namespace

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

    void aHungBrokerCostsOnlyItsOwnGroups()
    {
        // Each broker coordinates some groups, and nobody takes over from the hung one.
        const auto kafka = startKafka(
            {.brokers = 3,
             .properties = {{"broker.session.timeout.ms", "120000"}, {"offsets.topic.num.partitions", "12"}}});
        const auto settings = brokerAt(kafka->bootstrap());
        makeTopics(settings, {{"orders", 1, 3}});
        std::vector<std::string> names; // enough for each broker to have some
        std::vector<GroupOffsetsQuery> queries;
        for (int group = 0; group < 60; ++group) {
            names.push_back("group-" + std::to_string(group));
            queries.push_back({names.back(), {{"orders", 0}}});
        }
        // Of each three partitions from 0, 3, 6, ... on, every broker leads one: five in a row hold such three.
        constexpr std::size_t known = 5;
        for (std::size_t group = 0; group < known; ++group)
            commitAs(settings, names[group], "orders", {{{"orders", 0}, 0}});
        const auto broker = connected(settings);
        std::vector<Error> errors;
        std::size_t all = 0;
        QVERIFY(eventually([&] {
            errors.clear();
            all = sure(broker->list(generous, errors)).size();
            return all >= known && errors.empty() && failedOf(sure(broker->describeGroups(names, generous))).empty() &&
                   failedOf(sure(broker->offsets(queries, generous))).empty();
        }));

        QVERIFY(kafka->pause(3));
        constexpr Duration limit{3000};
        std::vector<std::set<std::size_t>> failed;
        for (int round = 0; round < 3; ++round) {
            failed.push_back(failedOf(sure(broker->offsets(queries, limit))));
            failed.push_back(failedOf(sure(broker->describeGroups(names, limit))));
        }
        std::set<std::size_t> hung = failed.front(); // fail each time
        for (const auto& once : failed)
            std::erase_if(hung, [&](std::size_t index) { return !once.contains(index); });
        QVERIFY2(!hung.empty() && hung.size() <= 40, QByteArray::number(int(hung.size())));
        // The library asks just any broker for a coordinator: one in three meets the hung one, which without asking
        // again costs some thirteen of the others each time. Some may meet it again and again until the time is up: two
        // an answer, taken together.
        std::size_t byChance = 0;
        for (const auto& once : failed)
            byChance += once.size() - hung.size();
        QVERIFY2(byChance <= 2 * failed.size(), QByteArray::number(int(byChance)));
        // When it is known who is silent, nobody waits for them any more, and who was taken for silent is soon known.
        QVERIFY(eventually([&] {
            const auto began = std::chrono::steady_clock::now();
            const auto once = failedOf(sure(broker->offsets(queries, limit)));
            return once == hung && std::chrono::steady_clock::now() - began < limit / 8;
        }));
        const auto listed = broker->list(limit, errors);
        QVERIFY2(listed, listed ? "" : qPrintable(text(listed.error())));
        QString told = QString("%1 of %2 groups").arg(listed->size()).arg(all);
        for (const Error& error : errors)
            told += "; " + text(error);
        QVERIFY2(listed->size() < all && !listed->empty() && !errors.empty(), qPrintable(told));
        kafka->resume(3);
        QVERIFY(eventually([&] { return failedOf(sure(broker->describeGroups(names, generous))).empty(); }));
        QVERIFY(eventually([&] { return failedOf(sure(broker->offsets(queries, generous))).empty(); }));
    }

    void aHungBrokerHoldsUpNobodyElsesBounds()
    {
        const auto kafka = startKafka({.brokers = 3, .properties = {{"broker.session.timeout.ms", "120000"}}});
        const auto settings = brokerAt(kafka->bootstrap());
        makeTopics(settings, {{"orders", 6, 1}});
        std::vector<TopicPartition> ids;
        for (std::int32_t partition = 0; partition < 6; ++partition)
            ids.push_back({"orders", partition});
        const auto broker = connected(settings);
        QVERIFY(eventually([&] { return failedOf(sure(broker->bounds(ids, generous))).empty(); }));

        QVERIFY(kafka->pause(3));
        constexpr Duration limit{6000};
        const auto hung = failedOf(sure(broker->bounds(ids, limit)));
        QCOMPARE(hung.size(), 2U);
        std::size_t healthy = 0;
        while (hung.contains(healthy))
            ++healthy;
        write(settings, ids[healthy], 1, std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()));
        const auto began = std::chrono::steady_clock::now();
        for (int look = 0; look < 6; ++look) {
            const auto rows = sure(broker->bounds(ids, limit));
            QCOMPARE(failedOf(rows), hung);
            QCOMPARE(rows[healthy].head, Offset(1));
        }
        QVERIFY2(std::chrono::steady_clock::now() - began < limit, "six looks took as long as one may");
        kafka->resume(3);
        QVERIFY(eventually([&] { return failedOf(sure(broker->bounds(ids, limit))).empty(); }));
    }
};

QTEST_GUILESS_MAIN(TestKafkaCluster)
#include "tst_kafkacluster.moc"
