// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#ifndef Q_MOC_RUN
#include "tests/unit/replay/plans.h"

#include <fstream>
#include <QRegularExpression>
#include <QTemporaryDir>
#endif

using namespace projectionist;

namespace fs = std::filesystem;

namespace {

std::string replaced(std::string text, const std::string& what, const std::string& by)
{
    const auto at = text.find(what);
    return at == std::string::npos ? std::string() : text.replace(at, what.size(), by);
}

} // namespace

class TestReplayPlan : public QObject
{
    Q_OBJECT
private slots:
    void aPlanComesBackAsItWasWritten();
    void bytesThatAreNoTextComeBackToo();
    void whatAPersonMayReadStandsThereInPlain();
    void aChangedPlanIsTold_data();
    void aChangedPlanIsTold();
    void blanksBetweenValuesDoNotMatter();
    void whatMakesNoSenseIsNamed_data();
    void whatMakesNoSenseIsNamed();
    void aLetterMayNotBeInItTwice();
    void whatIsNoPlanIsRefused_data();
    void whatIsNoPlanIsRefused();
    void aFileIsWrittenWholeAndForItsOwnerAlone();
    void aFileThatCannotBeWrittenIsSaid();
    void aMissingFileIsSaid();
    void aHundredThousandLettersComeBack();
};

void TestReplayPlan::aPlanComesBackAsItWasWritten()
{
    const ReplayPlan plan = fullPlan();
    const auto back = parseReplayPlan(replayPlanText(plan));
    QVERIFY2(back, back ? "" : toString(back.error()).c_str());
    QVERIFY(*back == plan);
    const auto plain = parseReplayPlan(replayPlanText([] {
        ReplayPlan least;
        least.id = "a";
        return least;
    }()));
    QVERIFY2(plain, plain ? "" : toString(plain.error()).c_str());
    QVERIFY(plain->letters.empty());
}

void TestReplayPlan::bytesThatAreNoTextComeBackToo()
{
    ReplayPlan plan = fullPlan();
    plan.letters.clear();
    for (int i = 0; i < 256; ++i) {
        auto letter = plannedLetter(i);
        std::string key;
        for (int j = 0; j <= i % 7; ++j)
            key += static_cast<char>(i + 37 * j);
        letter.key = key;
        letter.reference += key;
        plan.letters.push_back(letter);
    }
    plan.letters[0].key = std::string();
    plan.letters[1].key.reset();
    const auto back = parseReplayPlan(replayPlanText(plan));
    QVERIFY2(back, back ? "" : toString(back.error()).c_str());
    QVERIFY(*back == plan);
}

void TestReplayPlan::whatAPersonMayReadStandsThereInPlain()
{
    const auto text = replayPlanText(fullPlan());
    for (const char* part : {"\"id\": \"20261121-142530-7f3a9c0e\"", "\"made_by\": \"eva@desk7\"", "\"rate\": 12.75",
                             "\"proof_within\": \"1m30s500ms\"", "\"reference\":\"orders-dlt[0]@7\"", "Typ\xc3\xa9"})
        QVERIFY2(text.find(part) != std::string::npos, part);
    QVERIFY(text.ends_with("}\n"));
}

void TestReplayPlan::aChangedPlanIsTold_data()
{
    QTest::addColumn<QByteArray>("what");
    QTest::addColumn<QByteArray>("by");
    QTest::newRow("another letter") << QByteArray("\"offset\":7") << QByteArray("\"offset\":8");
    QTest::newRow("faster") << QByteArray("\"rate\": 12.75") << QByteArray("\"rate\": 100");
    QTest::newRow("a refusal taken out") << QByteArray("\"no\"") << QByteArray("\"\"");
    QTest::newRow("another key") << QByteArray("AIH/") << QByteArray("AIH+");
    QTest::newRow("not production") << QByteArray("\"production\": true") << QByteArray("\"production\": false");
    QTest::newRow("the checksum itself") << QByteArray("\"checksum\": \"") << QByteArray("\"checksum\": \"0");
}

void TestReplayPlan::aChangedPlanIsTold()
{
    QFETCH(QByteArray, what);
    QFETCH(QByteArray, by);
    const auto changed = replaced(replayPlanText(fullPlan()), what.toStdString(), by.toStdString());
    QVERIFY(!changed.empty());
    const auto back = parseReplayPlan(changed);
    QVERIFY(!back);
    QVERIFY2(back.error().kind == ErrorKind::Conflict, toString(back.error()).c_str());
    QVERIFY(back.error().what.find("20261121-142530-7f3a9c0e") != std::string::npos);
}

void TestReplayPlan::blanksBetweenValuesDoNotMatter()
{
    const auto text = replaced(replayPlanText(fullPlan()), "\"rate\": 12.75,\n", "\r\n\"rate\":12.75   ,\r\n\t");
    const auto back = parseReplayPlan(text);
    QVERIFY2(back, back ? "" : toString(back.error()).c_str());
    QVERIFY(*back == fullPlan());
}

void TestReplayPlan::whatMakesNoSenseIsNamed_data()
{
    QTest::addColumn<QByteArray>("what");
    QTest::addColumn<QByteArray>("by");
    QTest::addColumn<QByteArray>("named");
    const auto row = [](const char* what, const char* by, const char* named) {
        QTest::newRow(by) << QByteArray(what) << QByteArray(by) << QByteArray(named);
    };
    row("\"rate\": 12.75", "\"rate\": 0", "\"rate\" is no number");
    row("\"rate\": 12.75", "\"rate\": -3", "\"rate\" is no number");
    row("\"rate\": 12.75", "\"rate\": \"fast\"", "\"rate\" is no number");
    row("\"rate\": 12.75", "\"rate\": 1e99", "\"rate\" is no number");
    row("  \"rate\": 12.75,\n", "", "\"rate\" is missing");
    row("\"offset\":7", "\"offset\":-1", "\"letters[0].offset\" is no number from 0");
    row("\"offset\":7", "\"offset\":99999999999999999999", "\"letters[0].offset\" is no number");
    row("\"offset\":7", "\"offset\":1.5", "\"letters[0].offset\" is no number");
    row("\"offset\":7,", "", "\"letters[0].offset\" is missing");
    row("\"partition\":0", "\"partition\":2147483648", "\"letters[0].partition\" is no number");
    row("\"offset\":107", "\"offset\":null", "\"letters[0].origin.offset\" is no number");
    row("\"verdict\":\"safe\"", "\"verdict\":\"fine\"", "\"letters[0].verdict\" is none of safe");
    row("\"digest\":\"0000000000000008\"", "\"digest\":\"8\"", "\"letters[0].digest\" is not 16 hexadecimal digits");
    row("\"id\": \"20261121", "\"id\": \"../../20261121", "\"id\" is not 1 to 64 letters");
    row("\"kind\": \"command\"", "\"kind\": \"mail\"", "\"target.kind\" is none of origin, topic, command");
    row("{\"base64\":\"AIH/\"}", "{\"base64\":\"AIH\"}", "\"letters[1].key\" is no text");
    row("\"replays\":1", "\"replays\":-1", "\"letters[1].replays\" is no number");
    row("\"made\": \"2026", "\"made\": \"yesterday 2026", "\"made\" is no time");
    row("\"production\": true", "\"production\": \"yes\"", "\"production\" is neither true nor false");
    row("\"proof_within\": \"1m30s500ms\"", "\"proof_within\": \"soon\"", "\"proof_within\" is no time");
    row("    2,\n", "    0,\n", "\"ladder[0]\" is no number from 1");
    row("\"group\": \"billing\",", "\"group\": \"billing\", \"extra\": 1,", "\"receivers[1].extra\" is not known");
    row("\"format\": 1", "\"format\": 0", "\"format\" is no number");
    row("\"letters\": [", "\"letters\": [3, ", "\"letters[0]\" is no object");
}

void TestReplayPlan::whatMakesNoSenseIsNamed()
{
    QFETCH(QByteArray, what);
    QFETCH(QByteArray, by);
    QFETCH(QByteArray, named);
    const auto changed = replaced(replayPlanText(fullPlan()), what.toStdString(), by.toStdString());
    QVERIFY2(!changed.empty(), "the text to be changed is not there");
    const auto back = parseReplayPlan(changed);
    QVERIFY(!back);
    QVERIFY2(back.error().why.find(named.toStdString()) != std::string::npos, toString(back.error()).c_str());
    QVERIFY(back.error().kind == ErrorKind::InvalidData);
}

void TestReplayPlan::aLetterMayNotBeInItTwice()
{
    ReplayPlan plan = fullPlan();
    plan.letters.push_back(plan.letters.front());
    const auto back = parseReplayPlan(replayPlanText(plan));
    QVERIFY(!back);
    QVERIFY2(back.error().why.find("orders-dlt[0]@7 is in it twice") != std::string::npos,
             toString(back.error()).c_str());
}

void TestReplayPlan::whatIsNoPlanIsRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("why");
    QTest::newRow("empty") << QByteArray() << QByteArray("parse error");
    QTest::newRow("no JSON") << QByteArray("# a file\n") << QByteArray("line 1");
    QTest::newRow("broken off") << QByteArray("{\"format\": 1, \"letters\": [{\"a\": ") << QByteArray("parse error");
    QTest::newRow("a list") << QByteArray("[]") << QByteArray("is no object");
    QTest::newRow("another document") << QByteArray("{\"name\": \"x\"}") << QByteArray("\"format\" is missing");
    QTest::newRow("newer") << QByteArray("{\"format\": 2, \"letters\": 7}") << QByteArray("its format is 2");
    QTest::newRow("deep") << QByteArray(100'000, '[') << QByteArray("parse error");
}

void TestReplayPlan::whatIsNoPlanIsRefused()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, why);
    const auto back = parseReplayPlan(text.toStdString());
    QVERIFY(!back);
    QVERIFY2(back.error().why.find(why.toStdString()) != std::string::npos, toString(back.error()).c_str());
    QVERIFY(!back.error().next.empty());
}

void TestReplayPlan::aFileIsWrittenWholeAndForItsOwnerAlone()
{
    const QTemporaryDir folder;
    const fs::path file = fs::path(folder.path().toStdString()) / "plan.json";
    QVERIFY(saveReplayPlan(fullPlan(), file).has_value());
    ReplayPlan other = fullPlan();
    other.rate = 1;
    QVERIFY(saveReplayPlan(other, file).has_value());
    const auto back = loadReplayPlan(file);
    QVERIFY2(back, back ? "" : toString(back.error()).c_str());
    QVERIFY(*back == other);
    QCOMPARE(std::distance(fs::directory_iterator(file.parent_path()), fs::directory_iterator()), std::ptrdiff_t{1});
    QVERIFY((fs::status(file).permissions() & (fs::perms::group_all | fs::perms::others_all)) == fs::perms::none);
}

void TestReplayPlan::aFileThatCannotBeWrittenIsSaid()
{
    const QTemporaryDir folder;
    const fs::path file = fs::path(folder.path().toStdString()) / "no such folder" / "plan.json";
    const auto saved = saveReplayPlan(fullPlan(), file);
    QVERIFY(!saved);
    QVERIFY(saved.error().what.find("plan.json") != std::string::npos);
    QVERIFY(!fs::exists(file));
}

void TestReplayPlan::aMissingFileIsSaid()
{
    const auto back = loadReplayPlan("/nowhere/plan.json");
    QVERIFY(!back);
    QVERIFY(back.error().kind == ErrorKind::NotFound);
    QVERIFY(back.error().what.find("/nowhere/plan.json") != std::string::npos);
    QVERIFY(!loadReplayPlan("/")); // a folder
}

void TestReplayPlan::aHundredThousandLettersComeBack()
{
    ReplayPlan plan = fullPlan();
    plan.letters.clear();
    for (int i = 0; i < 100'000; ++i)
        plan.letters.push_back(plannedLetter(i));
    const auto text = replayPlanText(plan);
    QVERIFY2(text.size() < 60'000'000, std::to_string(text.size()).c_str());
    const auto back = parseReplayPlan(text);
    QVERIFY2(back, back ? "" : toString(back.error()).c_str());
    QVERIFY(*back == plan);
}

QTEST_GUILESS_MAIN(TestReplayPlan)
#include "tst_replayplan.moc"
