// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest> // before <compare>, at which moc of Qt 6.4 stumbles

#include "backend/broker/kafka/errorlog.h"

using namespace projectionist;
using namespace projectionist::kafka;

namespace {

Complaint said(rd_kafka_resp_err_t code, std::string text)
{
    return {std::chrono::steady_clock::now(), code, std::move(text)};
}

const SecurityFacts scram{"sasl_plaintext", "SCRAM-SHA-256", false, 0x020002ff, false};

} // namespace

class TestComplaints : public QObject
{
    Q_OBJECT
private slots:
    void theMostTellingOneIsTheCause()
    {
        const auto refused = said(RD_KAFKA_RESP_ERR__TRANSPORT,
                                  "localhost:1/1: Connect to ipv4#127.0.0.1:1 failed: Connection refused (after 0ms)");
        const auto down = said(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, "1/1 brokers are down");
        const auto login =
            said(RD_KAFKA_RESP_ERR__AUTHENTICATION, "h:1/1: SASL authentication error: Authentication failed");
        QVERIFY(!causeOf({down}, scram, "Broker"));
        QVERIFY(causeOf({refused, down}, scram, "Broker")->kind == ErrorKind::Refused);
        QVERIFY(causeOf({login, refused, down}, scram, "Broker")->kind == ErrorKind::Authentication);
    }
    void scramOfOldLibrariesAgainstKafka4IsNamed()
    {
        const auto login =
            said(RD_KAFKA_RESP_ERR__AUTHENTICATION, "h:1/1: SASL authentication error: invalid credentials");
        SecurityFacts facts = scram;
        QVERIFY(causeOf({login}, facts, "")->next.find("If the broker is Apache Kafka 4") != std::string::npos);
        facts.kafka4 = true;
        QVERIFY(causeOf({login}, facts, "")->next.find("The broker is Apache Kafka 4") != std::string::npos);
        facts.libraryVersion = 0x020800ff;
        QVERIFY(causeOf({login}, facts, "")->next.find("Kafka 4") == std::string::npos);
        facts = scram;
        facts.mechanism = "PLAIN";
        QVERIFY(causeOf({login}, facts, "")->next.find("Kafka 4") == std::string::npos);
    }
    void settingsThatWorkedAreNotBlamedForACutConnection()
    {
        const auto cut =
            said(RD_KAFKA_RESP_ERR__TRANSPORT, "h:1/1: Disconnected: verify that security.protocol is correctly "
                                               "configured, broker might require SASL authentication");
        SecurityFacts facts = scram;
        QVERIFY(causeOf({cut}, facts, "")->kind == ErrorKind::Tls);
        facts.worked = true;
        QVERIFY(causeOf({cut}, facts, "")->kind == ErrorKind::Unreachable);
        QVERIFY(causeOf({cut}, facts, "")->why.find("security.protocol") == std::string::npos);
    }
    void threadsAndStatesAreNoBusinessOfTheUser()
    {
        QCOMPARE(plainText("[thrd:localhost:1/bootstrap]: localhost:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: "
                           "Connection refused (after 0ms in state CONNECT)"),
                 std::string("Connect to ipv4#127.0.0.1:1 failed: Connection refused"));
        QCOMPARE(plainText("1/1 brokers are down"), std::string("1/1 brokers are down"));
    }
    void successForgetsAndMemoryIsBounded()
    {
        ErrorLog log;
        for (int i = 0; i < 1000; ++i)
            log.add(RD_KAFKA_RESP_ERR__TRANSPORT, std::to_string(i));
        QVERIFY(log.recent().size() < 100);
        QCOMPARE(log.recent().back().text, std::string("999"));
        log.succeeded();
        QVERIFY(log.recent().empty());
    }
};

QTEST_GUILESS_MAIN(TestComplaints)
#include "tst_complaints.moc"
