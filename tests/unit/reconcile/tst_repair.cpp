// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Keys that are to be reprojected, and runs whose differences were repaired.
#include "backend/reconcile/checkhistory.h"
#include "backend/reconcile/eventkeys.h"
#include "backend/reconcile/reproject/keyfold.h"
#include "backend/reconcile/reproject/reprojectionplanner.h"

#include <QTemporaryDir>
#include <QTest>

using namespace projectionist;

namespace {

RowDifference wrongRow(const std::vector<std::string>& key, DriftState state = DriftState::Confirmed)
{
    RowDifference one;
    one.key = key;
    one.expected = std::vector<Cell>{"1"};
    one.state = state;
    return one;
}

CheckSettings lineCheck()
{
    CheckSettings check;
    check.name = "lines";
    check.context = "shop";
    check.projection = "orders";
    check.key = {"order_id", "line"};
    check.eventKey = std::vector<std::string>{"order_id"};
    return check;
}

CheckResult linesFound()
{
    CheckResult result;
    result.check = "lines";
    result.keyColumns = {"order_id", "line"};
    result.columns = {"total"};
    result.differences = {wrongRow({"a", "1"}), wrongRow({"a", "2"}), wrongRow({"b", "1"}, DriftState::Pending),
                          wrongRow({"c", "1"})};
    return result;
}

Workspace shopOfOrders()
{
    Workspace workspace;
    workspace.contexts.emplace_back().name = "shop";
    auto& projection = workspace.projections.emplace_back();
    projection.name = "orders";
    projection.context = "shop";
    return workspace;
}

} // namespace

class TestRepair : public QObject
{
    Q_OBJECT

private slots:
    void confirmedRowsAndTheKeysOfTheirEvents()
    {
        const auto keys = wrongKeys(lineCheck(), shopOfOrders(), linesFound(), {});
        QVERIFY(keys);
        const std::vector<ReprojectedKey> expected{{{"a", "1"}, "a", 0}, {{"a", "2"}, "a", 0}, {{"c", "1"}, "c", 0}};
        QVERIFY(*keys == expected);
        const auto chosen = wrongKeys(lineCheck(), shopOfOrders(), linesFound(), {{"c", "1"}});
        QVERIFY(chosen && chosen->size() == 1);
    }

    void whatIsRepairedIsNotChosenAgainUnlessItIsNamed()
    {
        auto result = linesFound();
        result.differences[0].repairedBy = "plan-1";
        QCOMPARE(wrongKeys(lineCheck(), shopOfOrders(), result, {})->size(), std::size_t{2});
        QCOMPARE(wrongKeys(lineCheck(), shopOfOrders(), result, {{"a", "1"}})->size(), std::size_t{1});
    }

    void whyKeysCannotBeReprojected()
    {
        const auto kindOf = [](const Result<std::vector<ReprojectedKey>>& keys) { return keys.error().kind; };
        const auto workspace = shopOfOrders();
        QVERIFY(kindOf(wrongKeys(lineCheck(), workspace, linesFound(), {{"b", "1"}})) == ErrorKind::NotFound);
        QVERIFY(kindOf(wrongKeys(lineCheck(), Workspace(), linesFound(), {})) == ErrorKind::Configuration);
        auto check = lineCheck();
        check.eventKey.reset();
        QVERIFY(kindOf(wrongKeys(check, workspace, linesFound(), {})) == ErrorKind::Configuration);
        check.eventKey.emplace();
        QVERIFY(wrongKeys(check, workspace, linesFound(), {}).error().why.find("events of many keys") !=
                std::string::npos);
        auto counted = linesFound();
        counted.kind = CheckKind::Count;
        QVERIFY(kindOf(wrongKeys(lineCheck(), workspace, counted, {})) == ErrorKind::Configuration);
    }

    void rowsOfGroupsAreMeantWhereGroupsDiffer()
    {
        CheckResult groups;
        groups.kind = CheckKind::Groups;
        groups.keyColumns = {"day"};
        QVERIFY(!wrongKeys(lineCheck(), shopOfOrders(), groups, {}));
        groups.rows = std::make_shared<const CheckResult>(linesFound());
        QCOMPARE(wrongKeys(lineCheck(), shopOfOrders(), groups, {})->size(), std::size_t{3});
    }

    void whatAMarkCovers()
    {
        const TopicPartition first{"orders", 0};
        AppliedMark mark;
        QVERIFY(mark.isEmpty() && !mark.covers({first, 0}));
        mark.checkpoint = {{first, 5}};
        QVERIFY(mark.covers({first, 4}) && !mark.covers({first, 5}) && !mark.covers({{"orders", 1}, 0}));
        mark.place = LetterPlace{first, 7}; // the row is ahead of the checkpoint
        QVERIFY(mark.covers({first, 7}) && !mark.covers({first, 8}));
    }

    void aRunTellsWhoRepairedItAndHowFar()
    {
        const QTemporaryDir folder;
        auto history = CheckHistory::open(checkHistoryFile(folder.path().toStdString()));
        QVERIFY(history);
        const auto run = history->begin("shop", "lines", TimePoint(Duration(1)), "ada@desk");
        auto result = linesFound();
        QVERIFY(run && history->finish(*run, result));
        QVERIFY(!history->runs("shop", "lines", 1)->front().repair);
        result.differences[0].repairedBy = "plan-1";
        QVERIFY(history->markRepaired(*run, result, {TimePoint(Duration(5)), "eve@desk", "plan-1", 1, 3}));
        auto told = history->runs("shop", "lines", 1)->front();
        QVERIFY(told.repair && !told.isRepaired() && told.drift);
        for (auto& one : result.differences)
            one.repairedBy = "plan-2";
        const CheckRepair whole{TimePoint(Duration(6)), "eve@desk", "plan-2", 3, 3};
        QVERIFY(history->markRepaired(*run, result, whole));
        told = history->runs("shop", "lines", 1)->front();
        QVERIFY(told.isRepaired() && *told.repair == whole);
        QVERIFY(history->result(*run)->differences == result.differences);
        QCOMPARE(history->result(*run)->repaired(), std::size_t{4});
        QVERIFY(!history->markRepaired(*run + 1, result, whole));
    }
};

QTEST_APPLESS_MAIN(TestRepair)
#include "tst_repair.moc"
