// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/core/format.h"
#include "backend/reconcile/causerules.h"

#include <QTest>

using namespace projectionist;

namespace {

const TopicPartition orders{"orders", 3};

LoggedEvent logged(Offset offset, std::int64_t version, const std::string& type = "OrderPaid")
{
    LoggedEvent one;
    one.event = {orders, offset, TimePoint(Duration(offset)), type};
    one.eventId = "E-" + std::to_string(offset);
    one.version = version;
    return one;
}

RowState rowAt(Offset position)
{
    RowState row;
    row.found = true;
    row.partition = orders.partition;
    row.position = position;
    return row;
}

RowState rowOf(std::int64_t version)
{
    RowState row;
    row.found = true;
    row.version = version;
    return row;
}

/// Both rows are there, and the projection is past events 10 and 17, of versions 1 and 2.
CauseEvidence different()
{
    CauseEvidence evidence;
    evidence.expected = evidence.actual = evidence.passed = true;
    evidence.events = {logged(10, 1, "OrderPlaced"), logged(17, 2)};
    return evidence;
}

/// "skipped events: ..."
std::string told(const CauseEvidence& evidence)
{
    const auto found = causeOf(evidence).cause;
    return std::string(toString(found.cause)) + ": " + found.text;
}

} // namespace

class TestCauseRules : public QObject
{
    Q_OBJECT
private slots:
    void aDeadLetterComesFirst()
    {
        auto evidence = different();
        evidence.row = rowAt(10);
        evidence.letter =
            KeyLetter{"k", "orders-dlt[0]@4", {"orders", 3, 17, {}}, "OrderPaid", TimePoint(Duration(3'600'000))};
        QCOMPARE(told(evidence), std::string("dead letter: OrderPaid was dead-lettered 1970-01-01 01:00:00 UTC"));
        const auto found = causeOf(evidence);
        QCOMPARE(found.cause.letter, std::string("orders-dlt[0]@4"));
        QCOMPARE(found.cause.rule, std::string("an event of the key is an open dead letter"));
        QCOMPARE(found.cause.events.size(), std::size_t(2));
        QVERIFY(found.skipped.empty());
    }
    void aDeadLetterWhoseEventTheRowHoldsIsNone()
    {
        auto evidence = different();
        evidence.row = rowAt(17);
        evidence.letter = KeyLetter{"k", "orders-dlt[0]@4", {"orders", 3, 17, {}}, "OrderPaid", {}};
        QVERIFY(causeOf(evidence).cause.cause == DriftCause::WrongHandler);
        QVERIFY(causeOf(evidence).cause.letter.empty());
    }
    void aRowThatItsLastEventDeletesIsStillThere()
    {
        auto evidence = different();
        evidence.expected = false;
        evidence.events.back().erases = true;
        evidence.row = rowAt(10);
        QCOMPARE(told(evidence), std::string("erase not handled: OrderPaid at offset 17 of orders [3] deletes the row, "
                                             "and it is still there"));
        evidence.expected = true; // it was made anew since, or so the source of truth has it
        QVERIFY(causeOf(evidence).cause.cause == DriftCause::SkippedEvents);
    }
    void anEventThatTheLogHasTwice()
    {
        auto evidence = different();
        evidence.events.push_back(logged(21, 3));
        evidence.events.back().eventId = "E-10";
        QCOMPARE(told(evidence),
                 std::string("applied twice: OrderPlaced at offset 10 of orders [3] stands there again at offset 21"));
        evidence.events.back() = logged(21, 2); // known by its version alone
        QVERIFY(causeOf(evidence).cause.cause == DriftCause::AppliedTwice);
        evidence.actual = false; // nothing is missing because something came twice
        QVERIFY(causeOf(evidence).cause.cause == DriftCause::SkippedEvents);
    }
    void versionsThatStandInAnotherOrderThanOffsets()
    {
        auto evidence = different();
        evidence.events.push_back(logged(21, 1));
        evidence.events.erase(evidence.events.begin());
        evidence.row = rowAt(21);
        QCOMPARE(told(evidence), std::string("out of order: version 1 was written behind version 2, and the row holds "
                                             "it"));
    }
    void eventsThatWerePassedAndNoRow()
    {
        auto evidence = different();
        evidence.actual = false;
        QCOMPARE(told(evidence),
                 std::string("skipped events: OrderPaid at offset 17 of orders [3] was passed, and there is no row"));
        QVERIFY(causeOf(evidence).skipped == (std::vector<LetterPlace>{{orders, 10}, {orders, 17}}));
        evidence.passed = false; // perhaps they are yet to be applied
        QVERIFY(causeOf(evidence).cause.cause == DriftCause::Unknown);
    }
    void aRowThatHoldsAnOlderEvent()
    {
        for (const auto& row : {rowAt(10), rowOf(1)}) {
            auto evidence = different();
            evidence.row = row;
            QCOMPARE(told(evidence), std::string("skipped events: OrderPaid at offset 17 of orders [3] was passed, and "
                                                 "the row holds an older event"));
            QVERIFY(causeOf(evidence).skipped == (std::vector<LetterPlace>{{orders, 17}}));
        }
    }
    void aRowThatHoldsTheLastEventIsWrong()
    {
        for (const auto& row : {rowAt(17), rowOf(2)}) {
            auto evidence = different();
            evidence.row = row;
            QCOMPARE(told(evidence), std::string("wrong handler: OrderPaid at offset 17 of orders [3] was applied, and "
                                                 "the row is wrong: a bug of the handler, an earlier event passed over "
                                                 "or applied twice, or a change by hand"));
            evidence.actual = false; // what the row query reads is elsewhere
            QVERIFY(causeOf(evidence).cause.cause == DriftCause::WrongHandler);
        }
    }
    void aKeyWithoutEvents()
    {
        auto evidence = different();
        evidence.events.clear();
        QCOMPARE(told(evidence), std::string("no events: the log holds no event of this key: the row was written past "
                                             "the projection, or its events have another key"));
        evidence.deleted = true;
        QVERIFY(causeOf(evidence).cause.text.find("retention has deleted them") != std::string::npos);
        evidence.logGap = "orders [3] was searched back to offset 5 only, in the time that there was";
        QCOMPARE(told(evidence), "unknown: no event of the key was found: " + evidence.logGap);
    }
    void whatIsMissingIsSaid()
    {
        auto evidence = different();
        evidence.rowGap = "projection p has no row_query";
        QVERIFY(causeOf(evidence).cause.cause == DriftCause::Unknown);
        QVERIFY(causeOf(evidence).cause.text.find(evidence.rowGap) != std::string::npos);
        evidence.row = rowAt(40);
        QVERIFY(causeOf(evidence).cause.text.find("the row holds a newer event") != std::string::npos);
        evidence.row = rowOf(1);
        evidence.events.back().version.reset();
        QVERIFY(causeOf(evidence).cause.text.find("event_version") != std::string::npos);
    }
    void whatIsYetToBeAppliedDoesNotCountUnlessTheRowHoldsIt()
    {
        auto evidence = different();
        evidence.events.back().ahead = true;
        evidence.row = rowAt(10);
        QVERIFY(causeOf(evidence).cause.cause == DriftCause::WrongHandler);
        QCOMPARE(causeOf(evidence).cause.events.size(), std::size_t(1));
        evidence.row = rowAt(17);
        QVERIFY(causeOf(evidence).cause.cause == DriftCause::WrongHandler);
        QCOMPARE(causeOf(evidence).cause.events.size(), std::size_t(2));
        evidence.row.reset();
        QCOMPARE(causeOf(evidence).cause.events.size(), std::size_t(1));
    }
    void skippedEventsSideBySideAreOneGap()
    {
        std::vector<FoundCause> causes;
        for (const Offset offset : {Offset(11), Offset(12), Offset(14)}) {
            auto evidence = different();
            evidence.actual = false;
            evidence.events = {logged(offset, 1)};
            causes.push_back(causeOf(evidence));
        }
        const auto alone = causes[2].cause.text;
        joinGaps(causes);
        for (const auto& cause : {causes[0], causes[1]})
            QVERIFY2(cause.cause.text.ends_with("; a gap of 2 keys, offsets 11 to 12 of orders [3]"),
                     cause.cause.text.c_str());
        QCOMPARE(causes[2].cause.text, alone);
    }
    void theLastDeployBeforeTheFirstWrongRowIsTold()
    {
        const TimePoint first{std::chrono::hours(500'000)};
        std::vector<FoundCause> causes(3);
        for (auto& one : causes)
            one.cause = {DriftCause::WrongHandler, "wrong", "rule", {{{"orders", 3}, 17, first, "OrderPaid"}}};
        causes[1].cause.events[0].at += std::chrono::hours(3);
        causes[2].cause.cause = DriftCause::DeadLetter;
        const auto text = [&](const std::vector<Deployment>& deployments) {
            auto told = causes;
            tellDeployments(told, deployments);
            return told[2].cause == causes[2].cause && told[0].cause.text == told[1].cause.text ? told[0].cause.text
                                                                                                : std::string("?");
        };
        const auto at = [&](Duration before) { return first - before; };
        using namespace std::chrono_literals;
        QCOMPARE(text({}), std::string("wrong"));
        QCOMPARE(text({{"p", "4.16", at(9h)}, {"p", "4.17", at(4min)}, {"p", "4.18", at(-1min)}}),
                 "wrong; release 4.17 was deployed " + formatDuration(4min) + " before the first row with this cause");
        QCOMPARE(text({{"p", "4.15", at(25h)}}), std::string("wrong"));
        QVERIFY(text({{"p", "", at(1h)}}).starts_with("wrong; a new version was deployed "));
    }
};

QTEST_GUILESS_MAIN(TestCauseRules)
#include "tst_causerules.moc"
