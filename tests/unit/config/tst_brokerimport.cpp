// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/brokerimport.h"
#include "tests/unit/config/configfixture.h"

using namespace projectionist;

namespace {

QString shown(const std::map<std::string, std::string>& properties)
{
    QString text;
    for (const auto& [key, value] : properties)
        text += QString::fromStdString(key + "=" + value + "\n");
    return text;
}

QString shown(const std::vector<Diagnostic>& diagnostics)
{
    QString text;
    for (const auto& diagnostic : diagnostics)
        text += QString::fromStdString(toString(diagnostic)) + '\n';
    return text;
}

constexpr const char* javaFile =
    "# a Java client's file\n"
    "bootstrap.servers = b1:9093,\\\n"
    "   b2:9093\n"
    "security.protocol: SASL_SSL\n"
    "sasl.mechanism SCRAM-SHA-512\n"
    "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\\n"
    "  username=\"me\" password=\"hun\\\\\"ter;2\";\n"
    "key.deserializer=org.apache.kafka.common.serialization.StringDeserializer\n"
    "client.dns.lookup=use_all_dns_ips\n"
    "max.poll.records=500\n"
    "group.id=orders\n"
    "ssl.endpoint.identification.algorithm=\n"
    "ssl.truststore.location=/etc/kafka/trust.jks\n"
    "ssl.truststore.password=hunter3\n"
    "sasl.usrname=x\n";

constexpr const char* kafkactlYaml = "contexts:\n"
                                     "  default:\n"
                                     "    brokers:\n"
                                     "    - localhost:9092\n"
                                     "  remote:\n"
                                     "    brokers: [r1:9093, r2:9093]\n"
                                     "    tls:\n"
                                     "      enabled: true\n"
                                     "      ca: /ca.pem\n"
                                     "      certKey: /key.pem\n"
                                     "      insecure: true\n"
                                     "    sasl:\n"
                                     "      enabled: true\n"
                                     "      username: admin\n"
                                     "      password: hunter2\n"
                                     "      mechanism: scram-sha512\n"
                                     "    clientID: my-client\n"
                                     "  tokens:\n"
                                     "    brokers: [x:1]\n"
                                     "    sasl: {enabled: true, mechanism: oauth}\n"
                                     "current-context: remote\n";

} // namespace

class TestBrokerImport : public QObject
{
    Q_OBJECT
private slots:
    void aJavaFileIsTranslated()
    {
        const auto imported = importProperties(javaFile, "client.properties");
        QCOMPARE(shown(imported.properties), QString("bootstrap.servers=b1:9093,b2:9093\n"
                                                     "sasl.mechanism=SCRAM-SHA-512\n"
                                                     "sasl.password=hun\"ter;2\n"
                                                     "sasl.username=me\n"
                                                     "security.protocol=SASL_SSL\n"
                                                     "ssl.endpoint.identification.algorithm=none\n"));
        QCOMPARE(
            shown(imported.diagnostics),
            QString(
                "client.properties:6:1: info: sasl.jaas.config converted to sasl.username and sasl.password\n"
                "client.properties:8:1: info: \"key.deserializer\" is for Java clients only; left out\n"
                "client.properties:9:1: info: \"client.dns.lookup\" is for Java clients only; left out\n"
                "client.properties:10:1: info: \"max.poll.records\" is for Java clients only; left out\n"
                "client.properties:11:1: info: \"group.id\" left out: no group is joined\n"
                "client.properties:12:1: info: empty ssl.endpoint.identification.algorithm taken as \"none\": the "
                "broker's host name is not checked\n"
                "client.properties:13:1: warning: ssl.truststore.location is a Java key store, which librdkafka cannot "
                "read; left out; keytool -exportcert -rfc -alias ALIAS -keystore /etc/kafka/trust.jks -file ca.pem "
                "(keytool -list -keystore /etc/kafka/trust.jks shows the aliases), then set ssl.ca.location = ca.pem\n"
                "client.properties:14:1: info: \"ssl.truststore.password\" is for Java clients only; left out\n"
                "client.properties:15:1: warning: unknown property \"sasl.usrname\"; left out; did you mean "
                "\"sasl.username\"?\n"));
    }
    void keyStoresThatCanBeReadAreKept()
    {
        const auto imported = importProperties("ssl.truststore.type=PEM\nssl.truststore.location=/ca\n"
                                               "ssl.keystore.location=/me.p12\nssl.keystore.password=pw\n",
                                               "f");
        QCOMPARE(shown(imported.properties),
                 QString("ssl.ca.location=/ca\nssl.keystore.location=/me.p12\nssl.keystore.password=pw\n"));
    }
    void jaasWithoutPasswordIsAWarning()
    {
        const auto imported =
            importProperties("sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required;\n", "f");
        QVERIFY(imported.properties.empty());
        QCOMPARE(imported.diagnostics.at(0).level, DiagnosticLevel::Warning);
    }
    void kcatIsTakenAsItIs()
    {
        const auto imported =
            importKcat("# kcat\nbootstrap.servers=a:1\n  sasl.password = x=y # z\nnonsense\n", "kcat.conf");
        QCOMPARE(shown(imported.properties), QString("bootstrap.servers=a:1\nsasl.password=x=y # z\n"));
        QCOMPARE(shown(imported.diagnostics),
                 QString("kcat.conf:4:1: warning: not a property; left out; write name=value\n"));
    }
    void kafkactlContextsAreTranslated()
    {
        const auto imported = importKafkactl(kafkactlYaml, "config.yml", "");
        QCOMPARE(shown(imported.diagnostics), QString());
        QCOMPARE(shown(imported.properties), QString("bootstrap.servers=r1:9093,r2:9093\n"
                                                     "client.id=my-client\n"
                                                     "enable.ssl.certificate.verification=false\n"
                                                     "sasl.mechanism=SCRAM-SHA-512\n"
                                                     "sasl.password=hunter2\n"
                                                     "sasl.username=admin\n"
                                                     "security.protocol=SASL_SSL\n"
                                                     "ssl.ca.location=/ca.pem\n"
                                                     "ssl.key.location=/key.pem\n"));
        QCOMPARE(shown(importKafkactl(kafkactlYaml, "config.yml", "default").properties),
                 QString("bootstrap.servers=localhost:9092\n"));
    }
    void kafkactlMistakesAreNamed()
    {
        QCOMPARE(
            shown(importKafkactl(kafkactlYaml, "config.yml", "remot").diagnostics),
            QString(
                "config.yml:2:3: error: no context \"remot\" in kafkactl's configuration; did you mean \"remote\"?\n"));
        QVERIFY(shown(importKafkactl(kafkactlYaml, "config.yml", "tokens").diagnostics)
                    .contains("config.yml:20:11: error: this SASL"));
        QVERIFY(shown(importKafkactl("a: [", "config.yml", "").diagnostics).contains(": error: not valid YAML"));
        QVERIFY(
            shown(importKafkactl("- just a list\n", "config.yml", "").diagnostics).contains("no context \"default\""));
    }
    void propertiesBesideAReferenceWin()
    {
        const ConfigFolder folder;
        folder.write(".config/kcat.conf", "bootstrap.servers=a:1\nclient.id=kcat\n");
        folder.write(".config/kafkactl/config.yml", kafkactlYaml);
        const auto loaded = loadWorkspace(folder.write("config.toml", "schema = 1\n"
                                                                      "[contexts.c]\n"
                                                                      "broker = \"k\"\n"
                                                                      "[brokers.k]\n"
                                                                      "kcat = true\n"
                                                                      "[brokers.k.properties]\n"
                                                                      "\"client.id\" = \"own\"\n"
                                                                      "[brokers.l]\n"
                                                                      "kafkactl = \"default\"\n"));
        QCOMPARE(folder.shown(loaded.diagnostics), std::string());
        QCOMPARE(shown(loaded.workspace->broker("k")->properties), QString("bootstrap.servers=a:1\nclient.id=own\n"));
        QCOMPARE(loaded.workspace->broker("l")->properties.at("bootstrap.servers"), std::string("localhost:9092"));
        QCOMPARE(kafkactlContexts(kafkactlFile()), (std::vector<std::string>{"remote", "default", "tokens"}));
    }
    void servicesAreListed()
    {
        const ConfigFolder folder;
        folder.write(".pg_service.conf", "# mine\n[orders]\nhost=a\n[parcels]\n");
        folder.write("postgres/pg_service.conf", "[orders]\n[system]\n");
        QCOMPARE(postgresServices(), (std::vector<std::string>{"orders", "parcels", "system"}));
    }
};

QTEST_APPLESS_MAIN(TestBrokerImport)
#include "tst_brokerimport.moc"
