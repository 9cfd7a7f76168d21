// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/ctl/ctlfixture.h"
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "backend/reconcile/checkhistory.h"
#include "tests/support/testservers.h"
#endif

#include <QJsonArray>
#include <QJsonObject>

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

CheckResult resultWith(int missing)
{
    CheckResult result;
    result.check = "orders";
    result.why = "one database";
    result.keyColumns = {"id"};
    result.columns = {"name"};
    result.expectedRows = 20;
    result.actualRows = 20 - missing;
    result.began = TimePoint(1'795'003'200s);
    result.took = 1500ms;
    for (int i = 0; i < missing; ++i)
        result.differences.push_back(
            {{std::to_string(i)}, std::vector<Cell>{"n"}, std::nullopt, {}, DriftState::Confirmed});
    return result;
}

} // namespace

/// What `check` keeps and tells of former runs; the store is asked where a run is to come to its end.
class TestCtlCheckHistory : public QObject
{
    Q_OBJECT

    std::unique_ptr<PostgresServer> m_server;
    std::unique_ptr<Ctl> m_ctl;
    QString m_file;

    [[nodiscard]] Answer check(const QStringList& arguments) const
    {
        return m_ctl->run(QStringList{"--config", m_file, "check"} + arguments);
    }
    [[nodiscard]] std::filesystem::path file() const
    {
        return checkHistoryFile(m_ctl->path(".local/state/projectionist").toStdString());
    }
    [[nodiscard]] CheckHistory history() const { return CheckHistory::open(file()).value(); }
    /// A former run, begun at noon plus this.
    std::uint64_t former(const CheckResult& result, Duration later = 0s) const
    {
        auto kept = history();
        const auto number = kept.begin("c", "orders", TimePoint(1'795'003'200s) + later, "eva@desk7").value();
        if (!kept.finish(number, result))
            throw std::runtime_error("the run was not kept");
        return number;
    }

private slots:
    void initTestCase() { m_server = startPostgres(); }
    void init()
    {
        m_ctl = std::make_unique<Ctl>();
        QString checks;
        for (const QString name : {"orders", "timed"})
            checks += "[[checks]]\nname = \"" + name + "\"\nkey = \"id\"\nsettle = \"10ms\"\n" +
                      (name == "timed" ? "schedule = \"every 1h\"\n" : "") +
                      "[checks.expected]\nstore = \"s\"\nquery = \"SELECT 1 AS id, 'a' AS name\"\n"
                      "[checks.actual]\nstore = \"s\"\nquery = \"SELECT 1 AS id, 'b' AS name\"\n";
        m_file = m_ctl->write("w.toml", "[contexts.c]\nbroker = \"b\"\n[brokers.b]\nbootstrap_servers = "
                                        "\"127.0.0.1:1\"\n[stores.s]\nuri = \"postgresql://postgres@127.0.0.1:" +
                                            QString::number(m_server->port()) + "/postgres\"\n" + checks);
    }

    void runsOfAFormerSandboxAreNotShown()
    {
        const auto ofSandbox = [&](const QString& socket) {
            QFile file(m_file);
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QString text = QString::fromUtf8(file.readAll());
            m_file = m_ctl->write(
                "sandbox.toml",
                QString(text).replace("[contexts.c]\n", "[contexts.c]\nsandbox_control = \"" + socket + "\"\n"));
        };
        const QString plain = m_file;
        ofSandbox("/tmp/former/control");
        QCOMPARE(check({"run", "orders"}).code, 1);
        QVERIFY(check({"history", "orders", "--json"}).json().object()["context"] == "c");
        m_file = plain;
        ofSandbox("/tmp/new/control");
        QVERIFY(check({"history", "orders"}).err.contains("it has not been run yet"));
        QCOMPARE(check({"show", "orders"}).code, 3);
    }

    void whatRunsFindIsKept()
    {
        const auto before = check({"history"});
        QVERIFY(before.code == 0 && before.out.isEmpty() && before.err.contains("no check has been run yet"));
        const auto run = check({"run", "orders"});
        QCOMPARE(run.code, 1);
        const auto shown = check({"show", "orders"});
        QVERIFY2(shown.code == 0 && shown.out.startsWith(run.out + "by now: verified ") && shown.out.endsWith(" ago\n"),
                 qPrintable(shown.out + shown.err));
        const auto listed = check({"history", "orders"});
        QVERIFY2(listed.out.contains(" drift ") && listed.out.contains("1 (1 different)\norders: 1 now, as in all "),
                 qPrintable(listed.out));
        const auto json = check({"history", "orders", "--json"}).json().object();
        QCOMPARE(json["number"].toInt(), 1);
        QCOMPARE(json["different"].toInt(), 1);
        QVERIFY(json["by"].toString().contains('@'));
        const auto again = check({"show", "1", "--json"}).json().object();
        QCOMPARE(again["run"].toInt(), 1);
        QVERIFY(again["stale"] == false && again["age_ms"].toInt() < 60'000 && again["events_since"].isNull());
        const auto list = check({"list"}).out;
        QVERIFY2(list.startsWith("orders  ") && list.count(", verified ") == 1 &&
                     list.indexOf(", verified ") < list.indexOf("\ntimed  "),
                 qPrintable(list));
    }

    void runsThatFailAreKeptToo()
    {
        m_server->stop();
        QCOMPARE(check({"run", "orders"}).code, 2);
        QVERIFY(m_server->restart());
        const auto listed = check({"history", "orders"});
        QVERIFY2(listed.out.contains("failed: Cannot connect to store \"s\""), qPrintable(listed.out));
        const auto shown = check({"show", "orders"});
        QVERIFY2(shown.code == 3 && shown.err.contains("no run of \"orders\" has come to its end yet"),
                 qPrintable(shown.err));
    }

    void theLastLineTellsTheTrend()
    {
        former(resultWith(0));
        former(resultWith(17), 60s);
        former(resultWith(17), 120s);
        const auto all = check({"history", "orders"});
        QVERIFY2(all.out.startsWith("orders\nRUN  BEGAN "), qPrintable(all.out));
        QVERIFY2(all.out.endsWith("\norders: 17 now, 0 until 2026-11-18 12:00:01 UTC\n"), qPrintable(all.out));
        const auto newest = check({"history", "--last", "1"});
        QCOMPARE(newest.out.count("eva@desk7"), 1);
        QVERIFY2(newest.err.contains("orders: 2 older runs are not shown"), qPrintable(newest.err));
        QVERIFY2(newest.out.endsWith("0 until 2026-11-18 12:00:01 UTC\n"), qPrintable(newest.out));
    }

    void causesAndPositionsArePrinted()
    {
        auto result = resultWith(2);
        result.differences[0].cause = DifferenceCause{DriftCause::DeadLetter,
                                                      "event was dead-lettered\x1b[2J",
                                                      "rule",
                                                      {{{"t", 1}, 7, {}, "Placed"}},
                                                      "dlt[0]@9"};
        result.differences[1].cause = DifferenceCause{DriftCause::DeadLetter, "another", "rule", {}, {}};
        result.through = {{{"orders", 0}, 17}, {{"orders", 1}, 4}};
        result.verifiedAt = TimePoint(1'795'003'200s);
        const auto number = QString::number(former(result));
        const auto shown = check({"show", number});
        QVERIFY2(shown.out.contains("  verified through orders [0] 17, [1] 4, at 2026-11-18 12:00:00 UTC\n"
                                    "  causes: 2 dead letter\n"
                                    "  confirmed missing   id = \"0\"\n"
                                    "    cause: event was dead-lettered\\x1b[2J\n"),
                 qPrintable(shown.out));
        QVERIFY(shown.out.contains("    cause: another\nby now: "));
        for (auto& one : result.differences)
            one.cause = DifferenceCause{DriftCause::Unknown, "no topic", "none", {}, {}};
        const auto unknown = check({"show", QString::number(former(result))}).out;
        QVERIFY2(unknown.contains("  causes: 2 unknown\n  unknown, because: no topic\n") && unknown.count("topic") == 1,
                 qPrintable(unknown));
        const auto json = check({"show", number, "--json"}).json().object();
        const auto cause = json["differences"].toArray().first().toObject()["cause"].toObject();
        QCOMPARE(cause["letter"].toString(), QString("dlt[0]@9"));
        QCOMPARE(cause["events"].toArray().first().toObject()["offset"].toInt(), 7);
        QCOMPARE(json["through"].toArray().last().toObject()["position"].toInt(), 4);
        QCOMPARE(json["verified_at"].toString(), QString("2026-11-18T12:00:00.000Z"));
    }

    void aCheckIsRunOnceAtATime()
    {
        auto other = history();
        QVERIFY(other.begin("c", "orders", TimePoint(1'795'003'200s), "eva@desk7"));
        const auto answer = check({"run", "orders"});
        QCOMPARE(answer.code, 2);
        QVERIFY(answer.out.isEmpty());
        QVERIFY2(answer.err.contains("eva@desk7 has been running it since 2026-11-18 12:00:00 UTC"),
                 qPrintable(answer.err));
    }

    void dueChecksAreThoseWhoseTimeHasCome()
    {
        const auto first = check({"run", "--due"}); // never begun
        QVERIFY2(first.code == 1 && first.out.startsWith("timed: drift"), qPrintable(first.out + first.err));
        const auto second = check({"run", "--due"});
        QVERIFY2(second.code == 0 && second.out.isEmpty() && second.err.isEmpty(), qPrintable(second.out + second.err));
        {
            auto kept = history();
            const auto longAgo = SystemClock().now() - 2h;
            const auto number = kept.begin("c", "timed", longAgo, "eva@desk7").value();
            const auto running = check({"run", "--due"});
            QVERIFY2(running.code == 0 && running.out.isEmpty() && running.err.isEmpty(), qPrintable(running.err));
            QVERIFY(kept.fail(number, {ErrorKind::Refused, "away", "", "", true}, 1s));
        }
        QVERIFY(check({"run", "--due"}).out.startsWith("timed: drift"));
        const auto none = check({"run", "--due", "orders"});
        QVERIFY2(none.code == 0 && none.err.contains("no check has a schedule"), qPrintable(none.err));
    }

    void checksRunWhereNothingCanBeKept()
    {
        m_ctl->set("XDG_STATE_HOME", "/dev/null");
        const auto run = check({"run", "orders"});
        QVERIFY2(run.code == 1 && run.out.startsWith("orders: drift"), qPrintable(run.out));
        QVERIFY2(run.err.contains("no run is kept: The history of checks cannot be kept in /dev/null"),
                 qPrintable(run.err));
        const auto due = check({"run", "--due"});
        QVERIFY2(due.code == 2 && due.out.isEmpty() && due.err.contains("nothing was run"), qPrintable(due.err));
    }

    void whatIsNotThereIsTold()
    {
        former(resultWith(1));
        QVERIFY(check({"history", "order"}).err.contains("did you mean \"orders\"?"));
        QCOMPARE(check({"history", "order"}).code, 3);
        QCOMPARE(check({"show", "order"}).code, 3);
        const auto gone = check({"show", "77"});
        QVERIFY2(gone.code == 3 && gone.err.contains("The result of run 77 is not there"), qPrintable(gone.err));
        std::ofstream(file()) << std::string(5000, 'x');
        QCOMPARE(check({"history"}).code, 2);
        QCOMPARE(check({"show", "1"}).code, 2);
    }
};

QTEST_GUILESS_MAIN(TestCtlCheckHistory)
#include "tst_ctlcheckhistory.moc"
