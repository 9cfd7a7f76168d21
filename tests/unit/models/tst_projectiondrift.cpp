// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "checkfixtures.h"
#include "models/projectiontablemodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace projectionist;
using namespace projectionist::fixtures;

namespace {

CheckStanding standingOf(const std::string& name, const std::string& projection, std::vector<CheckRunRecord> runs)
{
    CheckStanding standing;
    standing.check = checkNamed(name);
    standing.check.projection = projection;
    standing.runs = std::move(runs);
    return standing;
}

constexpr auto Finished = CheckRunState::Finished;

} // namespace

class TestProjectionDrift : public QObject
{
    Q_OBJECT
private slots:
    void whatTheChecksOfAProjectionComeTo_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("meaning");
        QTest::addColumn<int>("which");
        QTest::newRow("never run") << "pending" << int(ColorMeaning::Muted) << 0;
        QTest::newRow("equal") << "none" << int(ColorMeaning::Good) << 1;
        QTest::newRow("drift") << "17 rows" << int(ColorMeaning::Warning) << 2;
        QTest::newRow("one row, critical") << "1 row" << int(ColorMeaning::Critical) << 3;
        QTest::newRow("failed after it was equal") << "unknown" << int(ColorMeaning::Muted) << 4;
        QTest::newRow("cancelled after it was equal") << "none" << int(ColorMeaning::Good) << 5;
    }
    void whatTheChecksOfAProjectionComeTo()
    {
        QFETCH(int, which);
        auto critical = runOf(1, Finished, 1);
        critical.severity = CheckSeverity::Critical;
        const std::vector<std::vector<CheckRunRecord>> runs{{},
                                                            {runOf(1, Finished, 3), runOf(2, Finished)},
                                                            {runOf(1, Finished), runOf(2, Finished, 17)},
                                                            {critical},
                                                            {runOf(1, Finished),
                                                             [] {
                                                                 auto run = runOf(2, CheckRunState::Failed);
                                                                 run.error = "<b>no such table</b>";
                                                                 return run;
                                                             }()},
                                                            {runOf(1, Finished), runOf(2, CheckRunState::Cancelled)}};
        const auto all = driftByProjection(
            {{standingOf("c", "order_summary:v2", runs[static_cast<std::size_t>(which)]), standingOf("d", "", {})},
             {}});
        QCOMPARE(all.size(), std::size_t{1});
        const auto& drift = all.at("order_summary");
        QTEST(driftText(drift), "text");
        QTEST(int(driftMeaning(drift)), "meaning");
        if (which == 4)
            QVERIFY(driftDetails(drift, noon).contains("c: "));
    }

    void whatHasNotBeenCheckedForADayIsStale()
    {
        const auto drift = driftOfAll({{standingOf("a", "p", {runOf(1, Finished)})}, {}});
        QVERIFY(!drift.isStale(noon + Duration(60'000)));
        QVERIFY(drift.isStale(noon + Duration(2 * 86'400'000)));
        QVERIFY(driftDetails(drift, noon + Duration(2 * 86'400'000)).contains("stale"));
        QVERIFY(!driftDetails(drift, noon + Duration(60'000)).contains("stale"));
    }

    void manyChecksAreOneFigure()
    {
        const CheckBoard board{{standingOf("a", "p", {runOf(1, Finished, 2)}),
                                standingOf("b", "p", {runOf(5, Finished)}),
                                standingOf("c", "q", {runOf(3, Finished, 1)}), standingOf("d", "", {})},
                               {}};
        const auto all = driftOfAll(board);
        QCOMPARE(all.checks, std::size_t{4});
        QCOMPARE(all.verified, std::size_t{3});
        QCOMPARE(all.drifting, std::size_t{2});
        QCOMPARE(all.differences, std::int64_t{3});
        QVERIFY(all.oldest == noon + Duration(5900)); // of run 1, which took 4.9 s
        QVERIFY(driftDetails(all, noon + Duration(17'900)).startsWith("2 of 4 checks show drift.\nVerified 12"));
    }

    void theTableShowsItAndForgetsIt()
    {
        ProjectionTableModel model(noon);
        QAbstractItemModelTester tester(&model);
        ProjectionSettings settings;
        settings.name = "p";
        model.setProjections({settings});
        const auto cell = model.index(0, ProjectionTableModel::Drift);
        QCOMPARE(cell.data().toString(), QString(u'\u2014'));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        const auto drift = driftByProjection({{standingOf("a", "p", {runOf(1, Finished, 2)})}, {}});
        model.setDrift(drift);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(cell.data().toString(), QString("2 rows"));
        QCOMPARE(cell.data(RawRole).toLongLong(), qint64{2});
        model.setDrift(drift);
        QCOMPARE(changed.count(), 1);
        auto snapshot = std::make_shared<Snapshot>();
        snapshot->projections = {report({"p"})};
        model.setSnapshot(snapshot); // keeps it
        QCOMPARE(cell.data().toString(), QString("2 rows"));
        model.setDrift({});
        QCOMPARE(cell.data().toString(), QString(u'\u2014'));
    }
};

QTEST_GUILESS_MAIN(TestProjectionDrift)
#include "tst_projectiondrift.moc"
