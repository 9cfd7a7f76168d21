// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#ifndef Q_MOC_RUN // moc cannot read <concepts>, which libraries include
#include "models/letterdetails.h"
#endif

using namespace projectionist;

namespace {

const TimePoint noon{std::chrono::milliseconds(1'795'262'400'000)}; // 2026-11-21 12:00:00 UTC

DeadLetter failedLetter()
{
    DeadLetter letter;
    letter.id = {"orders-dlt", 0};
    letter.offset = 17;
    letter.families = {"Spring Kafka"};
    letter.origin = {"orders", 3, 1204, noon - Duration(271'000)};
    letter.consumer = "stock-v4";
    letter.attempts = 6;
    letter.failedAt = noon;
    letter.arrived = noon;
    letter.arrivedBy = ArrivalBasis::FailureHeader;
    letter.eventTime = noon - Duration(271'000);
    letter.hops = {{"Spring Kafka", letter.origin, "stock-v4", {}, "org.acme.NotNull", "null value", 6, noon, {}}};
    letter.failure.exception = "org.acme.NotNull";
    letter.failure.thrown = "org.spring.ListenerFailed";
    letter.failure.chain = {{"org.spring.ListenerFailed",
                             "Listener failed",
                             true,
                             false,
                             {{"org.spring.Container.run(Container.java:1)", true}},
                             0},
                            {"org.acme.NotNull",
                             "null value",
                             false,
                             false,
                             {{"org.acme.Stock.apply(Stock.java:88)", false},
                              {"org.postgresql.Driver.a(D.java:1)", true},
                              {"org.postgresql.Driver.b(D.java:2)", true},
                              {"org.acme.Worker.handle(Worker.java:41)", false}},
                             9}};
    letter.headers = {{"kafka_dlt-exception-fqcn", "org.acme.NotNull", "Spring Kafka", "exception", "org.acme.NotNull"},
                      {"x-correlation-id", "c-4471", {}, {}, "c-4471"},
                      {"authorization", "Bearer abc", {}, {}, "Bearer abc"}};
    letter.key = "A-1";
    letter.value = "{\"id\": \"A-1\", \"customer\": {\"email\": \"a@b.org\", \"name\": \"Ann\"}}";
    letter.valueSize = letter.value->size();
    return letter;
}

LetterLook masked(const LetterMasks& masks)
{
    return {&masks, noon, Zone::Utc};
}

QString factOf(const std::vector<LetterFact>& facts, const QString& name)
{
    for (const auto& fact : facts)
        if (fact.name == name)
            return fact.value;
    return {};
}

QString sheet(const std::vector<LetterCells>& rows)
{
    QStringList lines;
    for (const auto& row : rows) {
        QStringList cells;
        for (const auto& cell : row)
            cells << cell.text;
        lines << cells.join(u'|');
    }
    return lines.join(u'\n');
}

} // namespace

class TestLetterDetails : public QObject
{
    Q_OBJECT
private slots:
    void theFailureIsToldInAFewLines();
    void libraryFramesAreFoldedAndComeBack();
    void masksCoverValuesAtAnyDepth_data();
    void masksCoverValuesAtAnyDepth();
    void masksAreOnUntilTakenOff();
    void thePathTellsEachStepAndHowLongAfter();
    void theOriginalIsComparedFieldByField();
    void anOriginalThatIsTheSameSaysSo();
    void columnsOfATableAreNoHeadersOfTheEvent();
};

void TestLetterDetails::theFailureIsToldInAFewLines()
{
    OpenedLetter opened;
    opened.reference = "orders-dlt[0]@17";
    opened.letter = failedLetter();
    const LetterMasks masks;
    const auto facts = failureFacts(opened, masked(masks));
    QCOMPARE(factOf(facts, "Exception"), QString("org.acme.NotNull"));
    QCOMPARE(factOf(facts, "Shown because"), QString("ListenerFailed is a wrapper"));
    QCOMPARE(factOf(facts, "Failed consumer"), QString("stock-v4"));
    QCOMPARE(factOf(facts, "Decoded by"), QString("Spring Kafka (1 header)"));
    QCOMPARE(factOf(facts, "Correlation"), QString("c-4471"));
    const auto time = factOf(facts, "Event time");
    QVERIFY2(time.startsWith("11:55:29.000") && time.contains("later"), qPrintable(time));
    QVERIFY(facts.front().important);
}

void TestLetterDetails::libraryFramesAreFoldedAndComeBack()
{
    const auto folded = stackText(failedLetter().failure, true);
    QCOMPARE(folded.libraryFrames, std::size_t{3});
    QCOMPARE(folded.text, QString::fromUtf8("org.acme.NotNull: null value\n"
                                            "    at org.acme.Stock.apply(Stock.java:88)\n"
                                            "    \u2026 2 library frames\n"
                                            "    at org.acme.Worker.handle(Worker.java:41)\n"
                                            "    \u2026 9 more, as in what it is wrapped in\n"
                                            "Wrapped in: org.spring.ListenerFailed: Listener failed\n"
                                            "    \u2026 1 library frame"));
    const auto unfolded = stackText(failedLetter().failure, false);
    QVERIFY(unfolded.text.contains("org.postgresql.Driver.b"));
    QVERIFY(!unfolded.text.contains("library"));
}

void TestLetterDetails::masksCoverValuesAtAnyDepth_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("paths");
    QTest::addColumn<QString>("rest"); ///< must be there still
    QTest::newRow("field") << "{\"email\": \"a@b\", \"x\": 1}"
                           << "$.email"
                           << "\"x\": 1}";
    QTest::newRow("deep, in any case") << "{\"a\": [{\"EMail\": \"a@b\"}], \"x\": 2}"
                                       << "$.a[0].EMail"
                                       << "\"x\": 2}";
    QTest::newRow("object") << "{\"secret\": {\"k\": \"a@b\"}, \"x\": 3}"
                            << "$.secret"
                            << "\"x\": 3}";
    QTest::newRow("given path") << "{\"items\": [{\"name\": \"a@b\"}], \"name\": \"shown\"}"
                                << "$.items[0].name"
                                << "shown";
    QTest::newRow("cut within") << "{\"x\": 4, \"email\": \"a@b"
                                << "$.email"
                                << "\"x\": 4";
    QTest::newRow("cut within an object") << "{\"x\": 5, \"secret\": {\"k\": \"a@b\""
                                          << "$.secret"
                                          << "\"x\": 5";
    QTest::newRow("broken before") << "{\"x\": 6 oops \"email\": \"a@b\"}"
                                   << ""
                                   << "\"x\": 6";
    QTest::newRow("too deep") << QString(2000, u'[') + "{\"email\": \"a@b\"}"
                              << ""
                              << "[[[";
    QTest::newRow("name with escapes") << "{\"\\u0065mail\": \"a@b\", \"x\": 7}"
                                       << "$.email"
                                       << "\"x\": 7}";
}

void TestLetterDetails::masksCoverValuesAtAnyDepth()
{
    QFETCH(QString, json);
    QFETCH(QString, paths);
    QFETCH(QString, rest);
    MaskSettings settings;
    settings.json = {"$.items[*].name"};
    const LetterMasks masks(settings);
    const auto value = maskedValue(json.toStdString(), masks);
    const auto text = QString::fromStdString(value.text);
    QVERIFY2(!text.contains("a@b"), qPrintable(text));
    QVERIFY2(text.contains(rest), qPrintable(text));
    QStringList found;
    for (const auto& path : value.paths)
        found << QString::fromStdString(path);
    QCOMPARE(found.join(u' '), paths);
    QCOMPARE(value.restHidden, paths.isEmpty());
}

void TestLetterDetails::masksAreOnUntilTakenOff()
{
    const auto letter = failedLetter();
    const LetterMasks masks;
    const auto payload = maskedPayload(*letter.value, masks);
    QCOMPARE(maskedNames(letter, payload, masks), (QStringList{"$.customer.email", "header authorization"}));
    QVERIFY(!sheet(headerRows(letter, masked(masks))).contains("Bearer"));
    QVERIFY(sheet(headerRows(letter, {nullptr, noon, Zone::Utc})).contains("Bearer abc"));
    QVERIFY(shownPayload(*letter.value, {nullptr, noon, Zone::Utc}).value.text.find("a@b.org") != std::string::npos);
    MaskSettings off;
    off.defaults = false;
    QVERIFY(maskedNames(letter, maskedPayload(*letter.value, LetterMasks(off)), LetterMasks(off)).isEmpty());
    QCOMPARE(maskedValue("not JSON: email", masks).text, std::string("not JSON: email"));
}

void TestLetterDetails::thePathTellsEachStepAndHowLongAfter()
{
    const LetterMasks masks;
    const auto rows = pathRows(failedLetter(), masked(masks));
    QCOMPARE(rows.size(), std::size_t{3});
    QCOMPARE(rows[0][0].text, QString("Event written"));
    QCOMPARE(rows[1][0].text, QString("Given up after 6 tries"));
    QVERIFY2(rows[1][2].text.startsWith("4"), qPrintable(rows[1][2].text));
    QVERIFY(rows[1][5].text.contains("NotNull: null value"));
    QVERIFY(rows[2][3].text.startsWith("orders-dlt[0]@17"));
}

void TestLetterDetails::theOriginalIsComparedFieldByField()
{
    const auto letter = failedLetter();
    StoredLetter original;
    original.record.key = "A-1";
    original.record.value = "{\"id\": \"A-2\", \"customer\": {\"name\": \"Ann\", \"email\": \"c@d.org\"}, \"new\": {}}";
    original.record.headers = {{"x-correlation-id", "c-4471"}, {"authorization", "Bearer abc"}};
    const LetterMasks masks;
    const auto comparison = compareWithOriginal(letter, original, masked(masks));
    const auto text = sheet(comparison.rows);
    QCOMPARE(comparison.differing, std::size_t{3});
    QVERIFY2(text.contains("$.id|\"A-1\"|\"A-2\"|differs"), qPrintable(text));
    QVERIFY2(text.contains(QString::fromUtf8("$.new|\u2014|(empty)|only in the original")), qPrintable(text));
    QVERIFY2(text.contains("$.customer.name|\"Ann\"|\"Ann\"|same"), qPrintable(text));
    QVERIFY2(text.contains("header kafka_dlt-exception-fqcn") && text.contains("|added"), qPrintable(text));
    // That it differs is told, what it is is not.
    QVERIFY2(text.contains("$.customer.email") && !text.contains("c@d.org"), qPrintable(text));
    QVERIFY(comparison.rows[0][3].text != "same");
}

void TestLetterDetails::anOriginalThatIsTheSameSaysSo()
{
    auto letter = failedLetter();
    letter.value = std::string("\x00\xff", 2);
    StoredLetter original;
    original.record.key = letter.key;
    original.record.value = letter.value;
    original.record.headers = {{"x-correlation-id", "c-4471"}, {"authorization", "Bearer abc"}};
    const LetterMasks masks;
    QCOMPARE(compareWithOriginal(letter, original, masked(masks)).differing, std::size_t{0});
}

void TestLetterDetails::columnsOfATableAreNoHeadersOfTheEvent()
{
    auto letter = failedLetter();
    letter.headers = {{"id", "598", "Sandbox", "note", "598"},
                      {"headers.id", "E-1", {}, {}, "E-1"},
                      {"attempts", "3", "Sandbox", "attempts", "3"}};
    StoredLetter original;
    original.record.key = letter.key;
    original.record.value = letter.value;
    original.record.headers = {{"id", "E-1"}};
    const LetterMasks masks;
    const auto comparison = compareWithOriginal(letter, original, masked(masks));
    QCOMPARE(comparison.differing, std::size_t{0});
    const auto text = sheet(comparison.rows);
    QVERIFY2(text.contains("header id|E-1|E-1|same") && text.contains("column id|598"), qPrintable(text));
}

QTEST_GUILESS_MAIN(TestLetterDetails)
#include "tst_letterdetails.moc"
