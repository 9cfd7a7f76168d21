// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/ctl/ctlfixture.h"
#include "tests/integration/ctl/watchingctl.h"

#include <algorithm>
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "tests/integration/sandbox/runningsandbox.h"
#endif

using namespace projectionist;

/// What goes wrong with workers, side by side in one sandbox, as far as it hits different projections.
class TestCtlWorkerFaults : public QObject
{
    Q_OBJECT

    RunningSandbox m_sandbox;
    std::unique_ptr<WatchingCtl> m_watch;

    [[nodiscard]] QString workspace() const { return QString::fromStdString(m_sandbox.workspaceFile().string()); }
    [[nodiscard]] Answer lag(const QStringList& arguments) const
    {
        return Ctl().run(QStringList{"--config", workspace(), "lag", "--json"} + arguments);
    }

private slots:
    void initTestCase()
    {
        m_sandbox.start({"--rate", "100", "--steady", "--bad-every", "0", "--seed", "7"});
        m_watch = std::make_unique<WatchingCtl>(workspace());
        QVERIFY(m_watch->untilAllIsWell());
    }
    void cleanupTestCase()
    {
        m_watch.reset();
        m_sandbox.stop();
        QVERIFY(m_sandbox.leftOver().empty());
    }

    void aHealthySystemIsFineInOneLookWithItsRates()
    {
        // On a busy machine nothing may happen in the few seconds of a look, or a projection may truly be behind.
        bool moved = false;
        Answer answer;
        for (int look = 0; look < 10 && !moved; ++look) {
            answer = lag({"--observe", "60s"});
            const auto reports = answer.json()["projections"].toArray();
            QCOMPARE(reports.size(), 3);
            moved = answer.code == 0 && std::all_of(reports.begin(), reports.end(), [](const auto& value) {
                        const auto report = value.toObject();
                        return report["in_per_second"].toDouble() > 0 && report["out_per_second"].toDouble() > 0 &&
                               report["verdict"]["doubt"].isUndefined();
                    });
        }
        QVERIFY2(moved, qPrintable(QString::number(answer.code) + answer.out));
    }

    void killedHungAndPoisonedAreToldApart()
    {
        for (const char* fault : {"worker-killed", "worker-hung", "poison"})
            m_sandbox.inject(fault);
        QVERIFY(m_watch->until(
            {{"ops_console", {"stopped"}}, {"order_summary", {"blocked"}}, {"parcel_tracking", {"blocked"}}}));
    }

    void aPoisonEventIsTheSuspectOfItsPartition()
    {
        const auto verdict = m_watch->report("parcel_tracking").value("verdict");
        QVERIFY(verdict["evidence"].toString().contains("while 11 other partitions advance"));
        const auto offset = verdict["suspect"]["offset"].toInt();
        const auto partition = verdict["suspect"]["partition"].toInt();
        QCOMPARE(m_sandbox.number("SELECT position FROM @.projection_checkpoint WHERE projection = 'parcel_tracking' "
                                  "AND partition = " +
                                  std::to_string(partition)),
                 std::optional<std::int64_t>(offset));
        const auto answer = lag({"-p", "parcel_tracking", "--partitions", "--observe", "90s"});
        QCOMPARE(answer.code, 2);
        const auto report = answer.json()["projections"][0];
        QCOMPARE(report["verdict"]["suspect"]["offset"].toInt(), offset);
        int blocked = 0;
        for (const auto& one : report["partitions"].toArray())
            blocked += WatchingCtl::stateOf(one.toObject()) == "blocked" ? 1 : 0;
        QCOMPARE(blocked, 1);
    }

    void oneLookAtAStoppedWorkerIsNeverFine()
    {
        QVERIFY(m_watch->until([](const QJsonObject& snapshot) {
            return WatchingCtl::report(snapshot, "ops_console").value("lag")["ms"].toInt() > 20'000;
        }));
        const auto answer = lag({"-p", "ops_console", "--observe", "4s"});
        QVERIFY2(answer.code == 1 || answer.code == 2, qPrintable(answer.out));
        const auto verdict = answer.json()["projections"][0]["verdict"];
        QVERIFY2(answer.code == verdict["severity"].toInt() || verdict["doubt"].toString().contains("have not moved"),
                 qPrintable(answer.out));
    }

    void theyRecoverAndASlowOneIsFallingBehind()
    {
        for (const char* fault : {"worker-killed", "worker-hung", "poison"})
            m_sandbox.clear(fault);
        QVERIFY(m_watch->untilAllIsWell());
        m_sandbox.inject("worker-slow");
        QVERIFY(m_watch->until(
            {{"order_summary", {"falling-behind"}}, {"ops_console", {"ok"}}, {"parcel_tracking", {"ok"}}}));
        QVERIFY(m_watch->report("order_summary").value("verdict")["evidence"].toString().contains("grows by"));
        QCOMPARE(m_watch->end(), 1);
    }

    void aSlowOneCatchesUp()
    {
        m_sandbox.clear("worker-slow");
        m_watch = std::make_unique<WatchingCtl>(workspace());
        QVERIFY(m_watch->untilAllIsWell());
    }
};

QTEST_GUILESS_MAIN(TestCtlWorkerFaults)
#include "tst_ctlworkerfaults.moc"
