// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest> // before <compare>, at which moc of Qt 6.4 stumbles

#include "backend/store/postgres/postgresstore.h"
#include "tests/integration/lag/watch.h"
#include "tests/support/lateproxy.h"

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

/// Freezes the broker again and again: it answers only in the moments between.
class Stutter
{
public:
    Stutter(KafkaServer& kafka, Duration stops, Duration runs)
        : m_thread([&kafka, stops, runs](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                (void)kafka.pause();
                for (Duration slept{0}; slept < stops && !stop.stop_requested(); slept += 50ms)
                    std::this_thread::sleep_for(50ms);
                kafka.resume();
                std::this_thread::sleep_for(runs);
            }
        })
    {
    }

private:
    std::jthread m_thread;
};

} // namespace

/// Projection 0, "summary", has a checkpoint table; projection 1, "feed", a consumer group. Servers answer late.
class TestSlowAnswers : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        // A broker that was frozen for longer than its session would have lost its partitions when it is back.
        const std::string address = "127.0.0.1:" + std::to_string(m_proxy.port());
        m_kafka = startKafka({.properties = {{"broker.session.timeout.ms", "120000"},
                                             {"advertised.listeners", "PLAINTEXT://" + address}}});
        const std::string direct = m_kafka->bootstrap();
        m_proxy.forwardTo(static_cast<std::uint16_t>(std::stoi(direct.substr(direct.rfind(':') + 1))));
        m_postgres = startPostgres();
        m_broker = brokerAt(address);
        makeTopics(m_broker, {{"orders", 2}});
        const TimePoint now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
        for (std::int32_t partition = 0; partition < 2; ++partition)
            write(m_broker, {"orders", partition}, 20, now - 1h);
        commitAs(m_broker, "feed", "orders", {{{"orders", 0}, 5}, {{"orders", 1}, 7}});
    }

    void answersThatTakeLongerThanAnyIntervalComeThrough()
    {
        Watch watch(workspace());
        QVERIFY(watch.nextFresh());
        const Stutter stutter(*m_kafka, 4s, 20ms);
        for (int i = 0; i < 2; ++i) {
            const auto slow = watch.next([](const Snapshot& s) {
                return isFresh(s, 0) && isFresh(s, 1) && s.sources[0].took > 3s && s.interval > 3s;
            });
            QVERIFY(slow && slow->sources[0].state == SourceState::Ok);
        }
        QVERIFY2(watch.told("source") <= 2, "an event for each slow answer");
    }

    void answersOfTheBrokerAfterTenSecondsComeThrough()
    {
        Watch watch(workspace());
        QVERIFY(watch.nextFresh());
        const Stutter stutter(*m_kafka, 10s, 1s);
        const auto late = watch.next([](const Snapshot& s) {
            return s.sources[0].state == SourceState::Waiting && s.sources[1].state == SourceState::Ok;
        });
        QVERIFY(late && !isFresh(*late, 0) && !isFresh(*late, 1));
        QVERIFY(text(*late->sources[0].error).contains("does not answer"));
        QCOMPARE(sampleOf(*late, 1).partitions[1].groupPosition, std::optional<Offset>(7)); // the last good one
        const auto answered = watch.next([](const Snapshot& s) {
            return isFresh(s, 0) && isFresh(s, 1) && s.sources[0].took > 9s && s.interval > 9s;
        });
        QVERIFY(answered && answered->sources[0].state == SourceState::Ok);
    }

    void samplesKeepComingWhileEveryAnswerOfTheBrokerIsLate()
    {
        Watch watch(workspace());
        QVERIFY(watch.nextFresh());
        m_proxy.setDelay(10s);
        QVERIFY(watch.next([](const Snapshot& s) { return s.sources[0].state == SourceState::Waiting; }));
        TimePoint last{};
        for (int i = 0; i < 2; ++i) { // some five questions one after another each time
            const auto fresh = watch.next([&](const Snapshot& s) {
                return isFresh(s, 0) && isFresh(s, 1) && sampleOf(s, 1).at > last && s.sources[0].took > 9s;
            });
            QVERIFY2(fresh, QByteArray::number(i));
            last = sampleOf(*fresh, 1).at;
        }
        m_proxy.setDelay(0ms);
        QVERIFY(watch.next([](const Snapshot& s) { return isFresh(s, 1) && s.sources[0].took < 1s; }));
    }

    void aCheckpointQueryOfTenSecondsCostsOnlyItsOwnProjection()
    {
        Workspace slow = workspace();
        slow.stores[0].statementTimeout = 15s;
        slow.projections[0].checkpoint->query += ", pg_sleep(10)";
        Watch watch(slow);
        const auto isWaiting = [](const Snapshot& s) {
            return isFresh(s, 1) && !isFresh(s, 0) && s.sources[0].state == SourceState::Ok &&
                   s.sources[1].state == SourceState::Waiting;
        };
        const auto late = watch.next(isWaiting);
        QVERIFY(late);
        QVERIFY(text(*sampleOf(*late, 0).error).contains("does not answer"));
        const auto answered = watch.next([](const Snapshot& s) { return isFresh(s, 0) && isFresh(s, 1); });
        QVERIFY(answered && answered->sources[1].state == SourceState::Ok && answered->sources[1].took >= 10s);
        QVERIFY2(answered->sources[0].took < 10s, "the store's slowness is counted as the broker's");
        const auto later = watch.next(isWaiting);
        QVERIFY(later);
        QCOMPARE(sampleOf(*later, 0).partitions[1].checkpointPosition, std::optional<Offset>(10));
        QCOMPARE(sampleOf(*later, 0).at, sampleOf(*answered, 0).at); // tells the age
        QVERIFY(sampleOf(*later, 1).at > sampleOf(*answered, 1).at);
    }

private:
    Workspace workspace() const
    {
        Workspace result = watching(m_broker, "orders", {"summary", "feed"});
        result.contexts[0].stores = {"db"};
        StoreSettings& store = result.stores.emplace_back();
        store.name = "db";
        store.connection = m_postgres->connection();
        result.projections[0].group.clear();
        result.projections[0].checkpoint =
            CheckpointSettings{"db", "select 'orders', n, 10 * n from generate_series(0, 1) n"};
        return result;
    }

    LateProxy m_proxy;
    std::unique_ptr<KafkaServer> m_kafka;
    std::unique_ptr<PostgresServer> m_postgres;
    BrokerSettings m_broker;
};

QTEST_GUILESS_MAIN(TestSlowAnswers)
#include "tst_slowanswers.moc"
