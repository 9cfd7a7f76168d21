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

/// Drills of the sandbox's projections, on the command line and while everything runs.
class TestSandboxDrills : public QObject
{
    Q_OBJECT

    RunningSandbox m_sandbox;
    Ctl m_ctl;

    [[nodiscard]] Answer drill(const QStringList& words) const
    {
        return m_ctl.run(QStringList{"--config", QString::fromStdString(m_sandbox.workspaceFile()), "drill"} + words);
    }
    [[nodiscard]] QString seen(const QString& kind, const QString& projection, int code) const
    {
        const auto answer = drill({kind, projection});
        if (answer.code != code)
            qWarning("%d: %s%s", answer.code, qPrintable(answer.out), qPrintable(answer.err));
        return answer.code == code ? answer.out : QString();
    }

private slots:
    void initTestCase()
    {
        m_sandbox.start({"--rate", "100", "--steady", "--bad-every", "0", "--seed", "7", "--history", "3000"});
        QVERIFY(eventually([&] { return m_sandbox.number(positionSql("order_summary")).value_or(0) > 3000; }));
        QVERIFY(eventually([&] { return m_sandbox.number(positionSql("parcel_tracking")).value_or(0) > 3000; }));
    }
    void cleanupTestCase() { m_sandbox.stop(); }
    void cleanup()
    {
        QCOMPARE(m_sandbox.number("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'projectionist%'"), 0);
    }

    void allDrillsPass_data()
    {
        QTest::addColumn<QString>("projection");
        QTest::addColumn<QString>("kind");
        for (const char* projection : {"order_summary", "parcel_tracking"})
            for (const char* kind : {"idempotency", "crash-recovery", "checkpoint-atomicity", "reprojection"})
                QTest::addRow("%s of %s", kind, projection) << projection << kind;
    }
    void allDrillsPass()
    {
        QFETCH(QString, projection);
        QFETCH(QString, kind);
        QVERIFY(seen(kind, projection, 0).startsWith(kind + " of " + projection + ": passed"));
    }
    void aRowThatNoEventMadeFailsTheReprojection()
    {
        const auto workspace = m_sandbox.workspace();
        const std::string readModel = workspace.projections.front().readModel;
        const auto store = *connectPostgres(workspace.stores.front(), Access::ReadWrite);
        const auto planted = store->transaction([&](Transaction& transaction) -> Result<void> {
            return transaction
                .execute("INSERT INTO " + readModel + " (order_id, sequence, applied) VALUES ('ZZZ', 1, 1)")
                .map([](const Rows&) {});
        });
        QVERIFY2(planted, planted ? "" : toString(planted.error()).c_str());
        const auto out = seen("reprojection", "order_summary", 1);
        QVERIFY2(out.contains("1 of") && out.contains("extra ZZZ"), qPrintable(out));
    }
    void whatWasSeenIsListedAndKept()
    {
        const auto list = drill({"list"});
        QCOMPARE(list.code, 1);
        QVERIFY2(list.out.contains("failed: 1 rows differ") && list.out.contains("cannot be run: nobody knows"),
                 qPrintable(list.out));
        const auto history = drill({"history", "order_summary", "--json"});
        QCOMPARE(history.code, 0);
        QCOMPARE(history.out.count('\n'), 5);
        QCOMPARE(drill({"idempotency", "ops_console"}).code, 3);
    }
};

QTEST_GUILESS_MAIN(TestSandboxDrills)
#include "tst_sandboxdrills.moc"
