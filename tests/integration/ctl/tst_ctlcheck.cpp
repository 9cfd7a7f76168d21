// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/ctl/ctlfixture.h"
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "backend/store/postgres/postgresstore.h"
#include "tests/support/testservers.h"
#endif

#include <QJsonArray>
#include <QJsonObject>

using namespace projectionist;

/// `check` on a real PostgreSQL server; the broker is never asked, since the checks belong to no projection.
class TestCtlCheck : public QObject
{
    Q_OBJECT

    std::unique_ptr<PostgresServer> m_server;
    Ctl m_ctl;
    QString m_file;

    void execute(const std::vector<std::string>& statements) const
    {
        StoreSettings settings;
        settings.name = "owner";
        settings.connection = m_server->connection();
        const auto store = *connectPostgres(settings, Access::ReadWrite);
        const auto done = store->transaction([&](Transaction& transaction) -> Result<void> {
            for (const auto& sql : statements)
                if (const auto one = transaction.execute(sql); !one)
                    return tl::unexpected(one.error());
            return {};
        });
        QVERIFY2(done, done ? "" : toString(done.error()).c_str());
    }
    [[nodiscard]] Answer check(const QStringList& arguments) const
    {
        return m_ctl.run(QStringList{"--config", m_file, "check"} + arguments);
    }

private slots:
    void initTestCase()
    {
        m_server = startPostgres();
        QString checks;
        const auto add = [&](const QString& name, const QString& actual, const QString& more) {
            checks +=
                "[[checks]]\nname = \"" + name + "\"\nkey = \"id\"\nsettle = \"10ms\"\n" + more +
                "[checks.expected]\nstore = \"s\"\ntable = \"orders\"\n[checks.actual]\nstore = \"s\"\ntable = \"" +
                actual + "\"\n";
        };
        add("fine", "same", "");
        add("drift", "other", "");
        add("urgent", "other", "severity = \"critical\"\n");
        add("count", "other", "kind = \"count\"\n");
        add("broken", "nowhere", "");
        add("many", "crowd", "");
        add("bare", "nobody", "max_differences = 2\n");
        checks += "[[checks]]\nname = \"short\"\nkey = \"id\"\nbudget = { time = \"300ms\" }\n[checks.expected]\n"
                  "store = \"s\"\nquery = \"SELECT id, name FROM orders, pg_sleep(30)\"\n"
                  "[checks.actual]\nstore = \"s\"\ntable = \"same\"\n";
        const QString expected = "[checks.expected]\nstore = \"s\"\ntable = \"orders\"\n";
        const QString actual = "[checks.actual]\nstore = \"s\"\ntable = \"";
        checks += "[[checks]]\nname = \"groups\"\nkind = \"groups\"\nkey = \"name\"\ncolumns = \"id\"\nrows_key = "
                  "\"id\"\nsettle = \"10ms\"\n" +
                  expected + actual + "crowd\"\nfilter = \"id < 102\"\n";
        checks += "[[checks]]\nname = \"versions\"\nkind = \"order\"\nkey = \"id\"\nversion = \"v\"\nsettle = "
                  "\"10ms\"\n" +
                  actual + "events\"\n";
        m_file =
            m_ctl.write("w.toml", "[contexts.c]\nbroker = \"b\"\n[brokers.b]\nbootstrap_servers = \"127.0.0.1:1\"\n"
                                  "[stores.s]\nuri = \"" +
                                      QString::fromStdString(uri()) + "\"\n" + checks);
        execute({"CREATE TABLE orders (id int PRIMARY KEY, name text, gone int)",
                 "INSERT INTO orders VALUES (1, 'one'), (2, 'two'), (3, 'three')", "CREATE TABLE same AS TABLE orders",
                 "CREATE TABLE other (id int PRIMARY KEY, name text)",
                 "INSERT INTO other VALUES (1, E'\\x1b[31mred\\u202e'), (2, 'two'), (4, 'four')",
                 "CREATE TABLE nobody (id int PRIMARY KEY, name text)",
                 "CREATE TABLE events AS SELECT E'\\x1b' AS id, v FROM unnest(ARRAY[1, 2, 5, 5]) v",
                 "CREATE TABLE crowd AS SELECT g + 100 AS id, 'x' AS name FROM generate_series(1, 42) g"});
    }
    [[nodiscard]] std::string uri() const
    {
        return "postgresql://postgres@127.0.0.1:" + std::to_string(m_server->port()) + "/postgres";
    }

    void checksAreListed()
    {
        const auto answer = check({"list"});
        QCOMPARE(answer.code, 0);
        QCOMPARE(answer.out.count('\n'), 10);
        QVERIFY2(answer.out.endsWith("groups  groups  s crowd against s orders\nversions  order  s events\n"),
                 qPrintable(answer.out));
        QVERIFY(check({"list", "versions", "--json"}).json().object()["expected"].isNull());
        QVERIFY2(answer.out.startsWith("fine  rows  s same against s orders\n"), qPrintable(answer.out));
        QCOMPARE(check({"list", "count", "--json"}).json().object()["kind"].toString(), QString("count"));
        const auto unknown = check({"list", "driff"});
        QCOMPARE(unknown.code, 3);
        QVERIFY2(unknown.err.contains("did you mean \"drift\"?"), qPrintable(unknown.err));
    }

    void lintSaysWhatIsNotCompared()
    {
        const auto answer = check({"lint", "drift"});
        QCOMPARE(answer.code, 1);
        QVERIFY2(answer.out.startsWith("drift: compares name\n"
                                       "  warning: \"gone\" is not compared: the actual side has no such column"),
                 qPrintable(answer.out));
        const auto broken = check({"lint", "broken"});
        QCOMPARE(broken.code, 3);
        QVERIFY2(broken.err.contains("has no table nowhere"), qPrintable(broken.err));
    }

    void runsNameTheRowsThatDiffer()
    {
        const auto fine = check({"run", "fine"});
        QVERIFY2(fine.code == 0 && fine.out.startsWith("fine: no drift, 3 expected and 3 actual rows compared in "),
                 qPrintable(fine.out + fine.err));
        const auto drift = check({"run", "drift"});
        QCOMPARE(drift.code, 1);
        QVERIFY2(drift.out.contains("drift: drift: 3 differences"), qPrintable(drift.out));
        QVERIFY2(drift.out.endsWith("  confirmed different id = \"1\"\n"
                                    "    name: expected \"one\", actual \"\\x1b[31mred\\u{202e}\"\n"
                                    "  confirmed missing   id = \"3\"\n"
                                    "  confirmed extra     id = \"4\"\n"),
                 qPrintable(drift.out));
        QCOMPARE(check({"run", "urgent"}).code, 2);
        QCOMPARE(check({"run", "broken"}).code, 3);
        QCOMPARE(check({"run"}).code, 3); // the worst of all
    }

    void rowsStandBelowTheGroupsThatDiffer()
    {
        execute({"DELETE FROM orders WHERE id = 101", "INSERT INTO orders VALUES (101, 'x'), (102, 'x')"});
        const auto answer = check({"run", "groups"});
        execute({"DELETE FROM orders WHERE id > 100"});
        QCOMPARE(answer.code, 1);
        QVERIFY2(answer.out.contains("4 expected and 1 actual groups compared in "), qPrintable(answer.out));
        QVERIFY2(answer.out.contains("  confirmed different name = \"x\"\n"
                                     "    count: expected \"2\", actual \"1\"\n"
                                     "    sum(id): expected \"203\", actual \"101\"\n"
                                     "rows of these groups:\n"),
                 qPrintable(answer.out));
        QVERIFY2(answer.out.endsWith("  confirmed missing   id = \"102\"\n"), qPrintable(answer.out));
    }

    void problemsOfOrderAreSentences()
    {
        const auto answer = check({"run", "versions"});
        QCOMPARE(answer.code, 1);
        QVERIFY2(answer.out.contains("2 differences, 4 rows looked at in "), qPrintable(answer.out));
        QVERIFY2(answer.out.endsWith("  confirmed gap       id = \"\\x1b\", v = \"3\"\n"
                                     "    versions 3 to 4 are missing: 2 is followed by 5\n"
                                     "  confirmed duplicate id = \"\\x1b\", v = \"5\"\n"
                                     "    version 5 is there 2 times\n"),
                 qPrintable(answer.out));
        QCOMPARE(check({"lint", "versions"}).out.section('\n', 0, 0), QString("versions: looks at versions"));
    }

    void aBudgetThatEndsACheckIsNamed()
    {
        const auto answer = check({"run", "short"});
        QCOMPARE(answer.code, 1);
        QVERIFY2(
            answer.out.contains("short: no drift found so far, ") &&
                answer.out.contains("  it ended early: its budget of 300\u00a0ms was used up; no rows were compared"),
            qPrintable(answer.out + answer.err));
        const auto result = check({"show", "short", "--json"}).json().object();
        QVERIFY(!result["complete"].toBool() && result["ending"].toString().contains("300"));
        QVERIFY(check({"history", "short"}).out.contains("no drift found so far"));
    }

    void anEmptySideIsAMistakeUnlessItIsSaidToBeDrift()
    {
        const auto refused = check({"run", "bare"});
        QCOMPARE(refused.code, 3);
        QVERIFY2(refused.err.contains("The actual side of check \"bare\" has no rows"), qPrintable(refused.err));
        QCOMPARE(check({"run", "bare", "--empty-is-drift"}).code, 1);
    }

    void aTerminalGetsTheFirstOfManyDifferences()
    {
        const auto answer = check({"run", "many"});
        QCOMPARE(answer.out.count("  confirmed "), 40);
        QVERIFY2(answer.out.endsWith("\n  and 5 more: --json prints all of them\n"), qPrintable(answer.out));
        QCOMPARE(check({"run", "many", "--json"}).json().object()["differences"].toArray().size(), 45);
    }

    void theAnswerIsJsonToo()
    {
        const auto answer = check({"run", "drift", "--json", "--max-differences", "2"});
        QCOMPARE(answer.code, 1);
        QVERIFY(!answer.out.contains('\x1b'));
        const auto result = answer.json().object();
        QCOMPARE(result["confirmed"].toInt(), 2);
        QCOMPARE(result["complete"].toBool(), false);
        QCOMPARE(result["engine"].toString(), QString("same database"));
        const auto first = result["differences"].toArray().first().toObject();
        QCOMPARE(first["key"].toObject()["id"].toString(), QString("1"));
        QCOMPARE(first["actual"].toObject()["name"].toString(), QString("\x1b[31mred\u202e"));
        const auto missing = result["differences"].toArray().last().toObject();
        QVERIFY(missing["actual"].isNull() && missing["kind"] == "missing");
        const auto count = check({"run", "count", "--json"}).json().object();
        QCOMPARE(count["drift"].toBool(), false);
    }

    void aStoreThatIsAwayIsCritical()
    {
        m_server->stop();
        const auto answer = check({"run", "fine"});
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.err.contains("Cannot connect to store \"s\""), qPrintable(answer.err));
        QVERIFY(m_server->restart());
    }
};

QTEST_GUILESS_MAIN(TestCtlCheck)
#include "tst_ctlcheck.moc"
