// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/ctl/ctlfixture.h"
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "tests/integration/sandbox/runningsandbox.h"
#include "tests/support/testservers.h"
#endif

#include <QJsonArray>
#include <QJsonObject>

using namespace projectionist;

/// Wrong rows that a mended handler has left behind, repaired by "projectionistctl check reproject" while all goes on.
class TestSandboxReproject : public QObject
{
    Q_OBJECT

    RunningSandbox m_sandbox;
    Ctl m_ctl;

    [[nodiscard]] Answer check(const QStringList& rest) const
    {
        return m_ctl.run(QStringList{"--config", QString::fromStdString(m_sandbox.workspaceFile()), "check"} + rest);
    }
    /// Orders whose total the handler has spoilt.
    [[nodiscard]] std::int64_t wrong() const
    {
        return m_sandbox
            .number("SELECT count(*) FROM @.order_summary r JOIN @.customer_order w ON r.order_id = w.id WHERE "
                    "r.total_cents <> w.total_cents")
            .value_or(-1);
    }

private slots:
    void initTestCase()
    {
        m_sandbox.start({"--rate", "60", "--steady", "--bad-every", "0", "--seed", "5"});
        m_sandbox.inject("handler-bug");
        QVERIFY(eventually([&] { return wrong() > 20; }));
        m_sandbox.clear("handler-bug");
        QCOMPARE(check({"run", "order_summary"}).code, 1);
    }
    void cleanupTestCase() { m_sandbox.stop(); }

    void aDryRunShowsThePlanAndChangesNothing()
    {
        const auto before = wrong();
        const auto answer = check({"reproject", "order_summary", "--all", "--dry-run"});
        QVERIFY2(answer.code == 0, qPrintable(answer.out + answer.err));
        QVERIFY2(answer.out.contains("the rows of these keys, folded by the projection's declaration"),
                 qPrintable(answer.out));
        QVERIFY(answer.err.contains("nothing was changed"));
        QCOMPARE(wrong(), before);
    }

    void withoutAnAnswerNothingIsWritten()
    {
        const auto before = wrong();
        const auto answer = check({"reproject", "order_summary", "--all"});
        QCOMPARE(answer.code, 3);
        QVERIFY2(answer.err.contains("would be written: say --yes"), qPrintable(answer.err));
        QCOMPARE(check({"reproject", "order_summary"}).code, 3);
        QCOMPARE(check({"reproject", "order_summary", "--key", "nobody"}).code, 3);
        QCOMPARE(check({"reproject", "ops_console", "--all"}).code, 3);
        QCOMPARE(wrong(), before);
    }

    void oneKeyIsRepaired()
    {
        const auto shown = check({"show", "order_summary", "--json"}).json().object()["differences"].toArray();
        QVERIFY(shown.size() > 20);
        const auto key = shown.first().toObject()["key"].toObject()["order_id"].toString();
        const auto answer = check({"reproject", "order_summary", "--key", key, "--yes"});
        QVERIFY2(answer.code == 0, qPrintable(answer.out + answer.err));
        QVERIFY2(answer.out.contains("1 of 1 keys are right now"), qPrintable(answer.out));
        const auto after = check({"show", "order_summary"});
        QVERIFY2(after.out.contains("repaired by replay"), qPrintable(after.out));
        QVERIFY2(check({"history", "order_summary"}).out.contains("drift, 1 of "), "not told");
    }

    void allKeysAreRepairedAndTheCheckTurnsGreen()
    {
        const auto answer = check({"reproject", "order_summary", "--all", "--yes", "--rate", "500"});
        QVERIFY2(answer.code == 0, qPrintable(answer.out + answer.err));
        QVERIFY2(check({"history", "order_summary"}).out.contains(" repaired "), qPrintable(answer.out));
        QCOMPARE(wrong(), 0);
        const auto again = check({"run", "order_summary"});
        QVERIFY2(again.code == 0, qPrintable(again.out + again.err));
        QCOMPARE(check({"reproject", "order_summary", "--all", "--yes"}).code, 3); // nothing is wrong
        QVERIFY(m_sandbox.allAdvance());
    }
};

QTEST_GUILESS_MAIN(TestSandboxReproject)
#include "tst_sandboxreproject.moc"
