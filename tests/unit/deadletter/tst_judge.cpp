// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "backend/deadletter/laterevents.h"
#include "backend/deadletter/letterjudging.h"
#include "tests/unit/deadletter/indexfixture.h"

using namespace projectionist;

namespace {

const Error unasked{ErrorKind::NotFound, "Not known", "the test told nothing", {}};

/// A letter of "summary" whose event with key "k" stood at this offset of orders [0].
LetterEvidence letterAt(Offset offset)
{
    LetterEvidence letter;
    letter.place = {{"orders-dlt", 0}, offset};
    letter.origin = {"orders", 0, offset, {}};
    letter.projection = "summary";
    letter.key = "k";
    return letter;
}

LetterEvidence withRow(LetterEvidence letter, RowState row)
{
    row.found = true;
    letter.row = std::move(row);
    return letter;
}

RowState atVersion(std::int64_t version)
{
    RowState row;
    row.version = version;
    return row;
}

RowState atPosition(Offset position, std::string topic = {}, std::int32_t partition = 0)
{
    RowState row;
    row.position = position;
    row.partition = partition;
    row.topic = std::move(topic);
    return row;
}

LetterEvidence withLater(LetterEvidence letter, std::vector<Offset> offsets, std::optional<Offset> applied,
                         bool complete = true)
{
    letter.later = LaterEvents{std::move(offsets), complete};
    letter.applied = applied;
    return letter;
}

QString word(ReplayVerdict verdict)
{
    return QString::fromUtf8(toString(verdict).data());
}

/// A range as text: "orders [0] 11-50 k j".
QString rangesOf(const LaterEventsQuest& quest)
{
    QStringList ranges;
    for (const auto& range : quest.ranges()) {
        auto text = QStringLiteral("%1 %2-").arg(QString::fromStdString(toString(range.id))).arg(range.from);
        text += range.until ? QString::number(*range.until) : QStringLiteral("head");
        for (const auto& key : range.keys)
            text += ' ' + QString::fromStdString(key);
        ranges << text;
    }
    return ranges.join(QStringLiteral("; "));
}

LetterEvidence appliedUpTo(LetterEvidence letter, std::optional<Offset> applied, const std::string& key = "k")
{
    letter.applied = applied;
    letter.key = key;
    return letter;
}

std::vector<std::size_t> allOf(const std::vector<LetterEvidence>& letters)
{
    std::vector<std::size_t> all(letters.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
}

ReplayVerdict verdictOf(const LetterEvidence& letter)
{
    return judgeLetters(std::span(&letter, 1)).front().verdict;
}

} // namespace

class JudgeTest : public QObject
{
    Q_OBJECT
private slots:
    void theRowsVersionDecides()
    {
        auto letter = letterAt(10);
        letter.version = 3;
        QCOMPARE(word(verdictOf(withRow(letter, atVersion(2)))), word(ReplayVerdict::Safe));
        QCOMPARE(word(verdictOf(withRow(letter, atVersion(3)))), word(ReplayVerdict::AlreadyApplied));
        QCOMPARE(word(verdictOf(withRow(letter, atVersion(4)))), word(ReplayVerdict::NewerApplied));
    }
    void elseItsPositionInTheSameLog()
    {
        QCOMPARE(word(verdictOf(withRow(letterAt(10), atPosition(9)))), word(ReplayVerdict::Safe));
        QCOMPARE(word(verdictOf(withRow(letterAt(10), atPosition(10, "orders")))), word(ReplayVerdict::AlreadyApplied));
        const auto newer = withRow(letterAt(10), atPosition(14));
        const auto judged = judgeLetters(std::span(&newer, 1)).front();
        QCOMPARE(word(judged.verdict), word(ReplayVerdict::NewerApplied));
        QCOMPARE(judged.newer, std::optional<Offset>(14));
        QVERIFY(judged.row && judged.row->position == 14);
        QVERIFY(judged.why.find("14") != std::string::npos && judged.why.find("10") != std::string::npos);
        QCOMPARE(word(verdictOf(withRow(letterAt(10), atPosition(14, "orders-v1")))), word(ReplayVerdict::Unknown));
        QCOMPARE(word(verdictOf(withRow(letterAt(10), atPosition(14, "orders", 7)))), word(ReplayVerdict::Unknown));
    }
    void aVersionOnOneSideOnlyIsNone()
    {
        QCOMPARE(word(verdictOf(withRow(letterAt(10), atVersion(4)))), word(ReplayVerdict::Unknown));
        auto row = atPosition(9);
        row.version = 4;
        QCOMPARE(word(verdictOf(withRow(letterAt(10), row))), word(ReplayVerdict::Safe));
    }
    void noRowMeansThatNothingWasApplied()
    {
        auto letter = letterAt(10);
        letter.row = RowState{};
        QCOMPARE(word(verdictOf(letter)), word(ReplayVerdict::Safe));
    }
    void earlierLettersOfTheKeyComeFirst()
    {
        std::vector letters{letterAt(30), letterAt(10), letterAt(20), letterAt(20), letterAt(5)};
        letters[4].key = "another";
        for (auto& letter : letters)
            letter.row = RowState{};
        const auto judged = judgeLetters(letters);
        QCOMPARE(word(judged[0].verdict), word(ReplayVerdict::AfterEarlier));
        QCOMPARE(judged[0].earlier, std::size_t(2)); // one of the two at 20 is a second letter of the same event
        QCOMPARE(word(judged[1].verdict), word(ReplayVerdict::Safe));
        QCOMPARE(judged[2].earlier, std::size_t(1));
        QCOMPARE(judged[3].earlier, std::size_t(1));
        QCOMPARE(word(judged[4].verdict), word(ReplayVerdict::Safe));
        QVERIFY(judged[2].why.find("one letter") != std::string::npos);
    }
    void anotherProjectionIsNotInTheWay()
    {
        std::vector letters{letterAt(10), letterAt(20)};
        letters[0].projection = "console";
        letters[1].row = RowState{};
        QCOMPARE(word(judgeLetters(letters)[1].verdict), word(ReplayVerdict::Safe));
    }
    void withoutARowTheLogDecides()
    {
        QCOMPARE(word(verdictOf(withLater(letterAt(10), {}, {}))), word(ReplayVerdict::Safe));
        QCOMPARE(word(verdictOf(withLater(letterAt(10), {15}, 16))), word(ReplayVerdict::NewerApplied));
        QCOMPARE(word(verdictOf(withLater(letterAt(10), {15}, 15))), word(ReplayVerdict::Safe)); // not yet applied
        QCOMPARE(word(verdictOf(withLater(letterAt(10), {15}, {}))), word(ReplayVerdict::Unknown));
        QCOMPARE(word(verdictOf(withLater(letterAt(10), {}, 16, false))), word(ReplayVerdict::Unknown));
        QCOMPARE(word(verdictOf(withLater(letterAt(10), {15}, 16, false))), word(ReplayVerdict::NewerApplied));
    }
    void aLaterEventThatFailedAsWellIsNoneThatWasApplied()
    {
        const std::vector letters{withLater(letterAt(10), {15}, 100), withLater(letterAt(15), {}, 100)};
        const auto judged = judgeLetters(letters);
        QCOMPARE(word(judged[0].verdict), word(ReplayVerdict::Safe));
        QCOMPARE(word(judged[1].verdict), word(ReplayVerdict::AfterEarlier));
    }
    void whatCannotBeDecodedWouldFailAgain()
    {
        auto letter = letterAt(10);
        letter.row = RowState{};
        letter.undecodable = "its payload is no JSON";
        const auto judged = judgeLetters(std::span(&letter, 1)).front();
        QCOMPARE(word(judged.verdict), word(ReplayVerdict::WouldFailAgain));
        QCOMPARE(QString::fromStdString(judged.why), QString("its payload is no JSON"));
    }
    void whatIsNotKnownSaysWhy()
    {
        auto letter = letterAt(10);
        letter.later = tl::unexpected(unasked);
        auto judged = judgeLetters(std::span(&letter, 1)).front();
        QCOMPARE(word(judged.verdict), word(ReplayVerdict::Unknown));
        QVERIFY(!judged.why.empty());
        letter.key.reset();
        judged = judgeLetters(std::span(&letter, 1)).front();
        QVERIFY(judged.why.find("no key") != std::string::npos);
        letter = letterAt(10);
        letter.origin.offset.reset();
        judged = judgeLetters(std::span(&letter, 1)).front();
        QVERIFY(judged.why.find("where its event came from") != std::string::npos);
    }
    void aVersionTellsAlsoWhereTheOriginIsNotKnown()
    {
        auto letter = withRow(letterAt(10), atVersion(4));
        letter.origin = {};
        letter.version = 3;
        QCOMPARE(word(verdictOf(letter)), word(ReplayVerdict::NewerApplied));
        letter.version = 5; // nobody knows what else of its key failed
        QCOMPARE(word(verdictOf(letter)), word(ReplayVerdict::Unknown));
    }
    void withoutARowALaterEventCounts()
    {
        auto letter = withLater(letterAt(10), {15}, 16);
        letter.row = RowState{};
        QCOMPARE(word(verdictOf(letter)), word(ReplayVerdict::NewerApplied));
        letter.applied = 15;
        QCOMPARE(word(verdictOf(letter)), word(ReplayVerdict::Safe));
        letter.applied.reset();
        QCOMPARE(word(verdictOf(letter)), word(ReplayVerdict::Unknown));
    }
    void theLogIsReadOnlyWhereSomethingMayHaveBeenApplied()
    {
        std::vector letters{appliedUpTo(letterAt(10), 50), appliedUpTo(letterAt(30), 80, "j"),
                            appliedUpTo(letterAt(40), 41, "i")};
        QCOMPARE(rangesOf(LaterEventsQuest(letters, allOf(letters))), QString("orders [0] 11-80 k j"));
        QVERIFY(letters[2].later && letters[2].later->complete && letters[2].later->offsets.empty());
        letters.push_back(appliedUpTo(letterAt(60), {}));
        QCOMPARE(rangesOf(LaterEventsQuest(letters, allOf(letters))), QString("orders [0] 11-head k j"));
        letters[1].origin.partition = 3;
        QCOMPARE(rangesOf(LaterEventsQuest(letters, allOf(letters))),
                 QString("orders [0] 11-head k; orders [3] 31-80 j"));
        QCOMPARE(rangesOf(LaterEventsQuest(letters, std::vector<std::size_t>{1})), QString("orders [3] 31-80 j"));
    }
    void aKeyIsLookedForUntilEachOfItsLettersIsDecided()
    {
        std::vector letters{appliedUpTo(letterAt(10), 90), appliedUpTo(letterAt(20), 90),
                            appliedUpTo(letterAt(30), 25, "j")};
        letters[2].origin.offset = 22;
        LaterEventsQuest quest(letters, allOf(letters));
        QVERIFY(quest.found(0, 0, 20));  // failed as well
        QVERIFY(!quest.found(0, 1, 24)); // decides the one of another key
        QVERIFY(!quest.found(0, 0, 35)); // both letters are decided by it
        quest.finish(std::vector{KeyRangeOutcome{11, 36, false, {}}});
        QVERIFY((letters[0].later->offsets == std::vector<Offset>{20, 35}) && letters[0].later->complete);
        QVERIFY((letters[1].later->offsets == std::vector<Offset>{35}) && letters[1].later->complete);
    }
    void whatWasNotLookedAtIsSaid()
    {
        const auto why = [](const KeyRangeOutcome& outcome) {
            std::vector letters{appliedUpTo(letterAt(10), 90)};
            LaterEventsQuest quest(letters, allOf(letters));
            quest.finish(std::vector{outcome});
            return QString::fromStdString(judgeLetters(letters).front().why);
        };
        QVERIFY2(why({11, 40, false, {}}).contains("up to offset 40"), qPrintable(why({11, 40, false, {}})));
        QVERIFY2(why({25, 90, true, {}}).contains("retention deleted"), qPrintable(why({25, 90, true, {}})));
        QVERIFY2(why({11, 30, false, unasked}).contains("the test told nothing"), "an error is told");
        QVERIFY(why({11, 90, true, {}}).contains("no later event"));
        QVERIFY(why({11, 95, false, {}}).contains("no later event")); // all that was applied
    }
    void openLettersOfTheSameKeysStandBeside()
    {
        LetterIndex index(builtinRules());
        const auto add = [&](Offset offset, const std::string& key, std::int32_t partition = 5) {
            auto letter = failedLetter(offset, "com.acme.Bad", "bad");
            letter.record.key = key;
            letter.record.headers[2].value = int32Bytes(partition);
            index.add(letter.view());
        };
        const std::string cut(100, 'x');
        add(0, "a");
        add(1, "a");
        add(2, "b");
        add(3, "a"); // resolved below
        add(4, cut);
        add(5, "a"); // removed below
        index.setState(3, LetterState::Resolved);
        index.remove({{"orders.dlt", 0}, 5});
        Workspace workspace;
        ContextSettings context;
        context.name = "test";
        workspace.contexts = {context};
        LetterToJudge asked;
        asked.place = {{"orders.dlt", 0}, 0};
        asked.key = "a";
        const LetterOwners owners(workspace, "test");
        auto beside = openBeside(index, owners, std::vector{asked});
        QCOMPARE(beside.size(), std::size_t(1));
        QVERIFY((beside[0].place == LetterPlace{{"orders.dlt", 0}, 1}) && beside[0].key == "a");
        QVERIFY(beside[0].origin.topic == "orders" && beside[0].origin.partition == 5 &&
                beside[0].origin.offset == 1001);
        asked.key = std::string(100, 'x') + "and more"; // only its beginning is in the index
        beside = openBeside(index, owners, std::vector{asked});
        QVERIFY(beside.size() == 1 && beside[0].key == asked.key && beside[0].place.offset == 4);
    }
};

QTEST_GUILESS_MAIN(JudgeTest)
#include "tst_judge.moc"
