// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/ctl/ctlfixture.h"
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "app/sandbox/schema.h"
#include "backend/store/postgres/postgresstore.h"
#include "tests/integration/sandbox/runningsandbox.h"
#include "tests/support/testservers.h"
#endif

#include <QJsonArray>
#include <QJsonObject>

using namespace projectionist;

/// The sandbox's own checks, with its writers and workers running.
class TestSandboxChecks : public QObject
{
    Q_OBJECT

    RunningSandbox m_sandbox;
    Ctl m_ctl;

    [[nodiscard]] QJsonObject check(const QString& name, int code) const
    {
        const auto answer =
            m_ctl.run({"--config", QString::fromStdString(m_sandbox.workspaceFile()), "check", "run", name, "--json"});
        if (answer.code != code)
            qWarning("%d: %s%s", answer.code, qPrintable(answer.out), qPrintable(answer.err));
        return answer.code == code ? answer.json().object() : QJsonObject();
    }
    /// Somebody changes a read model by hand.
    void corrupt(const std::string& sql) const
    {
        const auto workspace = m_sandbox.workspace();
        const std::string readModel = workspace.projections.front().readModel;
        const auto store = *connectPostgres(workspace.stores.front(), Access::ReadWrite);
        const auto done = store->transaction([&](Transaction& transaction) -> Result<void> {
            return transaction.execute(inSchema(sql, readModel.substr(0, readModel.find('.')))).map([](const Rows&) {});
        });
        QVERIFY2(done, done ? "" : toString(done.error()).c_str());
    }
    /// "different ORD-0000001 total_cents" and so on.
    [[nodiscard]] static QStringList confirmed(const QJsonObject& result)
    {
        QStringList lines;
        for (const auto& value : result["differences"].toArray()) {
            const auto one = value.toObject();
            if (one["state"] != "confirmed")
                continue;
            QStringList columns{one["kind"].toString(), one["key"].toObject().begin().value().toString()};
            for (const auto& column : one["columns"].toArray())
                columns << column.toString();
            lines << columns.join(' ');
        }
        return lines;
    }

private slots:
    void initTestCase()
    {
        m_sandbox.start({"--rate", "100", "--steady", "--bad-every", "0", "--seed", "7", "--rows", "1000"});
    }
    void cleanupTestCase() { m_sandbox.stop(); }

    void everyReadModelIsRightWhileItIsWrittenTo()
    {
        QVERIFY(eventually([&] {
            return m_sandbox.number("SELECT count(*) FROM @.customer_order WHERE status = 'completed'").value_or(0) >
                   1020;
        }));
        for (const char* name : {"order_summary", "parcel_tracking", "ops_console"})
            for (int i = 0; i < 3; ++i) {
                const auto result = check(name, 0);
                QVERIFY2(!result.isEmpty(), name);
                QCOMPARE(confirmed(result), QStringList());
                QVERIFY(result["expected_rows"].toInt() > (QLatin1String(name) == "ops_console" ? 0 : 1000));
                QVERIFY(result["settled"].toInt() == 0 || result["rule"].toString().startsWith("read again after "));
            }
        const auto shown = m_ctl.run({"--config", QString::fromStdString(m_sandbox.workspaceFile()), "check", "show",
                                      "order_summary", "--json"});
        QVERIFY2(shown.json().object()["events_since"].toInt() > 0, qPrintable(shown.out + shown.err));
        QCOMPARE(shown.json().object()["stale"], QJsonValue(false));
        const auto lint = m_ctl.run({"--config", QString::fromStdString(m_sandbox.workspaceFile()), "check", "lint"});
        QVERIFY2(lint.code <= 1, qPrintable(lint.out + lint.err));
    }

    void aReplicaThatStaysBehindIsFoundUntilItCatchesUp()
    {
        QCOMPARE(confirmed(check("order_summary_replica", 0)), QStringList());
        m_sandbox.inject("replica-stale");
        const auto from = m_sandbox.number(positionSql("order_summary")).value_or(0);
        QVERIFY(eventually([&] { return m_sandbox.number(positionSql("order_summary")).value_or(0) > from + 300; }));
        QVERIFY(!confirmed(check("order_summary_replica", 1)).isEmpty());
        QCOMPARE(confirmed(check("order_summary", 0)), QStringList());
        m_sandbox.clear("replica-stale");
        QVERIFY(eventually([&] { return check("order_summary_replica", 0)["expected_rows"].toInt() > 1000; }));
    }

    void whatSomebodyCorruptedIsFoundAndNothingMore()
    {
        // Orders that no event will put right by chance.
        const std::vector<std::string> over{"ORD-0000001", "ORD-0000500", "ORD-0001000"};
        corrupt("UPDATE @.order_summary SET total_cents = total_cents + 1 WHERE order_id = '" + over[0] + "'");
        corrupt("UPDATE @.order_summary SET status = NULL, currency = E'\\x1b[31m' WHERE order_id = '" + over[1] + "'");
        corrupt("DELETE FROM @.order_summary WHERE order_id = '" + over[2] + "'");
        corrupt("INSERT INTO @.order_summary (order_id, sequence, applied) VALUES ('ZZZ', 1, 1)");
        const QStringList wanted{"different " + QString::fromStdString(over[0]) + " total_cents",
                                 "different " + QString::fromStdString(over[1]) + " status currency",
                                 "missing " + QString::fromStdString(over[2]), "extra ZZZ"};
        for (int i = 0; i < 3; ++i)
            QCOMPARE(confirmed(check("order_summary", 1)), wanted);
        const auto shown =
            m_ctl.run({"--config", QString::fromStdString(m_sandbox.workspaceFile()), "check", "run", "order_summary"});
        QVERIFY2(!shown.out.contains('\x1b') && shown.out.contains("\"\\x1b[31m\""), qPrintable(shown.out));
        QCOMPARE(confirmed(check("parcel_tracking", 0)), QStringList());
    }
};

QTEST_GUILESS_MAIN(TestSandboxChecks)
#include "tst_sandboxchecks.moc"
