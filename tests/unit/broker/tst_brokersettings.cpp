// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest> // before <compare>, at which moc of Qt 6.4 stumbles

#include "backend/broker/kafka/kafkabroker.h"

using namespace projectionist;

namespace {

BrokerSettings named(std::map<std::string, std::string> properties)
{
    BrokerSettings settings;
    settings.name = "main";
    settings.properties = std::move(properties);
    return settings;
}

} // namespace

/// What can be said of settings without any broker.
class TestBrokerSettings : public QObject
{
    Q_OBJECT
private slots:
    void missingServersAreASettingsErrorWithItsPlace()
    {
        BrokerSettings settings = named({});
        settings.origin.file = "/etc/w.toml";
        settings.origin.line = 7;
        const auto broker = connectKafka(settings);
        QVERIFY(!broker);
        QVERIFY(broker.error().kind == ErrorKind::Configuration);
        QVERIFY(broker.error().why.find("bootstrap.servers") != std::string::npos);
        QVERIFY(broker.error().next.find("/etc/w.toml:7") != std::string::npos);
    }
    void anUnknownPropertyIsAWarningAndABadValueAnError()
    {
        BrokerSettings settings = named({{"bootstrap.servers", "localhost:1"}, {"from.the.future", "x"}});
        std::vector<std::string> warnings;
        QVERIFY(connectKafka(settings, &warnings).has_value());
        QCOMPARE(warnings.size(), std::size_t{1});
        QVERIFY(warnings[0].find("from.the.future") != std::string::npos);
        settings.properties["socket.timeout.ms"] = "soon";
        const auto broker = connectKafka(settings);
        QVERIFY(!broker && broker.error().kind == ErrorKind::Configuration);
        QVERIFY(broker.error().why.find("socket.timeout.ms") != std::string::npos);
    }
    void noPasswordIsEverRepeated()
    {
        const BrokerSettings settings = named({{"bootstrap.servers", "localhost:1"},
                                               {"security.protocol", "ssl"},
                                               {"ssl.key.pem", "S3cret-not-a-key"},
                                               {"sasl.password", "S3cret"}});
        std::vector<std::string> warnings;
        const auto broker = connectKafka(settings, &warnings);
        if (!broker)
            QVERIFY(toString(broker.error()).find("S3cret") == std::string::npos);
        for (const std::string& warning : warnings)
            QVERIFY(warning.find("S3cret") == std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestBrokerSettings)
#include "tst_brokersettings.moc"
