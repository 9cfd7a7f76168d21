// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "tests/integration/replay/replaybench.h"

#include <csignal>
#include <mutex>
#include <thread>

using namespace projectionist;

namespace {

constexpr int letterCount = 3;
constexpr std::size_t atOnce = 6;

/// How often each boundary is killed at: few for every day, PROJECTIONIST_CRASH_ROUNDS for more.
int rounds()
{
    bool given = false;
    const int wanted = qEnvironmentVariableIntValue("PROJECTIONIST_CRASH_ROUNDS", &given);
    return given ? wanted : 1;
}

} // namespace

class TestReplayCrash : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<KafkaServer> m_kafka;
    BrokerSettings m_settings;
    std::optional<TemporaryFolder> m_folder;
    int m_plans = 0;

    struct Case
    {
        std::string id;
        std::filesystem::path plan, journal;
    };
    /// With letters of its own: no two plans replay the same ones.
    Case newCase()
    {
        Case made{"crash-" + std::to_string(++m_plans), {}, {}};
        writeLetters(m_settings, letterCount, 2);
        auto plan = planOf(m_settings, m_kafka->clusterId(), made.id);
        std::erase_if(plan.letters,
                      [this](const auto& letter) { return letter.place.offset < Offset{m_plans - 1} * letterCount; });
        plan.group.clear(); // proved by the broker's word alone: quick
        plan.projection.clear();
        made.plan = m_folder->path() / (made.id + ".json");
        made.journal = replayJournalFile(m_folder->path(), made.id);
        sure(saveReplayPlan(plan, made.plan));
        return made;
    }
    std::unique_ptr<ChildProcess> start(const Case& made, const char* how, long killedAt) const
    {
        ChildCommand command;
        command.arguments = {RUNNER, m_kafka->bootstrap(), made.plan, made.journal, how, std::to_string(killedAt)};
        command.logFile = m_folder->path() / (made.id + ".log");
        return sure(ChildProcess::start(command));
    }
    ExitStatus run(const Case& made, const char* how, long killedAt) const
    {
        const auto status = start(made, how, killedAt)->waitForExit(Duration(120'000));
        if (!status)
            throw std::runtime_error("it does not end: " + lastLines(m_folder->path() / (made.id + ".log")));
        return *status;
    }
    /// Kills at these boundaries, one after the other, then lets it end. What is wrong, or nothing.
    std::string crash(const Case& made, const std::vector<long>& kills) const
    {
        for (const long at : kills) {
            const auto status = run(made, howToGoOn(made), at);
            if (status.signal != SIGKILL && status.code != 0)
                return lastLines(m_folder->path() / (made.id + ".log"));
            if (isFinished(made))
                return doubledOrLost(made);
        }
        if (run(made, howToGoOn(made), 0) != ExitStatus{})
            return lastLines(m_folder->path() / (made.id + ".log"));
        return doubledOrLost(made);
    }
    static const char* howToGoOn(const Case& made) { return replayStatus(made.journal).has_value() ? "resume" : "run"; }
    static bool isFinished(const Case& made)
    {
        const auto status = replayStatus(made.journal);
        return status && status->progress.state == ReplayState::Finished;
    }
    std::string doubledOrLost(const Case& made) const
    {
        const auto replays = replaysIn(m_settings, "orders", made.id);
        for (std::size_t letter = 0; letter < letterCount; ++letter)
            if (const auto found = replays.find(letter); found == replays.end() || found->second != 1)
                return made.id + ": letter " + std::to_string(letter) + " is there " +
                       std::to_string(found == replays.end() ? 0 : found->second) + " times";
        const auto status = sure(replayStatus(made.journal));
        const bool whole = status.progress.state == ReplayState::Finished && status.progress.counts.done == letterCount;
        return whole ? std::string() : made.id + ": " + summary(status.progress);
    }
    /// Some at a time: they wait for the broker most of the time.
    void verifyAll(const std::vector<std::vector<long>>& allKills)
    {
        std::vector<Case> cases;
        for (std::size_t i = 0; i < allKills.size(); ++i)
            cases.push_back(newCase());
        std::atomic<std::size_t> next = 0;
        std::mutex mutex;
        std::string wrong;
        const auto work = [&] {
            for (std::size_t i = next++; i < cases.size(); i = next++) {
                std::string problem;
                try {
                    problem = crash(cases[i], allKills[i]);
                } catch (const std::exception& failure) {
                    problem = failure.what();
                }
                const std::lock_guard lock(mutex);
                if (!problem.empty() && wrong.empty())
                    wrong = "killed at " + std::to_string(allKills[i].front()) + ": " + problem;
            }
        };
        {
            std::vector<std::jthread> threads(atOnce);
            for (auto& thread : threads)
                thread = std::jthread(work);
        }
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

private slots:
    void initTestCase()
    {
        m_folder.emplace(sure(TemporaryFolder::create("projectionist-t-")));
        m_kafka = startKafka();
        m_settings = brokerAt(m_kafka->bootstrap());
        makeTopics(m_settings, {{"orders", 2}, {"orders-dlt", 1}});
    }

    void killedAtAnyBoundaryEachLetterIsSentOnce()
    {
        const auto whole = newCase();
        QVERIFY(run(whole, "run", 0) == ExitStatus{});
        QCOMPARE(doubledOrLost(whole), std::string());
        const long boundaries = std::stol(lastLines(m_folder->path() / (whole.id + ".log"), 1));
        QVERIFY(boundaries > 20);
        std::vector<std::vector<long>> kills;
        for (int round = 0; round < rounds(); ++round)
            for (long at = 1; at <= boundaries; ++at)
                kills.push_back({at});
        verifyAll(kills);
    }

    void killedAgainAndAgainEachLetterIsSentOnce()
    {
        std::vector<std::vector<long>> kills;
        for (int round = 0; round < rounds(); ++round)
            for (const long step : {3, 5, 7, 8})
                kills.emplace_back(20, step);
        verifyAll(kills);
    }
};

QTEST_GUILESS_MAIN(TestReplayCrash)
#include "tst_replaycrash.moc"
