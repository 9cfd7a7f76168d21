// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What plans of replays say of letters that cannot or should not be sent, and what a dry run finds; on a real broker.
#include "backend/deadletter/replay/replayjournal.h"
#include "backend/deadletter/replay/replayrun.h"
#include "tests/integration/deadletter/plannerfixture.h"

#include <algorithm>
#include <array>
#include <QTemporaryDir>

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

OutgoingRecord shareGroupLetterOf(const std::string& topic, int partition, Offset offset)
{
    OutgoingRecord record;
    record.topic = topic;
    record.partition = 0;
    record.headers = {{"__dlq.errors.topic", "orders"},
                      {"__dlq.errors.partition", std::to_string(partition)},
                      {"__dlq.errors.offset", std::to_string(offset)},
                      {"__dlq.errors.group", "billing"}};
    return record;
}

} // namespace

class ReplayPlanChecksTest : public QObject, private PlannerFixture
{
    Q_OBJECT
private slots:
    void initTestCase() { start(); }
    void whatCannotBeSentIsLeftOutWithNumbersAndNames();
    void lettersWithoutPayloadCountWithTheirOriginals();
    void whatCannotBeRunIsRefused_data();
    void whatCannotBeRunIsRefused();
    void lettersThatMayBeTooLargeAreTold();
    void keysThatLeadElsewhereAreTold();
    void lettersThatMayExpireMeanwhileAreTold();
    void aDryRunTellsWhatChangedSince();

private:
    static void replayElsewhere(const ReplayPlan& plan, std::size_t letter, const std::filesystem::path& journals);
};

void ReplayPlanChecksTest::whatCannotBeSentIsLeftOutWithNumbersAndNames()
{
    auto twice = springLetterOf("", "t", 1, 50);
    twice.headers.push_back({"projectionist-replay-attempt", "2"});
    auto once = springLetterOf("", "t", 1, 60);
    once.headers.push_back({"projectionist-replay-attempt", "1"});
    OutgoingRecord nowhere;
    nowhere.partition = 0;
    nowhere.value = "?";
    auto letters = put("left-dlt", {twice, once, nowhere, shareGroupLetterOf("", 0, 99), springLetterOf("", "s", 1, 70),
                                    springLetterOf("", "s", 1, 70)});
    letters.push_back(candidateAt("left-dlt", 17));
    letters.push_back(candidateAt("no-such-dlt", 0));
    const auto plan = planned(request(letters));
    QCOMPARE(plannedReferences(plan), QString("left-dlt[0]@1 left-dlt[0]@4"));
    QCOMPARE(plan.letters[0].replays, 1);
    QCOMPARE(plan.dryRun.gone, std::size_t{2});
    const auto warnings = all(plan.dryRun.warnings);
    for (const char* part :
         {"2 letters left out: no longer there: left-dlt[0]@17, no-such-dlt[0]@0",
          "1 letter left out: no whole payload, and the event is gone from the log: left-dlt[0]@3",
          ("1 letter left out: replayed twice before and failed again, and a third replay is refused: "
           "left-dlt[0]@0"),
          "1 letter left out: nothing tells where the event came from: left-dlt[0]@2",
          "1 letter left out: another letter of the plan holds the same event", "left-dlt[0]@5",
          "Replay may be the wrong tool: 1 would be overtaken, 3 cannot be had any more"})
        QVERIFY2(warnings.contains(part), qPrintable(warnings));
    QCOMPARE(QString::fromStdString(plan.leftBehind.at(0).reference), QString("left-dlt[0]@0")); // of the key "t"
    const auto none = planned(request({letters[0]}));
    QVERIFY2(all(none.dryRun.refusals).contains("No letter is left"), qPrintable(all(none.dryRun.refusals)));
}

void ReplayPlanChecksTest::lettersWithoutPayloadCountWithTheirOriginals()
{
    const auto plan = planned(request(put("share-dlt", {shareGroupLetterOf("", 0, 2), shareGroupLetterOf("", 0, 4)})));
    QCOMPARE(plannedReferences(plan), QString("share-dlt[0]@0 share-dlt[0]@1"));
    QCOMPARE(QString::fromStdString(plan.letters[0].key.value()), QString("k2"));
    QVERIFY2(plan.dryRun.refusals.empty(), qPrintable(all(plan.dryRun.refusals)));
}

void ReplayPlanChecksTest::whatCannotBeRunIsRefused_data()
{
    QTest::addColumn<int>("change");
    QTest::addColumn<QString>("refusal");
    const char* const refusals[] = {"The topic nowhere does not exist",
                                    "The topic one has 1 partition, but letters are of partition 1",
                                    "The topic refused-dlt is where the letters lie",
                                    "edit_before_replay is off",
                                    "This is production, and no reason is given",
                                    "The command \"no-such-program\" is no program",
                                    "No letter is left to be replayed"};
    for (int i = 0; i < static_cast<int>(std::size(refusals)); ++i)
        QTest::newRow(refusals[i]) << i << QString(refusals[i]);
}

void ReplayPlanChecksTest::whatCannotBeRunIsRefused()
{
    QFETCH(int, change);
    QFETCH(QString, refusal);
    static const auto letters = put("refused-dlt", {springLetterOf("", "a", 1, 30)});
    auto asked = request(letters);
    auto& draft = asked.draft;
    switch (change) {
    case 0:
        draft.target = {ReplayTargetKind::Topic, "nowhere", {}};
        break;
    case 1:
        draft.target = {ReplayTargetKind::Topic, "one", {}};
        draft.partition = ReplayPartition::Same;
        break;
    case 2:
        draft.target = {ReplayTargetKind::Topic, "refused-dlt", {}};
        break;
    case 3:
        asked.letters[0].edited = "{}";
        break;
    case 4:
        draft.context = "live";
        draft.reason = " ";
        break;
    case 5:
        draft.target = {ReplayTargetKind::Command, {}, {"no-such-program"}};
        break;
    default:
        asked.letters.clear();
    }
    const auto plan = planned(std::move(asked));
    QVERIFY2(all(plan.dryRun.refusals).contains(refusal), qPrintable(all(plan.dryRun.refusals)));
    QCOMPARE(plan.dryRun.refusals.size(), std::size_t{1});
}

void ReplayPlanChecksTest::lettersThatMayBeTooLargeAreTold()
{
    auto large = springLetterOf("", "large", 0, 30);
    large.value = std::string(500, 'x');
    auto asked = request(put("large-dlt", {large, springLetterOf("", "fits", 0, 31)}));
    asked.draft.target = {ReplayTargetKind::Topic, "small", {}};
    const auto plan = planned(std::move(asked));
    const auto warnings = all(plan.dryRun.warnings);
    QVERIFY2(warnings.contains("1 of 2 letters may be too large: small takes 400 bytes"), qPrintable(warnings));
}

void ReplayPlanChecksTest::keysThatLeadElsewhereAreTold()
{
    std::vector<OutgoingRecord> letters;
    for (int partition = 0; partition < 3; ++partition)
        letters.push_back(springLetterOf("", "the same key", partition, 40));
    const auto candidates = put("moved-dlt", letters);
    const auto warnings = all(planned(request(candidates)).dryRun.warnings);
    QVERIFY2(warnings.contains("By their keys 2 of 3 letters go to other partitions"), qPrintable(warnings));
    auto same = request(candidates);
    same.draft.partition = ReplayPartition::Same;
    QVERIFY(!all(planned(std::move(same)).dryRun.warnings).contains("By their keys"));
}

void ReplayPlanChecksTest::lettersThatMayExpireMeanwhileAreTold()
{
    makeTopics(m_broker, {{"expiring-dlt", 1, -1, {{"retention.ms", "3660000"}}}}); // a minute more than an hour
    const auto letters = put("expiring-dlt", {springLetterOf("", "a", 1, 30), springLetterOf("", "b", 1, 31)});
    auto slow = request(letters);
    slow.draft.rate = 0.001;
    const auto warnings = all(planned(std::move(slow)).dryRun.warnings);
    QVERIFY2(warnings.contains("Retention of expiring-dlt may delete letters"), qPrintable(warnings));
}

void ReplayPlanChecksTest::aDryRunTellsWhatChangedSince()
{
    auto plan = planned(request(put("later-dlt", {springLetterOf("", "a", 1, 30), springLetterOf("", "b", 1, 31)})));
    const QTemporaryDir state;
    const auto journals = replayFolder(state.path().toStdString());
    const auto run = [&] {
        return sure(dryRunReplay(m_workspace, plan, journals, defaultReplayConnectors(), m_clock, {}));
    };
    const auto same = run();
    QVERIFY2(same.refusals.empty(), qPrintable(all(same.refusals)));
    QVERIFY(all(same.passed).contains("2 letters found there, the same as planned"));
    QCOMPARE(same.bytes, plan.dryRun.bytes);
    plan.letters[1].digest += 1;
    const auto changed = run();
    QCOMPARE(changed.gone, std::size_t{1});
    QVERIFY(all(changed.warnings).contains("or are other letters now: later-dlt[0]@1"));
    replayElsewhere(plan, 1, journals);
    QCOMPARE(QString::fromStdString(run().refusals.at(0)),
             QString("1 letter replayed by another plan, other-plan, since this one was made: later-dlt[0]@1"));
    // Whoever plans now may do so, and is told.
    auto again = request({candidateAt("later-dlt", 0), candidateAt("later-dlt", 1)});
    again.journals = journals;
    const auto told = planned(std::move(again));
    QVERIFY2(told.dryRun.refusals.empty(), qPrintable(all(told.dryRun.refusals)));
    QVERIFY2(all(told.dryRun.warnings).contains("1 letter replayed before by the plan other-plan: later-dlt[0]@1"),
             qPrintable(all(told.dryRun.warnings)));
    plan.cluster = "another";
    QVERIFY(all(run().refusals).contains("The plan was made for the cluster another"));
}

void ReplayPlanChecksTest::replayElsewhere(const ReplayPlan& plan, std::size_t letter,
                                           const std::filesystem::path& journals)
{
    auto other = plan;
    other.id = "other-plan";
    std::filesystem::create_directories(journals);
    auto journal = sure(ReplayJournal::create(journals / (other.id + ".db"), other, {}, {}));
    std::vector<ReplayLetterProgress> letters(plan.letters.size());
    letters[letter].state = ReplayLetterState::Sent;
    letters[letter].sentAt = plan.made + std::chrono::seconds(1);
    sure(journal.write({}, std::array{letter}, letters));
}

QTEST_GUILESS_MAIN(ReplayPlanChecksTest)
#include "tst_replayplanchecks.moc"
