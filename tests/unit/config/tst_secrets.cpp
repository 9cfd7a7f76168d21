// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/connection.h"
#include "backend/config/nearest.h"
#include "tests/unit/config/configfixture.h"

#include <random>

using namespace projectionist;

namespace {

constexpr const char* secretWorkspace = "schema = 1\n"
                                        "current_context = \"c\"\n"
                                        "[contexts.c]\n"
                                        "broker = \"b\"\n"
                                        "stores = [\"s\", \"u\"]\n"
                                        "[brokers.b]\n"
                                        "bootstrap_servers = [\"h:1\"]\n"
                                        "[brokers.b.properties]\n"
                                        "\"sasl.username\" = \"me\"\n"
                                        "\"sasl.password\" = \"hunter2\"\n"
                                        "\"ssl.key.pem\" = \"\"\"hunter2\n"
                                        "hunter2\"\"\"\n"
                                        "[stores.s]\n"
                                        "host = \"h\"\n"
                                        "password = 'hunter2'\n"
                                        "[stores.u]\n"
                                        "uri = \"postgresql://u:hunter2@h/db\"\n"
                                        "statement_timeout = \"5s\"\n"
                                        "[[projections]]\n"
                                        "name = \"p\"\n"
                                        "topics = [\"t\"]\n"
                                        "group = \"g\"\n"
                                        "[projections.checkpoint]\n"
                                        "store = \"s\"\n"
                                        "query = \"SELECT 1\"\n";

} // namespace

class TestSecrets : public QObject
{
    Q_OBJECT
private slots:
    void passwordsAreMasked_data()
    {
        QTest::addColumn<QString>("connection");
        QTest::addColumn<QString>("masked");
        QTest::newRow("nothing to hide") << "postgresql://u@h:5/db?port=6"
                                         << "postgresql://u@h:5/db?port=6";
        QTest::newRow("user part") << "postgresql://u:pw@h:5/db"
                                   << "postgresql://u:***@h:5/db";
        QTest::newRow("at sign in the password") << "postgres://u:p@w@h/db"
                                                 << "postgres://u:***@h/db";
        QTest::newRow("slash in the password") << "postgres://u:p/w@h/db"
                                               << "postgres://u:***@h/db";
        QTest::newRow("question mark in the password") << "postgres://u:p?w@h/db?port=1"
                                                       << "postgres://u:***@h/db?port=***";
        QTest::newRow("parameter") << "postgresql://h/db?password=p@w&port=1"
                                   << "postgresql://h/db?password=***&port=1";
        QTest::newRow("encoded parameter") << "postgresql://h/db?pass%77ord=pw"
                                           << "postgresql://h/db?pass%77ord=***";
        QTest::newRow("several hosts") << "postgresql://u:pw@a:1,b:2/db"
                                       << "postgresql://u:***@a:1,b:2/db";
        QTest::newRow("keys") << "host=h password=pw user=u"
                              << "host=h password=*** user=u";
        QTest::newRow("keys with quotes") << "host = 'a b' password = 'p w\\'x' sslpassword=y"
                                          << "host='a b' password=*** sslpassword=***";
        QTest::newRow("quote never closed") << "host=h password='pw"
                                            << "***";
        QTest::newRow("no connection string at all") << "pw"
                                                     << "***";
        QTest::newRow("empty") << ""
                               << "";
    }
    void passwordsAreMasked()
    {
        QFETCH(QString, connection);
        QFETCH(QString, masked);
        QCOMPARE(QString::fromStdString(maskedConnection(connection.toStdString())), masked);
    }
    void connectionKeysRoundTrip()
    {
        const ConnectionKeys keys{{"host", "a b"}, {"password", "it's \\ here"}, {"options", ""}, {"user", "u"}};
        QCOMPARE(parseConnectionKeys(toConnectionString(keys)), std::optional(keys));
        QCOMPARE(parseConnectionKeys("host=a b"), std::optional<ConnectionKeys>());
        QCOMPARE(parseConnectionKeys("a=b\\"), std::optional<ConnectionKeys>());
    }
    void theNearestWordIsFound()
    {
        const std::vector<std::string> words{"broker", "stores", "interval"};
        QCOMPARE(nearestWord("borker", words), std::string("broker"));
        QCOMPARE(nearestWord("intervall", words), std::string("interval"));
        QCOMPARE(nearestWord("completely", words), std::string());
        QCOMPARE(suggestion("completely", words), std::string("known: broker, stores, interval"));
    }
    /// Files with a few random changes: no crash, no endless loop, and no message or setting that shows a secret.
    void damagedFilesNeverCrashNorTell()
    {
        const ConfigFolder folder;
        const std::string original = secretWorkspace;
        const std::string alphabet = "\"'[]{}=#.,\\\n $0aZ\x01\xff:-_";
        std::mt19937 random(20261121);
        const auto below = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
        for (int round = 0; round < 1500; ++round) {
            std::string text = original;
            for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
                const std::size_t at = below(text.size());
                // The secret itself stays whole, so that it can be looked for; and where it stands in a URI, so that it
                // stays one.
                const std::size_t line = text.rfind('\n', at) + 1;
                const std::size_t secret = text.find("hunter2", at > 6 ? at - 6 : 0);
                if (text.compare(line, 3, "uri") == 0 || (secret != std::string::npos && secret <= at + 1))
                    continue;
                if (below(3) == 0)
                    text.erase(at, std::min({1 + below(12), text.find("hunter2", at) - at, text.find("uri", at) - at}));
                else
                    text.insert(at, 1, alphabet[below(alphabet.size())]);
            }
            const auto loaded = loadWorkspace(folder.write("config.toml", text));
            std::string said = folder.shown(loaded.diagnostics);
            for (const auto& setting : loaded.settings)
                if (setting.path.find("password") != std::string::npos || setting.path.ends_with("uri"))
                    said += setting.value;
            QVERIFY2(said.find("hunter2") == std::string::npos, (said + "\n---\n" + text).c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestSecrets)
#include "tst_secrets.moc"
