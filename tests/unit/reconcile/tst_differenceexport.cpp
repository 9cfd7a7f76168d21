// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/differenceexport.h"

#include <QTest>

using namespace projectionist;

namespace {

CheckResult twoOrders()
{
    CheckResult result;
    result.check = "orders\nDROP";
    result.keyColumns = {"order\"id"};
    result.columns = {"status", "total"};
    result.differences = {{{"O'1\\"}, std::vector<Cell>{"=1+1", "-5"}, std::vector<Cell>{"", std::nullopt}, {0, 1}},
                          {{"a,\"b\""}, std::vector<Cell>{"\x1b[2J", "7"}, std::nullopt, {}, DriftState::Confirmed}};
    result.differences[1].cause = DifferenceCause{
        DriftCause::SkippedEvents, "skipped", "The rule.", {{{"orders.events", 7}, 998, TimePoint{}, "Placed"}}, {}};
    return result;
}

QString exported(DifferenceFormat format, const std::vector<std::uint32_t>& rows)
{
    std::string text;
    const auto done = exportDifferences(
        twoOrders(), rows, format,
        [&](std::string_view piece) -> Result<void> {
            text += piece;
            return {};
        },
        [](std::size_t) { return true; });
    return done ? QString::fromStdString(text) : QString::fromStdString(toString(done.error()));
}

} // namespace

class TestDifferenceExport : public QObject
{
    Q_OBJECT
private slots:
    void csvKeepsNullsApartAndFormulasOut()
    {
        QCOMPARE(exported(DifferenceFormat::Csv, {0, 1}),
                 QString("kind,state,\"order\"\"id\",expected status,actual status,expected total,actual total,"
                         "differing,cause,cause_text,event_type,event_topic,event_partition,event_offset\r\n"
                         "different,pending,O'1\\,'=1+1,\"\",-5,,status; total,,,,,,\r\n"
                         "missing,confirmed,\"a,\"\"b\"\"\",\\x1b[2J,,7,,,skipped events,skipped,Placed,"
                         "orders.events,7,998\r\n"));
    }
    void jsonLinesHoldBothRowsAndTheCause()
    {
        const auto lines = exported(DifferenceFormat::JsonLines, {1});
        QVERIFY2(lines.contains("\"kind\":\"missing\",\"key\":{\"order\\\"id\":\"a,\\\"b\\\"\"}"), qPrintable(lines));
        QVERIFY2(lines.contains("\"expected\":{\"status\":\"\\u001b[2J\",\"total\":\"7\"},\"actual\":null"),
                 qPrintable(lines));
        QVERIFY2(lines.contains("\"cause\":\"skipped events\"") && lines.contains("\"offset\":998"), qPrintable(lines));
        QVERIFY(lines.endsWith('\n') && lines.count('\n') == 1);
    }
    void sqlNamesTheKeysAndNothingLeavesItsQuotes()
    {
        const auto lines = exported(DifferenceFormat::SqlKeys, {1, 0}).split('\n');
        QVERIFY2(lines[0].startsWith("-- Check orders\\x0aDROP: 2 keys of rows that differ"), qPrintable(lines[0]));
        QCOMPARE(lines.mid(1).join('\n'), QString("SELECT * FROM (VALUES\n"
                                                  "  ('a,\"b\"'), -- missing, confirmed\n"
                                                  "  (E'O''1\\\\') -- different, pending\n"
                                                  ") AS keys (\"order\"\"id\");\n"));
    }
    void theNameOfTheFileTellsTheFormat()
    {
        QVERIFY(differenceFormatOf("/tmp/a.csv") == DifferenceFormat::Csv);
        QVERIFY(differenceFormatOf("a.jsonl") == DifferenceFormat::JsonLines);
        QVERIFY(differenceFormatOf("a.sql") == DifferenceFormat::SqlKeys);
        QVERIFY(!differenceFormatOf("a.txt"));
    }
    void itTellsHowFarItIsAndCanBeCancelled()
    {
        auto result = twoOrders();
        const std::vector<std::uint32_t> many(200'000, 0);
        std::vector<std::size_t> told;
        const auto done = exportDifferences(
            result, many, DifferenceFormat::JsonLines, [](std::string_view) -> Result<void> { return {}; },
            [&](std::size_t count) {
                told.push_back(count);
                return told.size() < 3;
            });
        QVERIFY(!done && done.error().kind == ErrorKind::Cancelled);
        QVERIFY(told.size() == 3 && told[0] > 0 && told[0] < told[1] && told[2] < many.size());
    }
    void whatCannotBeWrittenEndsIt()
    {
        const Error full{ErrorKind::Resource, "Full", {}, {}, false};
        const auto done = exportDifferences(
            twoOrders(), std::vector<std::uint32_t>{0}, DifferenceFormat::Csv,
            [&](std::string_view) -> Result<void> { return tl::unexpected(full); }, [](std::size_t) { return true; });
        QVERIFY(!done && done.error() == full);
    }
};

QTEST_APPLESS_MAIN(TestDifferenceExport)
#include "tst_differenceexport.moc"
