// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The audit trail and the lock of production contexts, by the program itself.
#include "backend/history/audittrail.h"
#include "backend/history/productionlock.h"
#include "backend/reconcile/deployments.h"
#include "tests/integration/ctl/ctlfixture.h"

#include <QJsonArray>
#include <QJsonObject>

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint noon(std::chrono::seconds(1'795'003'200)); // 2026-11-18T12:00:00Z

const QString workspace = "schema = 1\n[contexts.prod]\nbroker = \"b\"\nenvironment = \"production\"\n"
                          "[contexts.local]\nbroker = \"b\"\n[brokers.b]\nbootstrap_servers = \"127.0.0.1:1\"\n";

QList<QJsonObject> jsonLines(const QString& text)
{
    QList<QJsonObject> objects;
    for (const auto& line : text.split('\n', Qt::SkipEmptyParts))
        objects << QJsonDocument::fromJson(line.toUtf8()).object();
    return objects;
}

} // namespace

class TestCtlActs : public QObject
{
    Q_OBJECT
    std::optional<Ctl> m_ctl;

    std::filesystem::path trailFile() const
    {
        return auditFile(m_ctl->path(".local/state/projectionist").toStdString());
    }
    QStringList objects(const QStringList& options) const
    {
        const auto answer = m_ctl->run(QStringList{"audit", "--json"} + options);
        QStringList found;
        for (const auto& entry : jsonLines(answer.out))
            found << entry.value("object").toString();
        return answer.code == 0 ? found : QStringList{answer.err};
    }

private slots:
    void init()
    {
        m_ctl.emplace();
        m_ctl->write(".config/projectionist/config.toml", workspace);
    }

    void withoutAnyActTheTrailIsEmpty()
    {
        const auto answer = m_ctl->run({"audit"});
        QCOMPARE(answer.code, 0);
        QCOMPARE(answer.out, QString());
        QVERIFY(answer.err.contains("nothing has been recorded"));
        QVERIFY(!std::filesystem::exists(trailFile()));
    }

    void actsAreChosenByWhatIsAskedFor()
    {
        auto trail = AuditTrail::open(trailFile()).value();
        QVERIFY(trail.append({0, noon, "eva@desk7", "prod", "unmask", "a", "", "", "done"}));
        QVERIFY(trail.append({0, noon + 1h, "tom@desk8", "prod", "resolve", "b", "fixed", "", "done"}));
        QVERIFY(trail.append({0, noon + 2h, "eva@desk7", "local", "unmask", "c", "", "", "done"}));
        QCOMPARE(objects({}), (QStringList{"a", "b", "c"}));
        QCOMPARE(objects({"--since", "2026-11-18 13:00"}), (QStringList{"b", "c"}));
        QCOMPARE(objects({"--until", "2026-11-18T13:00:00Z"}), QStringList{"a"});
        QCOMPARE(objects({"--context", "prod"}), (QStringList{"a", "b"}));
        QCOMPARE(objects({"--who", "tom"}), QStringList{"b"});
        QCOMPARE(objects({"--act", "unmask"}), (QStringList{"a", "c"}));
        QCOMPARE(objects({"--object", "b"}), QStringList{"b"});
        QCOMPARE(objects({"--limit", "2"}), (QStringList{"b", "c"}));
    }

    void theTableHasTheWholeStory()
    {
        auto trail = AuditTrail::open(trailFile()).value();
        QVERIFY(trail.append({0, noon, "eva@desk7", "prod", "resolve", "orders-dlt[0]@1", "INC-4711", "two", "done"}));
        const auto answer = m_ctl->run({"audit"});
        QCOMPARE(answer.code, 0);
        for (const char* const part :
             {"2026-11-18 12:00:00 UTC", "eva@desk7", "prod", "resolve", "orders-dlt[0]@1", "INC-4711", "two", "done"})
            QVERIFY2(answer.out.contains(part), part);
    }

    void whatStrangersWroteCannotSteerATerminal()
    {
        auto trail = AuditTrail::open(trailFile()).value();
        const std::string evil = "\x1b[2J\xe2\x80\xae\nfake  line";
        QVERIFY(trail.append({0, noon, evil, evil, evil, evil, evil, evil, evil}));
        for (const auto& arguments : {QStringList{"audit"}, QStringList{"audit", "--json"}}) {
            const auto answer = m_ctl->run(arguments);
            QCOMPARE(answer.code, 0);
            QVERIFY(!answer.out.contains(QChar(0x1b)) && !answer.out.contains(QChar(0x202e)));
            QVERIFY(!answer.out.contains("\nfake"));
        }
        const auto entries = jsonLines(m_ctl->run({"audit", "--json"}).out);
        QCOMPARE(entries.value(0).value("reason").toString(), QString::fromStdString(evil));
    }

    void aTrailThatCannotBeReadIsCritical()
    {
        m_ctl->write(".local/state/projectionist/audit.db", QString(5000, 'x'));
        const auto answer = m_ctl->run({"audit"});
        QCOMPARE(answer.code, 2);
        QVERIFY(answer.err.contains("audit.db"));
        QCOMPARE(m_ctl->run({"audit", "--file", m_ctl->path("none.db")}).code, 3);
        QCOMPARE(m_ctl->run({"audit", "--since", "yesterday"}).code, 3);
        QCOMPARE(m_ctl->run({"audit", "--since", "now", "--until", "now-1h"}).code, 3);
    }

    void followPrintsWhatComes()
    {
        auto trail = AuditTrail::open(trailFile()).value();
        QVERIFY(trail.append({0, noon, "eva@desk7", "prod", "unmask", "a", "", "", "done"}));
        const auto process = m_ctl->start({"audit", "--follow", "--json"});
        QString out;
        const auto reads = [&](const char* text) {
            out += QString::fromUtf8(process->readAllStandardOutput());
            return out.contains(text);
        };
        QTRY_VERIFY_WITH_TIMEOUT(reads("\"a\""), 60'000);
        QVERIFY(trail.append({0, noon, "eva@desk7", "prod", "unmask", "later", "", "", "done"}));
        QTRY_VERIFY_WITH_TIMEOUT(reads("\"later\""), 60'000);
        QCOMPARE(out.count("\"a\""), 1);
        process->terminate();
        QVERIFY(process->waitForFinished(60'000));
        QCOMPARE(process->exitCode(), 0);
    }

    void deploymentsAreTold()
    {
        const auto file = m_ctl->write("w.toml", "[contexts.c]\nbroker = \"b\"\n[brokers.b]\nbootstrap_servers = "
                                                 "\"127.0.0.1:1\"\n[[projections]]\nname = \"orders\"\n"
                                                 "context = \"c\"\ntopics = [\"orders\"]\ngroup = \"orders\"\n");
        const auto tell = [&](const QStringList& rest) {
            return m_ctl->run(QStringList{"--config", file, "--context", "c", "deployed"} + rest);
        };
        const auto told = tell({"orders", "--release", "4.18", "--at", "now-2h"});
        QVERIFY2(told.code == 0 && told.err.contains("orders 4.18 was deployed "), qPrintable(told.err));
        QCOMPARE(tell({"orders"}).code, 0);
        QCOMPARE(tell({"order"}).code, 3);
        QCOMPARE(tell({"orders", "--at", "now+2h"}).code, 3);
        QCOMPARE(tell({"orders", "--at", "soon"}).code, 3);
        const auto known = deploymentsOf("c", trailFile());
        QCOMPARE(known.size(), std::size_t{2});
        QCOMPARE(known[0].release, std::string("4.18"));
        QVERIFY(known[0].projection == "orders" && known[1].release.empty());
        QVERIFY(known[1].at - known[0].at >= 2h && known[1].at - known[0].at < 3h);
        QVERIFY(deploymentsOf("another", trailFile()).empty());
    }

    void productionIsUnlockedForATimeAndLockedAgain()
    {
        const auto unlock = m_ctl->run({"unlock", "prod", "--for", "30m", "--reason", "INC-4711"});
        QCOMPARE(unlock.code, 0);
        QVERIFY2(unlock.err.contains("unlocked until"), qPrintable(unlock.err));
        auto lock = ProductionLock::open(trailFile()).value();
        const auto found = lock.unlocked("prod", SystemClock().now()).value();
        QVERIFY(found && found->reason == "INC-4711" && found->until - found->since == 30min);
        QCOMPARE(m_ctl->run({"lock", "prod"}).code, 0);
        QVERIFY(!lock.unlocked("prod", SystemClock().now()).value());
        QVERIFY(m_ctl->run({"lock", "prod"}).err.contains("was locked already"));
        const auto acts = jsonLines(m_ctl->run({"audit", "--json"}).out);
        QCOMPARE(acts.size(), 2);
        QCOMPARE(acts[0].value("act").toString(), QString("unlock"));
        QCOMPARE(acts[0].value("reason").toString(), QString("INC-4711"));
        QCOMPARE(acts[0].value("who").toString(), QString::fromStdString(actingUser()));
        QCOMPARE(acts[1].value("act").toString(), QString("lock"));
    }

    void whatCannotBeUnlockedIsUsage_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("no reason") << QStringList{"unlock", "prod", "--for", "30m"};
        QTest::newRow("an empty reason") << QStringList{"unlock", "prod", "--for", "30m", "--reason", " "};
        QTest::newRow("no time") << QStringList{"unlock", "prod", "--reason", "x"};
        QTest::newRow("not a time") << QStringList{"unlock", "prod", "--for", "soon", "--reason", "x"};
        QTest::newRow("too long") << QStringList{"unlock", "prod", "--for", "3d", "--reason", "x"};
        QTest::newRow("no such context") << QStringList{"unlock", "prd", "--for", "30m", "--reason", "x"};
        QTest::newRow("never locked") << QStringList{"unlock", "local", "--for", "30m", "--reason", "x"};
        QTest::newRow("lock without such a context") << QStringList{"lock", "prd"};
        QTest::newRow("lock what is never locked") << QStringList{"lock", "local"};
    }
    void whatCannotBeUnlockedIsUsage()
    {
        QFETCH(QStringList, arguments);
        const auto answer = m_ctl->run(arguments);
        QCOMPARE(answer.code, 3);
        QVERIFY(!answer.err.isEmpty());
        QCOMPARE(objects({}), QStringList{});
    }
};

QTEST_GUILESS_MAIN(TestCtlActs)
#include "tst_ctlacts.moc"
