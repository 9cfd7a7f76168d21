// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest> // before <compare>, at which moc of Qt 6.4 stumbles

#include "tests/integration/lag/kafkatools.h"
#include "tests/integration/lag/watch.h"

using namespace projectionist;

/// What a watcher with few rights, or none, gets and says.
class TestWatchingSecurity : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_kafka = startKafka({.users = {{"watcher", "right"}}});
        const auto admin = brokerAt(m_kafka->adminBootstrap());
        makeTopics(admin, {{"orders", 1}});
        write(admin, {"orders", 0}, 3,
              std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now() - std::chrono::hours(1)));
        commitAs(admin, "workers", "orders", {{{"orders", 0}, 2}});
    }

    void withoutRightsTheMissingOneIsNamedAndLagComesWithIt()
    {
        Watch watch(watching(login("right"), "orders", {"workers"}));
        const auto denied = watch.next([](const Snapshot& s) { return sampleOf(s, 0).error.has_value(); });
        QVERIFY(denied && !isFresh(*denied, 0));
        const Error& error = *sampleOf(*denied, 0).error;
        QVERIFY2(error.kind == ErrorKind::Permission && !error.next.empty(), qPrintable(text(error)));
        allowDescribe(*m_kafka, "watcher");
        QVERIFY(watch.next([](const Snapshot& s) {
            return isFresh(s, 0) && sampleOf(s, 0).partitions[0].lag.origin == LagOrigin::Exact;
        }));
    }

    void describeIsEnoughForLagAndInspectingNamesWhatIsMissing()
    {
        Watch watch(watching(login("right"), "orders", {"workers"}));
        const auto fresh = watch.nextFresh();
        QVERIFY(fresh && !sampleOf(*fresh, 0).error);
        QCOMPARE(sampleOf(*fresh, 0).partitions[0].backlog(), std::optional<Offset>(1));
        const InspectedEvent event = watch.inspect({"orders", 0}, 2);
        QVERIFY(!event.record && event.record.error().kind == ErrorKind::Permission);
        QVERIFY2(text(event.record.error()).contains("read", Qt::CaseInsensitive),
                 qPrintable(text(event.record.error())));
    }

    void aWrongPasswordIsNamedAndARightOneTakenOver()
    {
        Watch watch(watching(login("wrong"), "orders", {"workers"}));
        const auto refused = watch.next([](const Snapshot& s) { return s.sources[0].state == SourceState::Failed; });
        QVERIFY(refused && refused->sources[0].error);
        const Error& error = *refused->sources[0].error;
        QVERIFY2(error.kind == ErrorKind::Authentication, qPrintable(text(error)));
        QVERIFY2(text(error).contains("sasl.password") && !text(error).contains("\"wrong\""), qPrintable(text(error)));
        watch.reconfigure(watching(login("right"), "orders", {"workers"}));
        QVERIFY(watch.nextFresh());
    }

private:
    [[nodiscard]] BrokerSettings login(const std::string& password) const
    {
        auto settings = brokerAt(m_kafka->bootstrap());
        settings.properties.insert({{"security.protocol", "sasl_plaintext"},
                                    {"sasl.mechanism", "SCRAM-SHA-256"},
                                    {"sasl.username", "watcher"},
                                    {"sasl.password", password}});
        return settings;
    }

    std::unique_ptr<KafkaServer> m_kafka;
};

QTEST_GUILESS_MAIN(TestWatchingSecurity)
#include "tst_watchingsecurity.moc"
