// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "backend/deadletter/judge.h"

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
};

QTEST_GUILESS_MAIN(JudgeTest)
#include "tst_judge.moc"
