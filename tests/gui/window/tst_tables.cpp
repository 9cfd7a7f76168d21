// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/backgroundtasks.h"
#include "widgets/common/colors.h"
#include "widgets/common/panel.h"
#include "widgets/common/tablefilter.h"
#include "widgets/common/tableview.h"
#include "widgets/frame/fuzzymatch.h"

#include <QHeaderView>
#include <QMenu>
#include <QSettings>
#include <QStandardItemModel>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace projectionist;

class TestTables : public QObject
{
    Q_OBJECT
private slots:
    void textCanBeReadOnItsBackground_data();
    void textCanBeReadOnItsBackground();
    void aFilterIsReadAsItIsMeant();
    void aFilterThatCannotBeReadSaysWhy_data();
    void aFilterThatCannotBeReadSaysWhy();
    void aTermForAValueIsReadBack();
    void initialsFindTheirName();
    void namesFromOutsideCannotMislead();
    void cancelledWorkNeverComesBack();
    void columnsGiveWayWhereTheTableIsNarrow();
    void choosingColumnsStartsFromWhatWasChosen();
};

void TestTables::textCanBeReadOnItsBackground_data()
{
    QTest::addColumn<bool>("dark");
    QTest::newRow("dark") << true;
    QTest::newRow("light") << false;
}

void TestTables::textCanBeReadOnItsBackground()
{
    QFETCH(bool, dark);
    const auto& c = dark ? darkColors() : lightColors();
    for (const auto& ground : {c.window, c.panel, c.raised, c.selection})
        for (const auto& ink : {c.text, c.muted, c.ok, c.info, c.warning, c.critical, c.accent})
            QVERIFY2(contrastRatio(ground, ink) >= 4.5, qPrintable(ink.name() + QStringLiteral(" on ") + ground.name() +
                                                                   QString::number(contrastRatio(ground, ink))));
    for (const auto& [ground, ink] : {std::pair(c.warningPanel, c.warning), std::pair(c.criticalPanel, c.critical),
                                      std::pair(c.warningPanel, c.text), std::pair(c.criticalPanel, c.text)})
        QVERIFY(contrastRatio(ground, ink) >= 4.5);
    for (const auto& wanted : {QColor(0xd5, 0x5e, 0), QColor(Qt::black), QColor(Qt::white)})
        QVERIFY(contrastRatio(c.panel, readableOn(c.panel, wanted)) >= 4.5);
}

void TestTables::aFilterIsReadAsItIsMeant()
{
    const QStringList columns{QStringLiteral("State"), QStringLiteral("Lag (time)"), QStringLiteral("Out /s")};
    const auto parsed = parseFilter(
        QStringLiteral("two \"three four\" -five state=\"Falling behind\" lag>30s out/s<10 st!=OK"), columns);
    QCOMPARE(parsed.error, QString());
    using Kind = FilterTerm::Kind;
    const std::vector<FilterTerm> wanted{
        {Kind::Contains, false, -1, QStringLiteral("two"), 0},
        {Kind::Contains, false, -1, QStringLiteral("three four"), 0},
        {Kind::Contains, true, -1, QStringLiteral("five"), 0},
        {Kind::Equals, false, 0, QStringLiteral("Falling behind"), 0},
        {Kind::Greater, false, 1, QStringLiteral("30s"), 30'000},
        {Kind::Less, false, 2, QStringLiteral("10"), 10},
        {Kind::Differs, false, 0, QStringLiteral("OK"), 0},
    };
    QVERIFY(parsed.terms == wanted);
}

void TestTables::aFilterThatCannotBeReadSaysWhy_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("part");
    QTest::newRow("column") << "owner=x"
                            << "no column";
    QTest::newRow("number") << "lag>long"
                            << "not a number";
    QTest::newRow("operator") << "lag!3"
                              << "not a comparison";
}

void TestTables::aFilterThatCannotBeReadSaysWhy()
{
    QFETCH(QString, text);
    QFETCH(QString, part);
    const auto parsed = parseFilter(text, {QStringLiteral("Lag")});
    QVERIFY2(parsed.error.contains(part), qPrintable(parsed.error));
    QVERIFY(parsed.terms.empty());
}

void TestTables::aTermForAValueIsReadBack()
{
    const QStringList columns{QStringLiteral("Lag (time)"), QStringLiteral("In /s")};
    for (const auto* value : {"4 m 31 s", "a=b", "", "plain"}) {
        const auto term = filterTermFor(columns[0], QLatin1String(value), true);
        const auto parsed = parseFilter(term, columns);
        QCOMPARE(parsed.error, QString());
        QCOMPARE(parsed.terms.size(), 1U);
        QCOMPARE(parsed.terms[0].text, QLatin1String(value));
        QCOMPARE(parsed.terms[0].column, 0);
        QCOMPARE(parsed.terms[0].kind, FilterTerm::Kind::Differs);
    }
}

void TestTables::initialsFindTheirName()
{
    const auto score = [](const char* typed, const char* name) {
        return fuzzyScore(QLatin1String(typed), QLatin1String(name));
    };
    QVERIFY(score("pt", "parcel_tracking") > score("pt", "receipts"));
    QVERIFY(score("ops", "ops_console") > score("ops", "order_positions"));
    QCOMPARE(score("xyz", "parcel_tracking"), 0);
    QCOMPARE(score("tp", "pt"), 0);
    QVERIFY(score("", "anything") > 0);
}

void TestTables::namesFromOutsideCannotMislead()
{
    QCOMPARE(displayable(QStringLiteral("a\u202eb\nc")), QStringLiteral("a\ufffdb c"));
    QCOMPARE(displayable(QString(1'000'000, u'x'), 10).size(), 11);
    QCOMPARE(displayableText(QStringLiteral("a\nb\t\x01"), 100), QStringLiteral("a\nb\t "));
}

void TestTables::cancelledWorkNeverComesBack()
{
    BackgroundTasks tasks;
    int come = 0;
    const auto work = [](const std::stop_token&) { return 1; };
    const auto cancelled = tasks.start<int>(work, [&](int) { come += 100; });
    tasks.cancel(cancelled);
    QVERIFY(!tasks.running(cancelled));
    tasks.start<int>(work, [&](int value) { come += value; });
    QTRY_COMPARE(come, 1);
}

void TestTables::columnsGiveWayWhereTheTableIsNarrow()
{
    const QTemporaryDir folder;
    QSettings settings(folder.filePath("settings.ini"), QSettings::IniFormat);
    QStandardItemModel model(1, 4);
    // Which of the columns 1 to 3 are shown in a table so wide.
    const auto shown = [](TableView& view, int width) {
        view.resize(width, 200);
        QString columns;
        for (int column = 1; column < 4; ++column)
            columns += view.table()->isColumnHidden(column) ? QString() : QString::number(column);
        return columns;
    };
    const auto make = [&] {
        auto view = std::make_unique<TableView>("planted", "Planted", settings);
        view->setModel(&model);
        view->setDefaultWidths({10, 100, 100, 100}, 0);
        view->setYielding({2, 1}, 200);
        view->show();
        return view;
    };
    auto view = make();
    QCOMPARE(shown(*view, 520), QString("123"));
    QCOMPARE(shown(*view, 480), QString("13"));
    QCOMPARE(shown(*view, 320), QString("3"));
    QCOMPARE(shown(*view, 150), QString("3"));
    QCOMPARE(shown(*view, 520), QString("123"));
    QCOMPARE(shown(*view, 320), QString("3"));
    view.reset();
    view = make(); // it had nothing to say that they were hidden
    QCOMPARE(shown(*view, 520), QString("123"));
    QCOMPARE(shown(*view, 480), QString("13"));
    QMenu menu;
    view->fillColumnMenu(&menu);
    menu.actions()[2]->trigger();
    QCOMPARE(shown(*view, 320), QString("123"));
    view.reset();
    view = make();
    QCOMPARE(shown(*view, 320), QString("123"));
}

void TestTables::choosingColumnsStartsFromWhatWasChosen()
{
    QStandardItemModel model(1, 5);
    model.setHorizontalHeaderLabels({"Name", "Tries", "First", "Last", "Place"});
    TableView view("Planted");
    view.setModel(&model);
    view.setDefaultWidths({10, 100, 100, 100, 100}, 0);
    view.setDefaultHidden({4});
    view.setYielding({1, 2}, 200);
    view.resize(320, 200);
    view.show();
    const auto hidden = [&](int column) { return view.table()->isColumnHidden(column); };
    QVERIFY(hidden(1) && hidden(2) && !hidden(3) && hidden(4));
    QMenu menu;
    view.fillColumnMenu(&menu);
    QCOMPARE(menu.actions()[1]->text(), QString("Tries (no room)"));
    QCOMPARE(menu.actions()[4]->text(), QString("Place")); // nobody showed it
    menu.actions()[3]->trigger();
    QVERIFY(!hidden(1) && !hidden(2)); // nobody hid them
    QVERIFY(hidden(3) && hidden(4));
    view.resize(310, 200);
    QVERIFY(!hidden(1) && !hidden(2));
}

QTEST_MAIN(TestTables)
#include "tst_tables.moc"
