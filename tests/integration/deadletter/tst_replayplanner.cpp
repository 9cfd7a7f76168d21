// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Plans of replays on a real broker: letters read in batches, order, receivers.
#include "tests/integration/deadletter/plannerfixture.h"

#include <algorithm>
#include <fmt/ranges.h>
#include <QElapsedTimer>

using namespace projectionist;
using namespace std::chrono_literals;

namespace {

constexpr int manyLetters = 10'000;

} // namespace

class ReplayPlannerTest : public QObject, private PlannerFixture
{
    Q_OBJECT
private slots:
    void initTestCase() { start(); }
    void lettersAreInOrderWithAllThatIsToldOfThem();
    void everyReceiverIsNamed();
    void earlierLettersOfTheKeyAreNamed();
    void onlySafeOnesOvertakeNobody();
    void editedValuesAreJson();
    void tenThousandScatteredLettersArePlanned();
    void oneLetterIsShownBeforeAndAfter();
    void aBrokerThatIsNotThereIsAnError();
    void planningCanBeStopped();
};

void ReplayPlannerTest::lettersAreInOrderWithAllThatIsToldOfThem()
{
    const auto letters = put("order-dlt", {springLetterOf("", "a", 1, 30), springLetterOf("", "b", 1, 7),
                                           springLetterOf("", "a", 1, 10), springLetterOf("", "a", 1, 20)});
    auto asked = request({letters[3], letters[1], letters[0], letters[2], letters[2]});
    std::size_t progress = 0;
    asked.progress = [&](std::size_t done, std::size_t) { progress = done; };
    const auto plan = planned(std::move(asked));
    QCOMPARE(plannedReferences(plan), QString("order-dlt[0]@2 order-dlt[0]@1 order-dlt[0]@3 order-dlt[0]@0"));
    QCOMPARE(progress, std::size_t{4});
    const auto& first = plan.letters.front();
    QCOMPARE(first.origin.offset.value(), Offset{10});
    QCOMPARE(QString::fromStdString(first.key.value()), QString("a"));
    QCOMPARE(QString::fromStdString(first.eventType), QString("OrderPlaced"));
    QVERIFY(first.verdict == ReplayVerdict::Safe);
    QVERIFY(first.digest != plan.letters[1].digest);
    QVERIFY(first.fingerprint != 0);
    QVERIFY(plan.id.size() == 24);
    QVERIFY(!plan.cluster.empty());
    QCOMPARE(QString::fromStdString(plan.projection), QString("bills"));
    QCOMPARE(QString::fromStdString(plan.group), QString("billing"));
    QVERIFY(plan.dryRun.bytes > 4 * 11);
    QVERIFY2(plan.dryRun.refusals.empty(), qPrintable(all(plan.dryRun.refusals)));
    QVERIFY(all(plan.dryRun.passed).contains("4 of 4 letters can be read and sent"));
    QVERIFY(all(plan.dryRun.passed).contains("The topic orders exists, with 3 partitions"));
    QVERIFY(all(plan.dryRun.warnings).contains("cannot be asked without writing"));
    QVERIFY(plan.leftBehind.empty());
    const auto back = parseReplayPlan(replayPlanText(plan));
    QVERIFY2(back, back ? "" : toString(back.error()).c_str());
    QVERIFY(*back == plan);
}

void ReplayPlannerTest::everyReceiverIsNamed()
{
    const auto plan = planned(request(put("receivers-dlt", {springLetterOf("", "a", 1, 30)})));
    QStringList receivers;
    for (const auto& one : plan.receivers)
        receivers << QString::fromStdString(one.group + '/' + one.projection + (one.wanted ? "!" : ""));
    QCOMPARE(receivers.join(' '), QString("billing/bills! stock/ /by_checkpoint"));
    QCOMPARE(QString::fromStdString(plan.receivers.front().state), QString("Empty"));
    QVERIFY(all(plan.dryRun.warnings).contains("2 others receive the events too: stock, by_checkpoint"));
    auto elsewhere = request({candidateOf(springLetterOf("receivers-dlt", "a", 1, 30), 0)});
    elsewhere.draft.target = {ReplayTargetKind::Topic, "one", {}};
    const auto warned = planned(std::move(elsewhere));
    QVERIFY2(all(warned.dryRun.warnings).contains("bills is not known to read the topic one"),
             qPrintable(all(warned.dryRun.warnings)));
}

void ReplayPlannerTest::earlierLettersOfTheKeyAreNamed()
{
    const auto letters = put("behind-dlt", {springLetterOf("", "a", 1, 10), springLetterOf("", "a", 1, 20),
                                            springLetterOf("", "b", 1, 5), springLetterOf("", "a", 1, 30)});
    const auto plan = planned(request({letters[1]}, {letters[0], letters[2], letters[3]}));
    QCOMPARE(plan.leftBehind.size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(plan.leftBehind[0].reference), QString("behind-dlt[0]@0"));
    QCOMPARE(QString::fromStdString(plan.leftBehind[0].before), QString("behind-dlt[0]@1"));
    const auto warnings = all(plan.dryRun.warnings);
    QVERIFY2(warnings.contains("1 letter of the same keys came before and stay behind: behind-dlt[0]@0"),
             qPrintable(warnings));
    QVERIFY2(warnings.contains("Replay may be the wrong tool: 1 would be overtaken"), qPrintable(warnings));
}

void ReplayPlannerTest::onlySafeOnesOvertakeNobody()
{
    auto letters = put("safe-dlt", {springLetterOf("", "a", 1, 10), springLetterOf("", "a", 1, 20),
                                    springLetterOf("", "a", 1, 30), springLetterOf("", "b", 1, 5)});
    letters[1].verdict = ReplayVerdict::WouldFailAgain;
    letters[2].verdict = ReplayVerdict::AfterEarlier;
    auto asked = request(letters);
    keepSafe(asked);
    QCOMPARE(asked.letters.size(), std::size_t{2});
    const auto plan = planned(std::move(asked));
    QCOMPARE(plannedReferences(plan), QString("safe-dlt[0]@0 safe-dlt[0]@3"));
    QVERIFY(plan.leftBehind.empty());
}

void ReplayPlannerTest::editedValuesAreJson()
{
    auto text = springLetterOf("", "text", 1, 51);
    text.value = "no JSON";
    const auto letters = put("edited-dlt", {springLetterOf("", "a", 1, 50), text});
    auto& settings = m_workspace.contexts.front().deadLetters;
    const auto refusalsWith = [&](std::size_t letter, const std::string& value) {
        settings.editBeforeReplay = true;
        auto asked = request({letters[letter]});
        asked.letters[0].edited = value;
        const auto plan = planned(std::move(asked));
        settings.editBeforeReplay = false;
        const bool kept = plan.letters.at(0).edited == value;
        return kept ? all(plan.dryRun.refusals) : QString("it was changed");
    };
    QCOMPARE(refusalsWith(0, "{\"key\":\"a\",\"more\":1}"), QString());
    QVERIFY2(refusalsWith(0, "{\"key\":}")
                 .startsWith("The edited value of edited-dlt[0]@0 is no JSON: line 1, "
                             "column 8"),
             qPrintable(refusalsWith(0, "{\"key\":}")));
    QCOMPARE(refusalsWith(1, "{}"),
             QString("The edited value of edited-dlt[0]@1 cannot be sent: what failed is no JSON, and nothing else "
                     "can be edited"));
}

void ReplayPlannerTest::tenThousandScatteredLettersArePlanned()
{
    std::vector<OutgoingRecord> letters;
    for (int i = 0; i < 2 * manyLetters; ++i)
        letters.push_back(springLetterOf("", fmt::format("key-{}", i % 777), 1, 100'000 + i));
    auto candidates = put("many-dlt", letters);
    std::vector<ReplayCandidate> chosen;
    for (std::size_t i = 0; i < candidates.size(); i += 2)
        chosen.push_back(candidates[i]);
    std::reverse(chosen.begin(), chosen.end());
    QElapsedTimer timer;
    timer.start();
    const auto plan = planned(request(std::move(chosen)));
    qInfo("10 000 letters planned in %lld ms", timer.elapsed());
    QCOMPARE(plan.letters.size(), static_cast<std::size_t>(manyLetters));
    for (std::size_t i = 0; i < plan.letters.size(); ++i)
        QCOMPARE(plan.letters[i].place.offset, static_cast<Offset>(2 * i));
}

void ReplayPlannerTest::oneLetterIsShownBeforeAndAfter()
{
    const auto plan = planned(request(put("shown-dlt", {springLetterOf("", "a", 1, 30)})));
    const auto preview = sure(previewReplay(m_workspace, plan, 0, defaultReplayConnectors(), {}));
    QCOMPARE(QString::fromStdString(preview.after.topic), QString("orders"));
    QVERIFY(preview.after.timestamp == plannedEventTime());
    QCOMPARE(preview.before.headers.size(), std::size_t{7});
    QCOMPARE(preview.after.headers.size(), std::size_t{4}); // its type, and three of ours
}

void ReplayPlannerTest::aBrokerThatIsNotThereIsAnError()
{
    Workspace away = m_workspace;
    away.brokers[0] = brokerAt("127.0.0.1:1");
    away.brokers[0].name = "local";
    const auto plan = planReplay(away, request({candidateAt("order-dlt", 0)}), defaultReplayConnectors(), m_clock, {});
    QVERIFY(!plan);
    QVERIFY2(plan.error().retriable, toString(plan.error()).c_str());
    auto nowhere = request({});
    nowhere.draft.context = "none";
    QVERIFY(!planReplay(m_workspace, nowhere, defaultReplayConnectors(), m_clock, {}));
}

void ReplayPlannerTest::planningCanBeStopped()
{
    std::stop_source stop;
    stop.request_stop();
    const auto plan = planReplay(m_workspace, request({candidateAt("order-dlt", 0)}), defaultReplayConnectors(),
                                 m_clock, stop.get_token());
    QVERIFY(!plan);
    QCOMPARE(kindOf(plan), QString("cancelled"));
}

QTEST_GUILESS_MAIN(ReplayPlannerTest)
#include "tst_replayplanner.moc"
