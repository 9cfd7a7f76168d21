// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest> // before <compare>, at which moc of Qt 6.4 stumbles

#include "tests/integration/broker/brokerfixture.h"
#include "tests/support/lateproxy.h"

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

constexpr Duration late = 2s;
/// A call is over before anything can have come.
constexpr Duration shorter = 1s;
/// Time for this many answers one after another is plenty for one look.
constexpr int answersALook = 8;

} // namespace

/// The adapter and a real broker all of whose answers come late.
class TestKafkaLateness : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_kafka = startKafka({.properties = {{"advertised.listeners", address("PLAINTEXT://")}}});
        const std::string direct = m_kafka->bootstrap();
        m_proxy.forwardTo(static_cast<std::uint16_t>(std::stoi(direct.substr(direct.rfind(':') + 1))));
        m_settings = brokerAt(address(""));
        makeTopics(m_settings, {{"orders", 2}});
        for (const TopicPartition& id : m_ids)
            write(m_settings, id, 20, TimePoint(Duration(1'795'000'000'000)));
        for (int group = 0; group < 13; ++group) { // the library keeps the coordinators of eleven
            m_queries.push_back({"group-" + std::to_string(group), m_ids});
            commitAs(m_settings, m_queries.back().group, "orders", {{m_ids[0], 5}, {m_ids[1], 7}});
        }
    }

    void init() { m_proxy.setDelay(0ms); }

    void positionsKeepComingWhenEveryAnswerIsLaterThanACallMayLast()
    {
        const auto broker = connected(m_settings);
        QVERIFY(positionsCome(*broker, 60s));
        m_proxy.setDelay(late);
        for (int look = 0; look < 3; ++look)
            QVERIFY2(positionsCome(*broker, answersALook * late), QByteArray::number(look));
        m_proxy.setDelay(0ms);
        commitAs(m_settings, m_queries[0].group, "orders", {{m_ids[0], 6}});
        QVERIFY2(eventually([&] { return positionOf(*broker) == std::optional<Offset>(6); }),
                 "answers to old questions hide the new ones");
    }

    void boundsKeepComingWhenEveryAnswerIsLaterThanACallMayLast()
    {
        const auto broker = connected(m_settings);
        QVERIFY(boundsCome(*broker, 60s, 20));
        m_proxy.setDelay(late);
        for (int look = 0; look < 3; ++look)
            QVERIFY2(boundsCome(*broker, answersALook * late, 20), QByteArray::number(look));
        m_proxy.setDelay(0ms);
        write(m_settings, m_ids[0], 1, TimePoint(Duration(1'795'000'100'000)));
        QVERIFY2(boundsCome(*broker, 60s, 21), "answers to old questions hide the new ones");
    }

    void aConnectionMadeWhileEveryAnswerIsLateIsAnswered()
    {
        m_proxy.setDelay(late);
        const auto broker = connected(m_settings);
        QVERIFY(eventually([&] { return broker->describe(shorter + late).has_value(); }));
        QVERIFY(positionsCome(*broker, 60s));
        QVERIFY(boundsCome(*broker, 60s, 20));
    }

private:
    std::string address(const char* scheme) const { return scheme + ("127.0.0.1:" + std::to_string(m_proxy.port())); }

    /// Of each group, one way or another: a call need not bring all of them.
    bool positionsCome(Broker& broker, Duration limit)
    {
        std::set<std::string> come;
        return eventually(
            [&] {
                if (const auto groups = broker.offsets(m_queries, shorter))
                    for (const GroupOffsets& group : *groups)
                        if (!group.error && group.offsets.size() == 2 && group.offsets[1].position == Offset(7))
                            come.insert(group.group);
                return come.size() == m_queries.size();
            },
            limit);
    }
    bool boundsCome(Broker& broker, Duration limit, Offset least)
    {
        return eventually(
            [&] {
                const auto rows = broker.bounds(m_ids, shorter);
                return rows && std::ranges::none_of(*rows, [](const auto& row) { return row.error.has_value(); }) &&
                       rows->front().head >= least;
            },
            limit);
    }
    std::optional<Offset> positionOf(Broker& broker)
    {
        const auto groups = broker.offsets(std::span(m_queries).first(1), shorter);
        if (!groups || (*groups)[0].offsets.empty())
            return std::nullopt;
        return (*groups)[0].offsets[0].position;
    }

    LateProxy m_proxy;
    std::unique_ptr<KafkaServer> m_kafka;
    BrokerSettings m_settings;
    const std::vector<TopicPartition> m_ids{{"orders", 0}, {"orders", 1}};
    std::vector<GroupOffsetsQuery> m_queries;
};

QTEST_GUILESS_MAIN(TestKafkaLateness)
#include "tst_kafkalateness.moc"
