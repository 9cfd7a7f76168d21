// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#ifndef Q_MOC_RUN // moc cannot read <concepts>, which libraries include
#include "backend/deadletter/filterprinter.h"
#include "models/lettergroupmodel.h"
#include "models/letterjsonmodel.h"
#include "models/letterknowledge.h"
#include "models/letterlistmodel.h"
#include "models/lettersheet.h"
#include "models/lettertext.h"
#endif

#include <QAbstractItemModelTester>
#include <QSignalSpy>

using namespace projectionist;

namespace {

const TimePoint noon{std::chrono::milliseconds(1'795'262'400'000)}; // 2026-11-21 12:00:00 UTC

LetterView letter(Offset offset, const std::string& projection = "stock")
{
    LetterView view;
    view.place = {{"orders-dlt", 0}, offset};
    view.projection = projection;
    view.eventType = "OrderPlaced";
    view.exception = "org.acme.NotNullViolation";
    view.messagePattern = "null value in column \"depot_id\"";
    view.key = "A-" + std::to_string(offset);
    view.origin.topic = "orders";
    view.origin.partition = 3;
    view.origin.offset = 1'204'881 + offset;
    view.attempts = 6;
    view.arrived = noon - Duration(1000 * (100 - offset));
    return view;
}

GroupView group(std::uint32_t id, std::uint64_t count)
{
    GroupView view;
    view.group = id;
    view.numbers.count = count;
    view.numbers.arrivals[23] = static_cast<std::uint32_t>(count);
    view.numbers.first = noon - Duration(5000);
    view.numbers.last = noon;
    view.numbers.fewestAttempts = 3;
    view.numbers.mostAttempts = 6;
    view.reason.exception = "org.acme.NotNullViolation";
    view.reason.frame = "org.acme.ParcelProjection.apply";
    view.reason.version = 1;
    view.projections = {{"stock", count}};
    view.example = letter(1);
    return view;
}

/// The offsets of the rows, as one text.
QString offsets(const LetterListModel& model)
{
    QStringList texts;
    for (int row = 0; row < model.rowCount(); ++row)
        texts << QString::number(model.letterAt(row).place.offset);
    return texts.join(u' ');
}

std::vector<LetterView> letters(std::initializer_list<Offset> offsets)
{
    std::vector<LetterView> views;
    for (const auto offset : offsets)
        views.push_back(letter(offset));
    return views;
}

QString cell(const QAbstractItemModel& model, int row, int column, int role = Qt::DisplayRole)
{
    return model.index(row, column).data(role).toString();
}

QString printed(const std::optional<FilterNode>& node)
{
    return node ? QString::fromStdString(printFilter(*node)) : QStringLiteral("nothing");
}

} // namespace

class TestLetterModels : public QObject
{
    Q_OBJECT
private slots:
    void newLettersComeWithoutMovingOthers();
    void anotherOrderKeepsTheSelectedLetter();
    void cellsShowWhatIsKnown();
    void aCellCanBeFilteredBy();
    void hostileTextsAreMadeVisible();
    void groupsChangeInPlace();
    void groupsTellWhenTheyExpire();
    void groupsTellWhyTheyAreGroups();
    void theBoardTellsHowMuchWasRead();
    void jsonIsATree();
    void brokenAndDeepJsonSaysSo();
    void completionKnowsWhatTheBoardShows();
    void sheetsAnnounceOnlyWhatDiffers();
    void verdictsHaveAShapeAWordAndTheirEvidence();
    void verdictsThatAllowAReplayAreOutdatedWhenLettersCome();
    void verdictsGrowOld();
};

void TestLetterModels::newLettersComeWithoutMovingOthers()
{
    LetterListModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setLetters(letters({5, 3, 1}), noon, Zone::Utc);
    const QPersistentModelIndex selected = model.index(1, 0);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.setLetters(letters({7, 6, 5, 4, 3}), noon, Zone::Utc);
    QCOMPARE(offsets(model), QString("7 6 5 4 3"));
    QCOMPARE(selected.row(), 4);
    QCOMPARE(resets.count(), 0);
    QCOMPARE(changed.count(), 0);
    model.setLetters({}, noon, Zone::Utc);
    QCOMPARE(model.rowCount(), 0);
}

void TestLetterModels::anotherOrderKeepsTheSelectedLetter()
{
    LetterListModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setLetters(letters({5, 3, 1, 2}), noon, Zone::Utc);
    const QPersistentModelIndex selected = model.index(0, 2);
    model.setLetters(letters({1, 2, 9, 5}), noon, Zone::Utc);
    QCOMPARE(offsets(model), QString("1 2 9 5"));
    QCOMPARE(selected.row(), 3);
    QCOMPARE(selected.column(), 2);
    QCOMPARE(model.rowOf({{"orders-dlt", 0}, 9}), 2);
    QCOMPARE(model.rowOf({{"orders-dlt", 1}, 9}), -1);
}

void TestLetterModels::cellsShowWhatIsKnown()
{
    LetterListModel model;
    auto unknown = letter(2);
    unknown.key.reset();
    unknown.origin = {};
    unknown.attempts.reset();
    unknown.arrived.reset();
    unknown.eventType.clear();
    model.setLetters({letter(1), unknown}, noon, Zone::Utc);
    QCOMPARE(cell(model, 0, LetterListModel::Time), QString("11:58:21.000"));
    QCOMPARE(cell(model, 0, LetterListModel::Origin), QString::fromUtf8("orders[3]@1\u202f204\u202f882"));
    QCOMPARE(cell(model, 0, LetterListModel::Origin, CopyRole), QString("orders[3]@1204882"));
    QCOMPARE(cell(model, 0, LetterListModel::Exception), QString("NotNullViolation"));
    QCOMPARE(cell(model, 1, LetterListModel::Key), QString("no key"));
    for (const int column :
         {LetterListModel::Time, LetterListModel::Origin, LetterListModel::Attempts, LetterListModel::Event})
        QCOMPARE(cell(model, 1, column), QString::fromUtf8("\u2014"));
}

void TestLetterModels::aCellCanBeFilteredBy()
{
    LetterListModel model;
    auto cut = letter(2);
    cut.keyCut = true;
    model.setLetters({letter(1), cut}, noon, Zone::Utc);
    const auto condition = [&](int row, int column, bool excluded) {
        return printed(model.conditionAt(model.index(row, column), excluded));
    };
    QCOMPARE(condition(0, LetterListModel::Key, false), QString("key == \"A-1\""));
    QCOMPARE(condition(0, LetterListModel::Projection, true), QString("projection != \"stock\""));
    QCOMPARE(condition(0, LetterListModel::Attempts, false), QString("attempts == 6"));
    QCOMPARE(condition(1, LetterListModel::Key, false), QString("nothing"));
}

void TestLetterModels::hostileTextsAreMadeVisible()
{
    auto hostile = letter(1);
    hostile.eventType = std::string("<b>x</b>\0\u202e\x1b[31m\xff", 18);
    LetterListModel model;
    model.setLetters({hostile}, noon, Zone::Utc);
    const auto shown = cell(model, 0, LetterListModel::Event);
    QVERIFY2(shown.startsWith("<b>x</b>\\u0000\\u202e\\u001b[31m\\xff"), qPrintable(shown));
    for (const auto c : shown)
        QVERIFY(c.isPrint());
}

void TestLetterModels::groupsChangeInPlace()
{
    LetterGroupModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setGroups({group(4, 371), group(2, 37)}, noon, Zone::Utc);
    QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.setGroups({group(4, 372), group(2, 37)}, noon, Zone::Utc);
    QCOMPARE(inserted.count() + removed.count(), 0);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed[0][0].toModelIndex().row(), model.rowOf(4));
    QCOMPARE(cell(model, model.rowOf(4), LetterGroupModel::Count), QString("372"));
    model.setGroups({group(4, 372)}, noon, Zone::Utc);
    QCOMPARE(model.rowOf(2), -1);
}

void TestLetterModels::groupsTellWhenTheyExpire()
{
    auto expiring = group(4, 371);
    expiring.lettersExpire = noon + std::chrono::hours(30);
    expiring.originalsExpire = noon + std::chrono::hours(5);
    auto lasting = group(2, 37);
    lasting.lettersExpire = noon + std::chrono::hours(30);
    LetterGroupModel model;
    model.setGroups({expiring, lasting, group(7, 1)}, noon, Zone::Utc);
    const auto column = LetterGroupModel::Expires;
    const int soon = model.rowOf(4);
    QCOMPARE(cell(model, soon, column).replace(QChar(0xa0), u' '), QString("5 h 00 m"));
    QCOMPARE(model.index(soon, column).data(ColorRole).toInt(), static_cast<int>(ColorMeaning::Warning));
    QVERIFY(model.index(soon, column).data(Qt::ToolTipRole).toString().contains("events that failed"));
    QVERIFY2(cell(model, model.rowOf(2), column).startsWith("1"), qPrintable(cell(model, model.rowOf(2), column)));
    QCOMPARE(model.index(model.rowOf(2), column).data(ColorRole).toInt(), static_cast<int>(ColorMeaning::Muted));
    QCOMPARE(cell(model, model.rowOf(7), column), QString());
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.setGroups({expiring, lasting, group(7, 1)}, noon + std::chrono::hours(6), Zone::Utc);
    QVERIFY(changed.count() > 0);
    QCOMPARE(cell(model, soon, column), QString("expired"));
}

void TestLetterModels::groupsTellWhyTheyAreGroups()
{
    LetterGroupModel model;
    model.setGroups({group(4, 371)}, noon, Zone::Utc);
    QCOMPARE(cell(model, 0, LetterGroupModel::Failure), QString("NotNullViolation"));
    QCOMPARE(cell(model, 0, LetterGroupModel::Failure, LetterGroupModel::FrameRole),
             QString("in ParcelProjection.apply"));
    QCOMPARE(cell(model, 0, LetterGroupModel::Failure, LetterGroupModel::PatternRole),
             QString::fromUtf8("OrderPlaced \u00b7 null value in column \"depot_id\""));
    QCOMPARE(cell(model, 0, LetterGroupModel::Attempts), QString::fromUtf8("3\u20136"));
    QCOMPARE(cell(model, 0, LetterGroupModel::Last), QString("12:00:00"));
    const auto why = groupReasonText(group(4, 1).reason);
    QVERIFY2(why.contains("org.acme.ParcelProjection.apply") && why.contains("version 1"), qPrintable(why));
    QCOMPARE(printed(model.conditionAt(model.index(0, LetterGroupModel::Failure), false)),
             QString("exception == \"org.acme.NotNullViolation\""));
}

void TestLetterModels::theBoardTellsHowMuchWasRead()
{
    LetterBoard board;
    board.letters = 412;
    board.passing = 408;
    board.progress = {{"a-dlt", 1'000'000, 1'000'000, true, {}}, {"b-dlt", 204'000, 204'881, false, {}}};
    board.undecided = 3;
    board.searching = true;
    auto text = boardText(board).replace(QChar(u'\u202f'), u' ');
    QCOMPARE(text,
             QString::fromUtf8("408 of 412 \u00b7 scanned 1 204 000 of 1 204 881 \u00b7 searching \u00b7 3 undecided"));
    board.complete = true;
    board.searching = false;
    board.undecided = 0;
    QVERIFY(boardText(board).endsWith("(complete)"));
}

void TestLetterModels::jsonIsATree()
{
    LetterJsonModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QVERIFY(model.setJson("{\"id\": 12345678901234567890, \"lines\": [{\"sku\": \"a\"}, null], \"id\": \"twice\"}"));
    const auto root = model.index(0, 0);
    QCOMPARE(model.rowCount(root), 3);
    QCOMPARE(model.index(0, LetterJsonModel::Value, root).data().toString(), QString("12345678901234567890"));
    const auto lines = model.index(1, 0, root);
    QCOMPARE(model.rowCount(lines), 2);
    const auto sku = model.index(0, 0, model.index(0, 0, lines));
    QCOMPARE(model.pathAt(sku),
             (std::vector<FilterPathPart>{std::string("lines"), std::size_t{0}, std::string("sku")}));
    QVERIFY(!model.setJson("no json"));
    QCOMPARE(model.rowCount(), 0);
}

void TestLetterModels::brokenAndDeepJsonSaysSo()
{
    LetterJsonModel model;
    QVERIFY(model.setJson("{\"a\": [1, 2"));
    QVERIFY(!model.note().isEmpty());
    QVERIFY(model.setJson("{\"a\": 1 oops}"));
    QVERIFY2(model.note().contains("no JSON"), qPrintable(model.note()));
    QVERIFY(model.setJson(std::string(100'000, '[')));
    QVERIFY2(model.note().contains("deeper"), qPrintable(model.note()));
    std::string many = "[1";
    for (std::size_t i = 0; i < LetterJsonModel::mostNodes; ++i)
        many += ",1";
    QVERIFY(model.setJson(many + ']'));
    QVERIFY2(model.note().contains("first"), qPrintable(model.note()));
}

void TestLetterModels::completionKnowsWhatTheBoardShows()
{
    auto board = std::make_shared<LetterBoard>();
    board->projections = {{"stock", 7}, {"parcels", 9}};
    board->groups = {group(1, 7)};
    DeadLetter open;
    open.headers.push_back({"tenant", "42", {}, {}, {}});
    open.value = "{\"order\": {\"total\": 5}}";
    LetterKnowledge knowledge;
    knowledge.setBoard(board);
    knowledge.setLetter(&open);
    const auto offered = [&](const std::string& text) {
        QStringList texts;
        for (const auto& candidate : completeFilter(text, text.size(), letterSchema(), knowledge).candidates)
            texts << QString::fromStdString(candidate.text);
        return texts.join(u'|');
    };
    QVERIFY2(offered("projection == ").startsWith("\"parcels\"|\"stock\""), qPrintable(offered("projection == ")));
    QVERIFY(offered("exception == \"").contains("org.acme.NotNullViolation"));
    QVERIFY2(offered("header(").contains("tenant"), qPrintable(offered("header(")));
    QVERIFY2(offered("payload.order.").contains("total"), qPrintable(offered("payload.order.")));
}

void TestLetterModels::sheetsAnnounceOnlyWhatDiffers()
{
    LetterSheetModel model({{"a", Qt::AlignLeft}, {"b", Qt::AlignLeft}});
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setRows({{{"x"}, {"1"}}, {{"y"}, {"2"}}});
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    model.setRows({{{"x"}, {"1"}}, {{"y"}, {"3"}}});
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed[0][0].toModelIndex(), model.index(1, 1));
    model.setRows({});
    QCOMPARE(model.rowCount(), 0);
}

namespace {

LetterJudgement judged(Offset offset, ReplayVerdict verdict, const std::string& why)
{
    LetterJudgement judgement;
    judgement.place = letter(offset).place;
    judgement.verdict = verdict;
    judgement.why = why;
    return judgement;
}

constexpr LetterVerdictBook::Mark fourLetters{4, 4, true};

/// Letters 1 to 4, of which 1 to 3 were judged at noon.
void judgeThree(LetterListModel& model)
{
    model.setLetters(letters({1, 2, 3, 4}), noon, Zone::Utc);
    std::vector three{judged(1, ReplayVerdict::Safe, "no later event of its key was applied"),
                      judged(2, ReplayVerdict::AfterEarlier, "2 letters of the same key failed before it"),
                      judged(3, ReplayVerdict::NewerApplied, "the row is at version 9, the letter at 7")};
    three[1].earlier = 2;
    three[2].newer = 1'204'990;
    three[2].row = RowState{true, 9, "orders", 3, 1'204'990, {}};
    model.changeVerdicts([&](LetterVerdictBook& book) {
        book.setMark(fourLetters);
        book.ask({three[0].place, three[1].place, three[2].place}, fourLetters);
        return true;
    });
    QCOMPARE(cell(model, 0, LetterListModel::Verdict), QString::fromUtf8("\u25cb judging"));
    model.changeVerdicts([&](LetterVerdictBook& book) {
        book.add({noon, three, {}});
        return true;
    });
}

ColorMeaning colorIn(const LetterListModel& model, int row)
{
    return static_cast<ColorMeaning>(model.index(row, LetterListModel::Verdict).data(ColorRole).toInt());
}

QString tipIn(const LetterListModel& model, int row)
{
    return model.index(row, LetterListModel::Verdict).data(Qt::ToolTipRole).toString();
}

} // namespace

void TestLetterModels::verdictsHaveAShapeAWordAndTheirEvidence()
{
    LetterListModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    judgeThree(model);
    QCOMPARE(cell(model, 0, LetterListModel::Verdict), QString::fromUtf8("\u25cf safe"));
    QCOMPARE(cell(model, 1, LetterListModel::Verdict), QString::fromUtf8("\u25b6 replay after 2 earlier"));
    QCOMPARE(cell(model, 2, LetterListModel::Verdict), QString::fromUtf8("\u25b2 newer event applied"));
    QCOMPARE(cell(model, 3, LetterListModel::Verdict), QString());
    QVERIFY(colorIn(model, 0) == ColorMeaning::Good && colorIn(model, 2) == ColorMeaning::Warning);
    QVERIFY(tipIn(model, 3).contains("press Judge"));
    for (const char* evidence : {"the row is at version 9", "1\u202f204\u202f990", "version 9", "orders[3]@"})
        QVERIFY2(tipIn(model, 2).contains(QString::fromUtf8(evidence)), qPrintable(tipIn(model, 2)));
    QCOMPARE(model.index(2, LetterListModel::Verdict).data(CopyRole).toString(), QString("newer-applied"));
    QVERIFY(!model.conditionAt(model.index(2, LetterListModel::Verdict), false));
    const auto facts = model.verdicts().facts(letter(3).place);
    QVERIFY(facts.size() >= 5 && facts.front().important);
    QVERIFY(model.verdicts().facts(letter(4).place).empty());
}

void TestLetterModels::verdictsThatAllowAReplayAreOutdatedWhenLettersCome()
{
    LetterListModel model;
    judgeThree(model);
    QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    const auto mark = [&](const LetterVerdictBook::Mark& now) {
        model.changeVerdicts([&](LetterVerdictBook& book) { return book.setMark(now); });
    };
    mark(fourLetters);
    QCOMPARE(changed.count(), 0);
    mark({5, 5, true});
    QCOMPARE(changed.count(), 1);
    QCOMPARE(changed[0][0].toModelIndex().column(), int(LetterListModel::Verdict));
    QCOMPARE(cell(model, 0, LetterListModel::Verdict), QString::fromUtf8("\u25cf safe, outdated"));
    QVERIFY(colorIn(model, 0) == ColorMeaning::Muted);
    QVERIFY(tipIn(model, 0).contains("judge again"));
    QCOMPARE(cell(model, 2, LetterListModel::Verdict), QString::fromUtf8("\u25b2 newer event applied"));
}

void TestLetterModels::verdictsGrowOld()
{
    LetterListModel model;
    judgeThree(model);
    const auto at = [&](Duration later) {
        bool differs = false;
        model.changeVerdicts([&](LetterVerdictBook& book) { return differs = book.setNow(noon + later); });
        return differs;
    };
    QVERIFY(!at(Duration(59'000)));
    QCOMPARE(cell(model, 2, LetterListModel::Verdict), QString::fromUtf8("\u25b2 newer event applied"));
    QVERIFY(at(Duration(61'000)));
    QVERIFY2(cell(model, 2, LetterListModel::Verdict).endsWith("ago"),
             qPrintable(cell(model, 2, LetterListModel::Verdict)));
    QVERIFY(colorIn(model, 2) == ColorMeaning::Muted);
    QVERIFY(!at(Duration(62'000)));
    QVERIFY(at(Duration(125'000)));
}

QTEST_GUILESS_MAIN(TestLetterModels)
#include "tst_lettermodels.moc"
