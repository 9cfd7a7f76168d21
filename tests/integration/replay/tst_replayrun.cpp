// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "backend/deadletter/replay/outgoing.h"
#include "tests/integration/broker/transactionalproducer.h"
#include "tests/integration/replay/replaybench.h"

#include <fstream>
#include <QTemporaryDir>

using namespace projectionist;

namespace {

bool isLit(const ReplayLetterProgress& letter)
{
    return letter.produced == ReplayLight::On && letter.passed == ReplayLight::On && letter.notBack == ReplayLight::On;
}

} // namespace

class TestReplayRun : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<KafkaServer> m_kafka;
    BrokerSettings m_settings;
    QTemporaryDir m_folder;
    std::string m_cluster;
    int m_plans = 0;

    std::string newId() { return "plan-" + std::to_string(++m_plans); }
    ReplayRunOptions optionsFor(const ReplayPlan& plan, bool resume = false) const
    {
        ReplayRunOptions options;
        options.journal = replayJournalFile(m_folder.path().toStdString(), plan.id);
        options.resume = resume;
        options.settle = Duration(200);
        options.watch = Duration(200);
        return options;
    }
    /// Whoever gets its letters, nobody watches it.
    ReplayPlan planWithoutProof()
    {
        auto plan = planOf(m_settings, m_cluster, newId());
        plan.group.clear();
        plan.projection.clear();
        return plan;
    }
    /// Empties the topics.
    void freshTopics()
    {
        const std::vector<std::string> names{"orders", "orders-dlt"};
        for (const auto& result : sure(deleteTopics(m_settings, names, generous)))
            QVERIFY(!result.error);
        QVERIFY(eventually([&] {
            const auto cluster = connected(m_settings)->describe(generous);
            return cluster && std::ranges::none_of(cluster->topics,
                                                   [](const auto& topic) { return topic.name.starts_with("orders"); });
        }));
        makeTopics(m_settings, {{"orders", 3}, {"orders-dlt", 1}});
    }

private slots:
    void initTestCase()
    {
        m_kafka = startKafka();
        m_settings = brokerAt(m_kafka->bootstrap());
        m_cluster = m_kafka->clusterId();
    }
    void init() { freshTopics(); }

    void lettersThatAreMendedAreAppliedAndProvedStepByStep()
    {
        std::atomic<bool> mended = false;
        Shop shop(m_settings, [&](const Record& record) { return !mended && record.value != "v0"; });
        writeOrders(m_settings, 9, 3);
        QVERIFY(eventually([&] { return recordsOf(m_settings, "orders-dlt").size() == 8; }));
        mended = true;
        const auto plan = planOf(m_settings, m_cluster, newId());
        std::vector<AuditEntry> audited;
        auto options = optionsFor(plan);
        options.audit = [&](const AuditEntry& entry) -> Result<void> {
            audited.push_back(entry);
            return {};
        };
        WatchedRun run(shopWorkspace(m_settings), plan, options);
        const auto end = run.end();
        QVERIFY2(end->state == ReplayState::Finished, summary(*end).c_str());
        QCOMPARE(end->step, std::size_t{5}); // 1, 2, 2, 2, 1
        for (const auto& letter : end->letters)
            QVERIFY(isLit(letter));
        QCOMPARE(end->counts.proved, std::size_t{8});
        QCOMPARE(replaysIn(m_settings, "orders", plan.id).size(), std::size_t{8});
        QCOMPARE(audited.size(), std::size_t{2});
        QCOMPARE(audited[1].result, std::string("finished"));
        // The order within a key is that of the events.
        std::map<std::string, std::string> last;
        for (const auto& record : recordsOf(m_settings, "orders"))
            if (std::ranges::find(record.headers, "projectionist-replay-id", &Header::name) != record.headers.end()) {
                QVERIFY(last[*record.key] < *record.value);
                last[*record.key] = *record.value;
            }
        const auto status = replayStatus(options.journal);
        QVERIFY(status.has_value());
        QVERIFY(status->progress.state == ReplayState::Finished && !status->running);
        QVERIFY(status->plan == plan);
    }

    void aLetterThatFailsAgainStopsTheLadderAtItsFirstStep()
    {
        Shop shop(m_settings, [](const Record&) { return true; });
        writeOrders(m_settings, 6, 3);
        QVERIFY(eventually([&] { return recordsOf(m_settings, "orders-dlt").size() == 6; }));
        const auto plan = planOf(m_settings, m_cluster, newId());
        WatchedRun run(shopWorkspace(m_settings), plan, optionsFor(plan));
        const auto end = run.end();
        QVERIFY2(end->stop == ReplayStop::CameBack, summary(*end).c_str());
        QCOMPARE(end->step, std::size_t{1});
        QCOMPARE(end->counts.done, std::size_t{1});
        QVERIFY(end->letters[0].notBack == ReplayLight::Broken);
        QCOMPARE(end->letters[0].cameBack, std::string("orders-dlt[0]@6"));
        QCOMPARE(replaysIn(m_settings, "orders", plan.id).size(), std::size_t{1});
    }

    void proofThatDoesNotComeStopsTheRunAndItMayBeResumed()
    {
        writeLetters(m_settings, 4, 2);
        auto plan = planOf(m_settings, m_cluster, newId());
        plan.proofWithin = Duration(700);
        {
            WatchedRun run(shopWorkspace(m_settings), plan, optionsFor(plan));
            const auto end = run.end();
            QVERIFY2(end->stop == ReplayStop::NoProof, summary(*end).c_str());
            QVERIFY(end->letters[0].passed == ReplayLight::Broken);
            QCOMPARE(end->facts.size(), std::size_t{1});
            QCOMPARE(end->letters[0].why, end->facts[0]);
            QCOMPARE(end->counts.done, std::size_t{1});
        }
        Shop shop(m_settings, [](const Record&) { return false; });
        QVERIFY(eventually([&] { return shop.seen() == 1; }));
        plan.proofWithin = Duration(60'000);
        WatchedRun changed(shopWorkspace(m_settings), plan, optionsFor(plan, true));
        QVERIFY(changed.end()->state == ReplayState::Refused); // it is not the plan that was started
        plan.proofWithin = Duration(700);
        QVERIFY(eventually([&] {
            WatchedRun run(shopWorkspace(m_settings), plan, optionsFor(plan, true));
            return run.end()->state == ReplayState::Finished;
        }));
        const auto replays = replaysIn(m_settings, "orders", plan.id);
        QCOMPARE(replays, (std::map<std::size_t, int>{{0, 1}, {1, 1}, {2, 1}, {3, 1}}));
    }

    void whatNobodyCanProveIsSaid()
    {
        writeLetters(m_settings, 4, 2);
        const auto plan = planWithoutProof();
        WatchedRun run(shopWorkspace(m_settings), plan, optionsFor(plan));
        const auto end = run.end();
        QVERIFY2(end->state == ReplayState::Finished, summary(*end).c_str());
        QCOMPARE(end->unprovable.size(), std::size_t{2});
        for (const auto& letter : end->letters)
            QVERIFY(letter.produced == ReplayLight::On && letter.passed == ReplayLight::Unprovable);
    }

    void aReceiverThatFallsBehindItsObjectiveStopsTheRun()
    {
        writeLetters(m_settings, 4, 1);
        const auto plan = planOf(m_settings, m_cluster, newId());
        commitAs(m_settings, "shop", "orders", {{{"orders", 0}, 0}, {{"orders", 1}, 0}, {{"orders", 2}, 0}});
        auto workspace = shopWorkspace(m_settings);
        workspace.projections[0].objective = Duration(500);
        WatchedRun run(workspace, plan, optionsFor(plan));
        const auto end = run.end();
        QVERIFY2(end->stop == ReplayStop::LagGrew, summary(*end).c_str());
        QVERIFY(QString::fromStdString(end->why).startsWith("orders is "));
    }

    void anotherLetterInItsPlaceIsNotSentAndWhatIsBehindItIsHeldBack()
    {
        writeLetters(m_settings, 6, 2);
        auto plan = planWithoutProof();
        plan.letters[2].digest ^= 1;
        WatchedRun run(shopWorkspace(m_settings), plan, optionsFor(plan));
        const auto end = run.end();
        QVERIFY2(end->state == ReplayState::Finished, summary(*end).c_str());
        QVERIFY(end->letters[2].state == ReplayLetterState::Refused);
        QVERIFY(end->letters[4].state == ReplayLetterState::HeldBack);
        QVERIFY(QString::fromStdString(end->letters[4].why).contains("orders-dlt[0]@2"));
        QCOMPARE(end->counts.done, std::size_t{4});
        QCOMPARE(replaysIn(m_settings, "orders", plan.id),
                 (std::map<std::size_t, int>{{0, 1}, {1, 1}, {3, 1}, {5, 1}}));
    }

    void plansThatMayNotRunAreRefusedBeforeAnythingIsDone()
    {
        writeLetters(m_settings, 2, 2);
        const auto good = planOf(m_settings, m_cluster, newId());
        const auto refusedWith = [&](const ReplayPlan& plan, const Workspace& workspace) {
            WatchedRun run(workspace, plan, optionsFor(plan));
            const auto end = run.end();
            const bool untouched = !std::filesystem::exists(optionsFor(plan).journal);
            return end->state == ReplayState::Refused && untouched ? QString(toString(end->trouble->kind))
                                                                   : QString::fromStdString(summary(*end));
        };
        auto plan = good;
        plan.cluster = "another";
        QCOMPARE(refusedWith(plan, shopWorkspace(m_settings)), QString("conflict"));
        plan = good;
        plan.context = "elsewhere";
        QCOMPARE(refusedWith(plan, shopWorkspace(m_settings)), QString("configuration"));
        plan = good;
        plan.dryRun.refusals = {"no right to write"};
        QCOMPARE(refusedWith(plan, shopWorkspace(m_settings)), QString("conflict"));
        plan = good;
        plan.letters[0].edited = "other";
        QCOMPARE(refusedWith(plan, shopWorkspace(m_settings)), QString("permission"));
        auto production = shopWorkspace(m_settings);
        production.contexts[0].environment = Environment::Production;
        QCOMPARE(refusedWith(good, production), QString("permission"));
        plan = good;
        plan.target = {ReplayTargetKind::Topic, "nowhere", {}};
        QCOMPARE(refusedWith(plan, shopWorkspace(m_settings)), QString("not-found"));
        QVERIFY(recordsOf(m_settings, "orders").empty());
    }

    void aSecondRunnerIsTold()
    {
        writeLetters(m_settings, 3, 3);
        const auto plan = planWithoutProof();
        WatchedRun first(shopWorkspace(m_settings), plan, optionsFor(plan));
        first.run().pause();
        static_cast<void>(first.until([](const auto& progress) { return progress.state == ReplayState::Paused; }));
        QVERIFY(sure(replayStatus(optionsFor(plan).journal)).running);
        WatchedRun second(shopWorkspace(m_settings), plan, optionsFor(plan, true));
        QVERIFY(second.end()->trouble->kind == ErrorKind::Conflict);
        first.run().proceed();
        QVERIFY(first.end()->state == ReplayState::Finished);
        // Somebody with a journal of his own finds the letters in the target.
        auto elsewhere = optionsFor(plan);
        elsewhere.journal = replayJournalFile(m_folder.path().toStdString() + "/elsewhere", plan.id);
        WatchedRun third(shopWorkspace(m_settings), plan, elsewhere);
        const auto end = third.end();
        QVERIFY(end->state == ReplayState::Refused);
        QVERIFY2(QString::fromStdString(end->trouble->why).contains("3 of its letters"), summary(*end).c_str());
        QCOMPARE(replaysIn(m_settings, "orders", plan.id), (std::map<std::size_t, int>{{0, 1}, {1, 1}, {2, 1}}));
    }

    void lettersThatAnotherPlanReplayedSinceAreNotSentAgain()
    {
        writeLetters(m_settings, 3, 3);
        auto late = planWithoutProof();
        auto other = late;
        other.id = newId();
        other.letters.pop_back();
        {
            WatchedRun run(shopWorkspace(m_settings), other, optionsFor(other));
            QVERIFY(run.end()->state == ReplayState::Finished);
        }
        const auto refusal = [&](const ReplayPlan& plan, const ReplayRunOptions& options) {
            WatchedRun run(shopWorkspace(m_settings), plan, options);
            const auto end = run.end();
            return end->state == ReplayState::Refused ? QString::fromStdString(end->trouble->why)
                                                      : QString::fromStdString(summary(*end));
        };
        const QString told = QString::fromStdString("another plan, " + other.id + ", has replayed 2 of its letters");
        // By the log on any machine, by the journals on this one: whatever the target was.
        auto elsewhere = optionsFor(late);
        elsewhere.journal = replayJournalFile(m_folder.path().toStdString() + "/elsewhere", late.id);
        QVERIFY2(refusal(late, elsewhere).startsWith(told), qPrintable(refusal(late, elsewhere)));
        auto command = late;
        command.id = newId();
        command.target = {ReplayTargetKind::Command, "", {"/bin/true"}};
        QVERIFY2(refusal(command, optionsFor(command)).startsWith(told),
                 qPrintable(refusal(command, optionsFor(command))));
        QCOMPARE(recordsOf(m_settings, "orders").size(), std::size_t{2});
        // Who plans it now knows of it.
        const auto anew = planWithoutProof();
        WatchedRun run(shopWorkspace(m_settings), anew, optionsFor(anew));
        const auto end = run.end();
        QVERIFY2(end->state == ReplayState::Finished, summary(*end).c_str());
    }

    void aSecondPlanThatBeginsMeanwhileStopsThisOne()
    {
        writeLetters(m_settings, 4, 4);
        auto plan = planWithoutProof();
        plan.ladder = {1};
        WatchedRun run(shopWorkspace(m_settings), plan, optionsFor(plan));
        static_cast<void>(run.until([](const auto& progress) { return progress.step == 1; }));
        run.run().pause();
        static_cast<void>(run.until([](const auto& progress) { return progress.state == ReplayState::Paused; }));
        sendAll(m_settings, {{"orders",
                              0,
                              "k3",
                              "v3",
                              {{std::string(replayIdHeader), replayIdText("20200101-000000-00000000", 0)},
                               {std::string(replayOfHeader), plan.letters[3].reference}},
                              {}}});
        run.run().proceed();
        const auto end = run.end();
        QVERIFY2(end->stop == ReplayStop::AnotherRun, summary(*end).c_str());
        QVERIFY(QString::fromStdString(end->why).contains("20200101-000000-00000000"));
    }

    void aLetterThatIsTooLargeForTheTopicIsRefusedAndTheOthersAreSent()
    {
        makeTopics(m_settings, {{"small-" + std::to_string(m_plans), 1, -1, {{"max.message.bytes", "1200"}}}});
        writeLetters(m_settings, 3, 3);
        auto plan = planWithoutProof();
        plan.target = {ReplayTargetKind::Topic, "small-" + std::to_string(m_plans - 1), {}};
        std::string noise; // does not become small when it is compressed
        for (std::uint32_t i = 0, x = 1; i < 4000; ++i, x = x * 1664525 + 1013904223)
            noise += static_cast<char>('a' + (x >> 24) % 26);
        plan.letters[1].edited = noise;
        auto workspace = shopWorkspace(m_settings);
        workspace.contexts[0].deadLetters.editBeforeReplay = true;
        WatchedRun run(workspace, plan, optionsFor(plan));
        const auto end = run.end();
        QVERIFY2(end->state == ReplayState::Finished, summary(*end).c_str());
        QVERIFY2(end->letters[1].state == ReplayLetterState::Refused, end->letters[1].why.c_str());
        QCOMPARE(end->counts.done, std::size_t{2});
    }

    void aCancelledRunSaysWhatWasSentAndGoesOnWhenItIsResumed()
    {
        writeLetters(m_settings, 30, 30);
        auto plan = planWithoutProof();
        plan.ladder = {30};
        plan.rate = 20;
        {
            WatchedRun run(shopWorkspace(m_settings), plan, optionsFor(plan));
            static_cast<void>(run.until([](const auto& progress) { return progress.counts.done >= 3; }));
            run.run().cancel();
            const auto end = run.end();
            QVERIFY2(end->state == ReplayState::Cancelled, summary(*end).c_str());
            QCOMPARE(end->counts.inFlight, std::size_t{0});
            QCOMPARE(replaysIn(m_settings, "orders", plan.id).size(), end->counts.done);
            QVERIFY(end->counts.done + end->counts.notSent == 30 && end->counts.notSent > 0);
        }
        WatchedRun again(shopWorkspace(m_settings), plan, optionsFor(plan));
        QVERIFY(again.end()->state == ReplayState::Refused); // it was started before
        WatchedRun rest(shopWorkspace(m_settings), plan, optionsFor(plan, true));
        QVERIFY(rest.end()->state == ReplayState::Finished);
        const auto replays = replaysIn(m_settings, "orders", plan.id);
        QCOMPARE(replays.size(), std::size_t{30});
        QVERIFY(std::ranges::all_of(replays, [](const auto& one) { return one.second == 1; }));
    }

    void aBrokerThatIsAwayForAWhileCostsNoLetterAndDoublesNone()
    {
        writeLetters(m_settings, 40, 8);
        auto plan = planWithoutProof();
        plan.ladder = {40};
        plan.rate = 40;
        WatchedRun run(shopWorkspace(m_settings), plan, optionsFor(plan));
        static_cast<void>(run.until([](const auto& progress) { return progress.counts.done >= 5; }));
        QVERIFY(m_kafka->pause());
        static_cast<void>(run.until([](const auto& progress) { return progress.counts.inFlight > 0; }));
        std::this_thread::sleep_for(std::chrono::seconds(2));
        m_kafka->resume();
        static_cast<void>(run.until([](const auto& progress) { return progress.counts.done >= 15; }));
        m_kafka->stop();
        sure(m_kafka->restart());
        const auto end = run.end();
        QVERIFY2(end->state == ReplayState::Finished, summary(*end).c_str());
        const auto replays = replaysIn(m_settings, "orders", plan.id);
        QCOMPARE(replays.size(), std::size_t{40});
        QVERIFY(std::ranges::all_of(replays, [](const auto& one) { return one.second == 1; }));
    }

    void aCommandGetsEachEventAndItsExitCodeTellsWhetherItWasApplied()
    {
        writeLetters(m_settings, 3, 1);
        auto plan = planOf(m_settings, m_cluster, newId());
        const auto file = m_folder.filePath("applied").toStdString();
        plan.target = {ReplayTargetKind::Command,
                       {},
                       {"sh", "-c",
                        "v=$(cat); test $v != v1 || test -e " + file +
                            ".mended || { echo no; exit 3; }; "
                            "echo $v $PROJECTIONIST_KEY $PROJECTIONIST_OFFSET >> " +
                            file}};
        {
            WatchedRun run(shopWorkspace(m_settings), plan, optionsFor(plan));
            const auto end = run.end();
            QVERIFY2(end->stop == ReplayStop::TargetRefused, summary(*end).c_str());
            QVERIFY2(QString::fromStdString(end->why).contains("exit code 3: no"), end->why.c_str());
            QCOMPARE(end->counts.done, std::size_t{1});
        }
        std::ofstream(file + ".mended") << "";
        WatchedRun run(shopWorkspace(m_settings), plan, optionsFor(plan, true));
        const auto end = run.end();
        QVERIFY2(end->state == ReplayState::Finished, summary(*end).c_str());
        std::ifstream stream(file);
        const std::string applied(std::istreambuf_iterator<char>(stream), {});
        QCOMPARE(applied, std::string("v0 k0 0\nv1 k0 1\nv2 k0 2\n"));
    }

    void nobodyKnowsWhatACommandDidThatWasKilledSoItIsAskedFor()
    {
        writeLetters(m_settings, 2, 2);
        auto plan = planOf(m_settings, m_cluster, newId());
        const auto file = m_folder.filePath("given").toStdString();
        plan.target = {
            ReplayTargetKind::Command,
            {},
            {"sh", "-c", "echo $PROJECTIONIST_OFFSET >> " + file + "; test -e " + file + ".quick || sleep 1000"}};
        {
            WatchedRun run(shopWorkspace(m_settings), plan, optionsFor(plan));
            QVERIFY(eventually([&] { return std::filesystem::exists(file); }));
        }
        std::ofstream(file + ".quick") << "";
        {
            WatchedRun run(shopWorkspace(m_settings), plan, optionsFor(plan, true));
            const auto end = run.end();
            QVERIFY2(end->state == ReplayState::Refused, summary(*end).c_str());
            QVERIFY(QString::fromStdString(end->trouble->why).contains("orders-dlt[0]@0"));
        }
        auto options = optionsFor(plan, true);
        options.assume = ReplayAssumption::Sent;
        WatchedRun run(shopWorkspace(m_settings), plan, options);
        const auto end = run.end();
        QVERIFY2(end->state == ReplayState::Finished, summary(*end).c_str());
        std::ifstream stream(file);
        const std::string given(std::istreambuf_iterator<char>(stream), {});
        QCOMPARE(given, std::string("0\n1\n"));
    }

    void lettersBehindSomebodysOpenTransactionAreFound()
    {
        writeLetters(m_settings, 3, 3);
        auto plan = planWithoutProof();
        TransactionalProducer other(m_kafka->bootstrap(), plan.id);
        other.write({{"orders", 0}, {"orders", 1}, {"orders", 2}}, 1);
        {
            WatchedRun run(shopWorkspace(m_settings), plan, optionsFor(plan));
            QVERIFY(run.end()->state == ReplayState::Finished);
        }
        auto elsewhere = optionsFor(plan);
        elsewhere.journal = replayJournalFile(m_folder.path().toStdString() + "/elsewhere", plan.id);
        WatchedRun run(shopWorkspace(m_settings), plan, elsewhere);
        const auto end = run.end();
        QVERIFY2(end->trouble && QString::fromStdString(end->trouble->why).contains("3 of its letters"),
                 summary(*end).c_str());
        other.abort();
    }
};

QTEST_GUILESS_MAIN(TestReplayRun)
#include "tst_replayrun.moc"
