// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest> // before <compare>, at which moc of Qt 6.4 stumbles

#include "tests/unit/deadletter/indexfixture.h"

using namespace projectionist;

namespace {

constexpr std::int64_t hour = 3'600'000;

/// "count" of every group that has letters, in the order of codes.
QString counts(const GroupTally& tally)
{
    QStringList texts;
    for (const auto& group : tally.groups())
        if (group.count > 0)
            texts << QString::number(group.count);
    return texts.join(' ');
}

GroupTally tallyOf(const LetterIndex& index, const FilterResult* result = nullptr,
                   TimePoint now = timeAt(arrivalMillis + 1000))
{
    GroupTally tally;
    tally.update(index, now, result);
    return tally;
}

QString named(const std::vector<NamedCount>& entries)
{
    QStringList texts;
    for (const auto& entry : entries)
        texts << QString::fromStdString(entry.name) + ':' + QString::number(entry.count);
    return texts.join(' ');
}

FilterResult resultOf(const LetterIndex& index, const std::string& filter)
{
    FilterRun run(*compileFilter(filter, letterSchema(), {timeAt(arrivalMillis), {}}), index);
    FilterResult result;
    run.advance(result);
    return result;
}

} // namespace

/// Which letters are one incident, and what is counted of it.
class TestLetterGroups : public QObject
{
    Q_OBJECT
private slots:
    void lettersOfTheSameFailureAreOneGroup()
    {
        LetterIndex index(builtinRules());
        index.add(failedLetter(0, "com.acme.Rejected", "order 1 rejected").view());
        index.add(failedLetter(1, "com.acme.Rejected", "order 2 rejected").view());
        index.add(failedLetter(2, "com.acme.Timeout", "timed out").view());
        QCOMPARE(counts(tallyOf(index)), "2 1");
        QCOMPARE(index.groupOf(0), index.groupOf(1));
        QVERIFY(index.groupOf(0) != index.groupOf(2));
    }

    void aSourceWithoutStackTracesJoinsTheGroup_data()
    {
        QTest::addColumn<bool>("framelessFirst");
        QTest::newRow("stack trace first") << false;
        QTest::newRow("stack trace last") << true;
    }
    void aSourceWithoutStackTracesJoinsTheGroup()
    {
        QFETCH(bool, framelessFirst);
        LetterIndex index(builtinRules());
        auto framed = failedLetter(0, "com.acme.Rejected", "order 1 rejected");
        auto frameless = framelessLetter(1, "com.acme.Rejected", "order 2 rejected");
        index.add(framelessFirst ? frameless.view() : framed.view());
        index.add(framelessFirst ? framed.view() : frameless.view());
        index.add(framelessLetter(2, "com.acme.Other", "order 2 rejected").view());
        const auto tally = tallyOf(index);
        QCOMPARE(index.groupOf(0), index.groupOf(1));
        const GroupView group = viewOf(index, tally, index.groupOf(0));
        QCOMPARE(group.numbers.count, std::uint64_t{2});
        QCOMPARE(group.fingerprints.size(), std::size_t{2});
        QCOMPARE(group.reason.frame, "com.acme.Orders.apply"); // of the group with the trace, whichever came first
        QCOMPARE(named(group.topics), "orders.dlt:1 other.dlt:1");
    }

    void ofTwoGroupsWithTheSameMessageTheFirstTakesLettersWithoutStackTrace()
    {
        LetterIndex index(builtinRules());
        index.add(failedLetter(0, "com.acme.Rejected", "rejected").view());
        auto elsewhere = failedLetter(1, "com.acme.Rejected", "rejected");
        elsewhere.record.headers.back().value =
            "com.acme.Rejected: rejected\n\tat com.acme.Parcels.apply(Parcels.java:7)\n";
        index.add(elsewhere.view());
        index.add(framelessLetter(2, "com.acme.Rejected", "rejected").view());
        QCOMPARE(index.groupOf(2), index.groupOf(0));
        QVERIFY(index.groupOf(1) != index.groupOf(0));
        QCOMPARE(counts(tallyOf(index)), "2 1");
    }

    void groupsThatJoinAreCountedAsOneByATallyThatRuns()
    {
        LetterIndex index(builtinRules());
        index.add(framelessLetter(0, "com.acme.Rejected", "rejected").view());
        GroupTally tally;
        tally.update(index, timeAt(arrivalMillis));
        QCOMPARE(counts(tally), "1");
        index.add(failedLetter(1, "com.acme.Rejected", "rejected").view());
        tally.update(index, timeAt(arrivalMillis));
        QCOMPARE(counts(tally), "2");
        QCOMPARE(tally.letterCount(), std::uint64_t{2});
    }

    void aGroupTellsWhatItIsMadeOf()
    {
        LetterIndex index(builtinRules(), [](auto consumer, auto) { return "of " + std::string(consumer); });
        for (int i = 0; i < 5; ++i) {
            auto letter = failedLetter(i, "com.acme.Rejected", "rejected", i < 3 ? "billing" : "shipping");
            letter.add("retry_topic-attempts", int32Bytes(i + 1));
            index.add(letter.view());
        }
        const GroupView group = viewOf(index, tallyOf(index), index.groupOf(0));
        QCOMPARE(group.numbers.count, std::uint64_t{5});
        QCOMPARE(group.numbers.first, std::optional(timeAt(arrivalMillis)));
        QCOMPARE(group.numbers.last, std::optional(timeAt(arrivalMillis + 4)));
        QCOMPARE(group.numbers.fewestAttempts, std::optional<std::int64_t>(0));
        QCOMPARE(group.numbers.mostAttempts, std::optional<std::int64_t>(4));
        QCOMPARE(named(group.projections), "of billing:3 of shipping:2");
        QCOMPARE(named(group.consumers), "billing:3 shipping:2");
        QCOMPARE(group.example.place.offset, Offset{4});
        QCOMPARE(group.reason.exception, "com.acme.Rejected");
        QCOMPARE(group.reason.eventType, "OrderPlaced");
        QCOMPARE(group.reason.version, Fingerprinter::version);
    }

    void arrivalsAreCountedByHoursThatMoveOn()
    {
        LetterIndex index(builtinRules());
        const std::int64_t now = arrivalMillis / hour * hour + 30 * 60'000;
        for (const std::int64_t age : {0L, 1L, 1L, 23L, 24L, -5L}) {
            auto letter = failedLetter(age + 10, "com.acme.Rejected", "rejected");
            letter.record.timestamp = timeAt(now - age * hour);
            index.add(letter.view());
        }
        GroupTally tally;
        tally.update(index, timeAt(now));
        const auto& arrivals = tally.groups()[0].arrivals;
        QCOMPARE(tally.arrivalsFrom(), timeAt((now / hour - 23) * hour));
        QCOMPARE(arrivals[23], 1U);
        QCOMPARE(arrivals[22], 2U);
        QCOMPARE(arrivals[0], 1U);
        QCOMPARE(tally.groups()[0].count, std::uint64_t{6});
        tally.update(index, timeAt(now + 5 * hour)); // what lay in the future has arrived
        QCOMPARE(tally.groups()[0].arrivals[23], 1U);
        QCOMPARE(tally.groups()[0].arrivals[17], 2U);
        QCOMPARE(tally.groups()[0].arrivals[0], 0U);
    }

    void lettersThatNobodyDatesAreCountedAndInNoHour()
    {
        LetterIndex index(builtinRules());
        auto letter = failedLetter(0, "com.acme.Rejected", "rejected");
        letter.record.timestamp.reset();
        index.add(letter.view());
        const auto tally = tallyOf(index);
        QCOMPARE(tally.groups()[0].count, std::uint64_t{1});
        QCOMPARE(tally.groups()[0].undated, std::uint64_t{1});
        QVERIFY(!tally.groups()[0].last);
    }

    void newLettersAreAddedAndRemovedOnesAreNot()
    {
        LetterIndex index(builtinRules());
        GroupTally tally;
        for (int i = 0; i < 5000; ++i) {
            index.add(failedLetter(i, i % 2 ? "com.acme.Rejected" : "com.acme.Timeout", "m").view());
            if (i % 999 == 0)
                tally.update(index, timeAt(arrivalMillis));
        }
        tally.update(index, timeAt(arrivalMillis));
        QCOMPARE(counts(tally), "2500 2500");
        index.removeBelow({"orders.dlt", 0}, 1001);
        tally.update(index, timeAt(arrivalMillis));
        QCOMPARE(counts(tally), "1999 2000");
        QCOMPARE(tally.groups()[index.groupOf(2001)].first, std::optional(timeAt(arrivalMillis + 1001)));
    }

    void aFiltersLettersAreCountedByGroup()
    {
        LetterIndex index(builtinRules());
        for (int i = 0; i < 10; ++i)
            index.add(failedLetter(i, i % 2 ? "com.acme.Rejected" : "com.acme.Timeout", "m").view());
        index.remove({{"orders.dlt", 0}, 9});
        const auto some = resultOf(index, "offset >= 7");
        QCOMPARE(counts(tallyOf(index, &some)), "1 1");
        const auto open = resultOf(index, "header(\"tenant\") == \"42\" and offset < 3");
        const auto tally = tallyOf(index, &open);
        QCOMPARE(tally.letterCount(), std::uint64_t{0});
        QCOMPARE(tally.undecidedCount(), std::uint64_t{3});
        QCOMPARE(tally.groups()[index.groupOf(0)].undecided, std::uint64_t{2});
    }

    void aRuleOfTheUserMergesGroups()
    {
        DecodeSettings settings;
        settings.groupRules.push_back({"acme", GroupRule::Action::Merge, "com.acme.*"});
        LetterIndex index(*DecodeRules::build(settings));
        index.add(failedLetter(0, "com.acme.Rejected", "rejected").view());
        index.add(failedLetter(1, "com.acme.Timeout", "timed out").view());
        index.add(failedLetter(2, "org.other.Timeout", "timed out").view());
        const auto tally = tallyOf(index);
        QCOMPARE(counts(tally), "2 1");
        QCOMPARE(index.reasonOf(index.groupOf(0)).rule, "acme");
    }

    void differentMessagesAtOneFrameDoNotMakeMemoryGrowWithoutBound()
    {
        LetterIndex index(builtinRules());
        for (int i = 0; i < 3000; ++i) {
            std::string word = "x";
            for (int rest = i; rest > 0; rest /= 20)
                word += static_cast<char>('g' + rest % 20); // no digit, which would be taken out
            index.add(failedLetter(i, "com.acme.Rejected", "customer " + word).view());
        }
        QCOMPARE(counts(tallyOf(index)), "3000");
        index.add(framelessLetter(3000, "com.acme.Rejected", "customer xh").view());
        QCOMPARE(index.groupOf(3000), index.groupOf(0));
    }
};

QTEST_GUILESS_MAIN(TestLetterGroups)
#include "tst_lettergroups.moc"
