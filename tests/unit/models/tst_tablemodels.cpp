// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelfixtures.h"
#include "models/membersmodel.h"
#include "models/partitiontablemodel.h"
#include "models/projectiontablemodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>
#include <random>

using namespace projectionist;
using namespace projectionist::fixtures;

namespace {

QString shown(const QAbstractItemModel& model, int row, int column)
{
    return model.index(row, column).data().toString().replace(u'\u00a0', u' ').replace(u'\u202f', u' ');
}

QStringList column(const QAbstractItemModel& model, int column)
{
    QStringList texts;
    for (int row = 0; row < model.rowCount(); ++row)
        texts << shown(model, row, column);
    return texts;
}

/// "row first-last column first-last" of each dataChanged.
QStringList changes(const QSignalSpy& spy)
{
    QStringList texts;
    for (const auto& arguments : spy) {
        const auto topLeft = arguments[0].toModelIndex();
        const auto bottomRight = arguments[1].toModelIndex();
        texts << QStringLiteral("rows %1-%2 columns %3-%4")
                     .arg(topLeft.row())
                     .arg(bottomRight.row())
                     .arg(topLeft.column())
                     .arg(bottomRight.column());
    }
    return texts;
}

} // namespace

class TestTableModels : public QObject
{
    Q_OBJECT
private slots:
    void projectionsOfTheWorkspaceShowBeforeTheFirstSample()
    {
        ProjectionTableModel model(noon);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        ProjectionSettings settings;
        settings.name = "order_summary";
        settings.version = "v2";
        model.setProjections({settings});
        QCOMPARE(column(model, ProjectionTableModel::State), QStringList{"Unknown"});
        QCOMPARE(model.index(0, ProjectionTableModel::Name).data(SecondaryRole).toString(), QString("v2"));
        QVERIFY(!model.index(0, ProjectionTableModel::Lag).data(RawRole).isValid());
    }
    void aRowShowsTheReportInWordsAndUnits()
    {
        ProjectionTableModel model(noon + Duration(400));
        model.setSnapshot(
            snapshot({report({.verdict = VerdictKind::Blocked, .lag = Duration(271'000), .backlog = 2804})}));
        QStringList texts;
        for (int i = 0; i < ProjectionTableModel::ColumnCount; ++i)
            texts << shown(model, 0, i);
        QCOMPARE(texts.join('|'),
                 QString("Blocked|parcel_tracking|4 m 31 s|8 412|214|178||\u2014|\u2014|\u2014|400 ms"));
        QCOMPARE(model.index(0, ProjectionTableModel::Lag).data(CopyRole).toString(), QString("271000"));
        QCOMPARE(model.index(0, ProjectionTableModel::Backlog).data(RawRole).toLongLong(), 8412);
        QCOMPARE(model.index(0, ProjectionTableModel::State).data(ColorRole).toInt(), int(ColorMeaning::Critical));
    }
    void theWorstIsTheOneWithTheWorstVerdictThenTheLongestLag()
    {
        ProjectionTableModel model(noon);
        model.setSnapshot(
            snapshot({report({.name = "a", .verdict = VerdictKind::Ok, .lag = Duration(900'000), .backlog = 1}),
                      report({.name = "b", .verdict = VerdictKind::Blocked, .lag = Duration(1000), .backlog = 1}),
                      report({.name = "c", .verdict = VerdictKind::Blocked, .lag = Duration(2000), .backlog = 1})}));
        QCOMPARE(model.projectionAt(model.worstRow()), QString("c"));
    }
    void onlyWhatDiffersIsAnnounced()
    {
        ProjectionTableModel model(noon);
        const auto same = report({.name = "same"});
        model.setSnapshot(snapshot({report({.name = "changing"}), same}));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setSnapshot(snapshot({report({.name = "changing", .backlog = 5, .at = noon + Duration(1000)}), same}));
        QCOMPARE(changes(changed), QStringList{"rows 0-0 columns 0-10"});
        QVERIFY(changed.first()[2].value<QList<int>>().contains(RawRole));
        changed.clear();
        model.setSnapshot(snapshot({report({.name = "changing", .backlog = 5, .at = noon + Duration(1000)}), same}));
        QCOMPARE(changes(changed), QStringList());
        QCOMPARE(reset.size(), 0);
    }
    void agesGoOnWithoutSnapshots()
    {
        ProjectionTableModel model(noon);
        model.setSnapshot(snapshot({report({.lag = Duration(500), .backlog = 1, .fresh = false})}));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.tick(noon + Duration(124'000));
        QCOMPARE(shown(model, 0, ProjectionTableModel::Sampled), QString("2 m 04 s"));
        QCOMPARE(shown(model, 0, ProjectionTableModel::Lag), QString("last 2 m 04 s ago"));
        QVERIFY(!changed.empty());
        QVERIFY(model.index(0, 0).data(StaleRole).toBool());
    }
    void thePastFillsTheSparklineBehindWhatIsThere()
    {
        ProjectionTableModel model(noon);
        model.setSnapshot(snapshot({report({.lag = Duration(700), .backlog = 1})}));
        HistoryPoint before;
        before.at = noon - Duration(1'800'000);
        before.lagMax = Duration(9000);
        HistoryPoint tooOld = before;
        tooOld.at = noon - Duration(7'200'000);
        tooOld.lagMax = Duration(90'000);
        model.addPast("parcel_tracking", std::vector{tooOld, before});
        const auto line = model.index(0, ProjectionTableModel::LagHistory).data(SparklineRole).value<Sparkline>();
        QCOMPARE(line.highest(), 9000.0F);
        QCOMPARE(line.values().back(), 700.0F);
    }
    void rowsComeAndGoWithoutAReset()
    {
        ProjectionTableModel model(noon);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        std::minstd_rand random(42);
        for (std::uint64_t cycle = 0; cycle < 200; ++cycle) {
            std::vector<std::shared_ptr<const ProjectionReport>> reports;
            QStringList expected;
            for (char name = 'a'; name <= 'z'; ++name) {
                if (random() % 3 == 0)
                    continue;
                reports.push_back(
                    report({.name = std::string(1, name), .backlog = static_cast<std::int64_t>(random() % 3)}));
                expected << QString(QChar(name));
            }
            std::reverse(reports.begin(), reports.end());
            model.setSnapshot(snapshot(reports, cycle));
            QCOMPARE(column(model, ProjectionTableModel::Name), expected);
        }
        QCOMPARE(reset.size(), 0);
    }
    void aSelectionSurvivesRowsThatComeBeforeIt()
    {
        ProjectionTableModel model(noon);
        model.setSnapshot(snapshot({report({.name = "m"})}));
        const QPersistentModelIndex index = model.index(0, 0);
        model.setSnapshot(snapshot({report({.name = "a"}), report({.name = "m"}), report({.name = "z"})}));
        QVERIFY(index.isValid());
        QCOMPARE(index.row(), 1);
    }
    void partitionsShowBothPositionsWhereTheyDiffer()
    {
        auto made = std::make_shared<ProjectionReport>(*report({.backlog = 13, .partitions = 1}));
        auto sample = std::make_shared<ProjectionSample>(*made->sample);
        sample->partitions[0].checkpointPosition = 990;
        made->sample = sample;
        made->assessment.partitions[0].conditions = PositionsDisagree | LostEvents;
        PartitionTableModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setReport(made);
        QCOMPARE(shown(model, 0, PartitionTableModel::Position), QString::fromUtf8("990 (\u22123)"));
        QVERIFY(model.index(0, PartitionTableModel::Position).data(Qt::ToolTipRole).toString().contains("987"));
        QCOMPARE(shown(model, 0, PartitionTableModel::Conditions),
                 QString("events deleted before they were applied; group offset and checkpoint differ"));
        model.setReport(nullptr);
        QCOMPARE(model.rowCount(), 0);
    }
    void partitionsSortByNumber()
    {
        PartitionTableModel model;
        model.setReport(report({.partitions = 12}));
        const auto raw = [&](int row) {
            return model.index(row, PartitionTableModel::Partition).data(RawRole).toString();
        };
        QVERIFY(raw(2) < raw(10));
        QCOMPARE(model.partitionAt(10).partition, 10);
    }
    void changedPartitionsAreAnnouncedByColumn()
    {
        PartitionTableModel model;
        model.setReport(report({.backlog = 1}));
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setReport(report({.backlog = 1, .at = noon + Duration(1000)}));
        QCOMPARE(changes(changed), QStringList());
        model.setReport(report({.backlog = 2}));
        QCOMPARE(changes(changed), QStringList{"rows 0-2 columns 2-4"});
    }
    void membersSumUpWhatTheyOwn()
    {
        auto made =
            std::make_shared<ProjectionReport>(*report({.lag = Duration(4000), .backlog = 10, .partitions = 5}));
        auto sample = std::make_shared<ProjectionSample>(*made->sample);
        sample->group = GroupObservation{"Stable", 3, {"idle @ host", "worker-1 @ host", "worker-2 @ host"}};
        sample->partitions[4].owner.clear();
        made->sample = sample;
        MembersModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setReport(made);
        QStringList rows;
        for (int row = 0; row < model.rowCount(); ++row) {
            QStringList cells;
            for (int i = 0; i < MembersModel::ColumnCount; ++i)
                cells << shown(model, row, i);
            rows << cells.join('|');
        }
        QCOMPARE(rows, (QStringList{"nobody|1|10|4.0 s|orders.events [4]", "idle @ host|0|\u2014|\u2014|",
                                    "worker-1 @ host|2|20|4.0 s|orders.events [0, 2]",
                                    "worker-2 @ host|2|20|4.0 s|orders.events [1, 3]"}));
    }
};

QTEST_GUILESS_MAIN(TestTableModels)
#include "tst_tablemodels.moc"
