// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the form of a check shows and takes: nothing that a check says gets lost on the way.
#include "checkfixtures.h"
#include "models/checkcolumnsmodel.h"
#include "models/checkdraft.h"
#include "models/checkpreviewmodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace projectionist;
using namespace projectionist::fixtures;

namespace {

using Model = CheckColumnsModel;

/// All that a check of this kind can say.
CheckSettings fullCheck(CheckKind kind)
{
    auto check = checkNamed("full, \"odd\"");
    check.projection = "p:v2";
    check.kind = kind;
    check.expected = {"shop", {}, "SELECT 1\n", "a > 1"};
    check.actual = {"other", "\"T, x\"", {}, "b"};
    check.key = {"id", "a, \"b\"", " blank "};
    check.columns = {"total", "min(x)"};
    check.ignore = {"y"};
    check.pairs = {{"total", "sum"}};
    check.rules = {{"total", {0.01, 1e-9, Duration(2000), true, true, UnicodeForm::Nfkd}}, {"gone", {1.0}}};
    check.settledBy = "at";
    check.settledFor = Duration(90'000);
    check.emptyIsDrift = true;
    check.settle = Duration(0);
    check.statementTimeout = Duration(61'000);
    check.maxDifferences = 17;
    check.severity = CheckSeverity::Critical;
    check.schedule = *CheckSchedule::parse("0 3 * * mon-fri", "Europe/Berlin");
    check.eventKey = std::vector<std::string>{"id"};
    check.eventKeySeparator = " / ";
    check.eraseEvents = {"Erased", "Deleted"};
    check.budget = {Duration(60'000), 1'000'000, Duration(5000)};
    check.throttle = {20, Duration(30'000)};
    if (kind == CheckKind::Events) {
        check.expected = check.actual = {};
        check.key.clear();
        check.pairs.clear();
        check.settledBy.clear();
        check.settledFor = Duration(0);
    }
    if (kind == CheckKind::Groups)
        check.rowsKey = {"id"};
    if (kind == CheckKind::Order) {
        check.expected = {};
        check.version = "v";
    }
    return check;
}

QString columnLine(const Model& model, int row)
{
    QStringList cells;
    for (int column = 0; column < Model::ColumnCount; ++column) {
        const auto index = model.index(row, column);
        const auto tick = index.data(Qt::CheckStateRole);
        cells << (tick.isValid() ? (tick.toInt() == Qt::Checked ? "x" : "-") : index.data().toString());
    }
    return cells.join(' ').simplified();
}

} // namespace

class TestCheckForm : public QObject
{
    Q_OBJECT
private slots:
    void theFormLosesNothing_data()
    {
        QTest::addColumn<CheckKind>("kind");
        for (const auto kind :
             {CheckKind::Rows, CheckKind::Count, CheckKind::Groups, CheckKind::Events, CheckKind::Order})
            QTest::newRow(std::string(toString(kind)).c_str()) << kind;
    }
    void theFormLosesNothing()
    {
        QFETCH(CheckKind, kind);
        const auto before = fullCheck(kind);
        auto after = before;
        Model columns;
        columns.setCheck(before);
        QCOMPARE(fillCheck(draftOf(before), after), QStringList());
        columns.fill(after);
        QCOMPARE(after, before);
        // Also into a check that says nothing yet.
        CheckSettings fresh;
        fresh.context = before.context;
        QCOMPARE(fillCheck(draftOf(before), fresh), QStringList());
        columns.fill(fresh);
        QCOMPARE(fresh, before);
    }
    void whatMakesNoSenseIsToldAndNotTaken()
    {
        auto check = fullCheck(CheckKind::Rows);
        const auto before = check;
        auto draft = draftOf(check);
        draft.name = "  ";
        draft.settledFor = "soon";
        draft.schedule = "every now and then";
        draft.maxDifferences = "0";
        draft.statementTimeout = "-1s";
        draft.settle = "";
        draft.budgetTime = "0s";
        draft.budgetRows = "many";
        draft.replicaDelay = "";
        QCOMPARE(fillCheck(draft, check).size(), 8);
        QCOMPARE(check.budget, before.budget);
        QVERIFY(!check.throttle.replicaDelay);
        QCOMPARE(check.schedule, before.schedule);
        QCOMPARE(check.maxDifferences, before.maxDifferences);
        QCOMPARE(check.statementTimeout, before.statementTimeout);
    }
    void anotherKindHasWhatBelongsToItOnly()
    {
        auto check = fullCheck(CheckKind::Groups);
        auto draft = draftOf(check);
        draft.kind = CheckKind::Order;
        static_cast<void>(fillCheck(draft, check));
        QVERIFY(check.rowsKey.empty() && check.columns.empty() && check.expected == CheckSide{});
        draft.actual = {};
        static_cast<void>(fillCheck(draft, check));
        QCOMPARE(check.actual, CheckSide{});
    }
    void listsAreReadAsTheyAreWritten()
    {
        const std::vector<std::string> odd{"a", "b c", "d,e", "\"", " f ", "", "\xc3\xa4"};
        QCOMPARE(listOf(listText(odd)), odd);
        QCOMPARE(listOf(" a ,, b "), (std::vector<std::string>{"a", "b"}));
        QCOMPARE(listOf("\"a, b"), std::vector<std::string>{"a, b"});
        QVERIFY(listOf(" ").empty());
    }
    void theNextTimesAreShown()
    {
        QCOMPARE(scheduleText("0 3 * * *", "Europe/Berlin", noon, Zone::Utc).count("02:00:00 UTC"), 3);
        QVERIFY(scheduleText("", "", noon, Zone::Utc).contains("by order only"));
        QVERIFY(scheduleText("0 3 * *", "", noon, Zone::Utc).contains("is no schedule"));
        QVERIFY(scheduleText("every 1h", "Mars/Olympus", noon, Zone::Utc).contains("unknown time zone"));
    }

    void columnsAreThoseOfTheActualSideAndThoseThatTheCheckNames()
    {
        Model model;
        const QAbstractItemModelTester tester(&model);
        auto check = checkNamed("c");
        check.ignore = {"note"};
        check.pairs = {{"total", "sum"}};
        check.rules = {{"gone", {0.5}}};
        model.setCheck(check);
        model.setShapes({{"order_id", "text"}, {"sum", "numeric"}, {"note", "text"}},
                        {{"order_id", "text"}, {"total", "float8"}, {"note", "text"}, {"extra", "int4"}});
        QCOMPARE(model.rowCount(), 5);
        QCOMPARE(columnLine(model, 0), QString("key order_id text order_id text - -"));
        QCOMPARE(columnLine(model, 1), QString("x total float8 sum numeric - -"));
        QCOMPARE(columnLine(model, 2), QString("- note text note text - -"));
        QCOMPARE(columnLine(model, 3), QString::fromUtf8("- extra int4 \u2014 not there - -"));
        QCOMPARE(columnLine(model, 4), QString::fromUtf8("- gone not there \u2014 not there 0.5 - -"));
        QCOMPARE(model.expectedNames(), (QStringList{"order_id", "sum", "note"}));
    }
    void cellsAreEdited()
    {
        Model model;
        const QAbstractItemModelTester tester(&model);
        QSignalSpy edited(&model, &Model::edited);
        auto check = checkNamed("c");
        model.setCheck(check);
        model.setShapes({{"order_id", "text"}, {"a", "int4"}, {"b", "int4"}},
                        {{"order_id", "text"}, {"a", "int4"}, {"b", "int4"}});
        QVERIFY(model.setData(model.index(1, Model::Compared), Qt::Unchecked, Qt::CheckStateRole));
        QVERIFY(model.setData(model.index(2, Model::ExpectedName), "a"));
        QVERIFY(model.setData(model.index(2, Model::Absolute), "0.01"));
        QVERIFY(model.setData(model.index(2, Model::Time), "2s"));
        QVERIFY(model.setData(model.index(2, Model::Trim), Qt::Checked, Qt::CheckStateRole));
        QVERIFY(model.setData(model.index(2, Model::Unicode), "NFC"));
        QCOMPARE(edited.size(), 6);
        QVERIFY(!model.setData(model.index(2, Model::Relative), "-1"));
        QVERIFY(!model.setData(model.index(2, Model::Time), "soon"));
        QVERIFY(!model.setData(model.index(0, Model::Compared), Qt::Unchecked, Qt::CheckStateRole));
        QVERIFY(!model.setData(model.index(2, Model::Type), "x"));
        model.fill(check);
        QCOMPARE(check.ignore, std::vector<std::string>{"a"});
        QVERIFY(check.columns.empty());
        QCOMPARE(check.pairs.at("b"), std::string("a"));
        QCOMPARE(check.rules.size(), 1U);
        QCOMPARE(check.rules.at("b"), (ColumnRule{0.01, {}, Duration(2000), true, false, UnicodeForm::Nfc}));
        // What is taken back leaves nothing behind.
        QVERIFY(model.setData(model.index(1, Model::Compared), Qt::Checked, Qt::CheckStateRole));
        QVERIFY(model.setData(model.index(2, Model::ExpectedName), "b"));
        for (const int column : {Model::Absolute, Model::Time})
            QVERIFY(model.setData(model.index(2, column), ""));
        QVERIFY(model.setData(model.index(2, Model::Trim), Qt::Unchecked, Qt::CheckStateRole));
        QVERIFY(model.setData(model.index(2, Model::Unicode), "as-is"));
        model.fill(check);
        QCOMPARE(check, checkNamed("c"));
    }
    void chosenColumnsAreNeverNone()
    {
        Model model;
        auto check = checkNamed("c");
        check.columns = {"a", "b"};
        model.setCheck(check);
        model.setShapes({{"a", "int4"}, {"b", "int4"}}, {{"a", "int4"}, {"b", "int4"}});
        for (const int row : {0, 1})
            QVERIFY(model.setData(model.index(row, Model::Compared), Qt::Unchecked, Qt::CheckStateRole));
        model.fill(check);
        // Without a list all columns would count.
        QCOMPARE(check.columns, std::vector<std::string>{"b"});
        QCOMPARE(check.ignore, std::vector<std::string>{"b"});
        QCOMPARE(columnLine(model, 1), QString("- b int4 b int4 - -"));
    }
    void resultsOfGroupsHaveRules()
    {
        Model model;
        const QAbstractItemModelTester tester(&model);
        auto check = checkNamed("c");
        check.kind = CheckKind::Groups;
        check.columns = {"total", "min(at)"};
        model.setCheck(check);
        model.setShapes({}, {{"total", "int4"}});
        QStringList names;
        for (int row = 0; row < model.rowCount(); ++row)
            names << model.index(row, Model::Name).data().toString();
        QCOMPARE(names, (QStringList{"count", "sum(total)", "min(at)"}));
        QVERIFY(model.setData(model.index(1, Model::Absolute), "1"));
        model.fill(check);
        QCOMPARE(check.columns, (std::vector<std::string>{"total", "min(at)"}));
        QCOMPARE(check.rules.at("sum(total)").absolute, 1.0);
    }

    void bothSidesOfAPreviewStandAlike()
    {
        auto check = checkNamed("c");
        check.pairs = {{"total", "sum"}};
        SidePreview expected{{{"note", "text"}, {"sum", "int4"}, {"order_id", "text"}}, {}, {}, {}, -1};
        SidePreview actual{
            {{"own", "text"}, {"total", "int4"}, {"note", "text"}, {"order_id", "text"}}, {}, {}, {}, -1};
        expected.rows = {{"n", std::nullopt, " O-1"}};
        CheckPreviewModel model;
        const QAbstractItemModelTester tester(&model);
        model.setRows(expected, previewOrder(expected, &actual, check, ComparedSide::Expected));
        QStringList titles;
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column) {
            titles << model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
            cells << model.index(0, column).data().toString();
        }
        QCOMPARE(titles, (QStringList{"order_id", "sum", "note"}));
        QCOMPARE(cells, (QStringList{QString(QChar(0xb7)) + "O-1", "null", "n"}));
        QCOMPARE(previewOrder(actual, &expected, check, ComparedSide::Actual), (std::vector<std::size_t>{3, 1, 2, 0}));
        QCOMPARE(previewOrder(actual, nullptr, check, ComparedSide::Actual), (std::vector<std::size_t>{3, 0, 1, 2}));
        QCOMPARE(previewText(expected), QString("all 1 rows"));
    }
};

QTEST_GUILESS_MAIN(TestCheckForm)
#include "tst_checkform.moc"
