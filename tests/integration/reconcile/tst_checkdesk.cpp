// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/core/mailbox.h"
#include "backend/reconcile/checkdesk.h"
#include "tests/integration/reconcile/checkfixture.h"

#include <QTemporaryDir>
#include <thread>

using namespace projectionist;

/// Checks "fast", "slow" and "nap" of context "c": the second reads a view that takes half a minute, the third one that
/// takes a second.
class TestCheckDesk : public QObject
{
    Q_OBJECT
    std::unique_ptr<PostgresServer> m_server;
    Workspace m_workspace;
    SystemClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
    Mailbox<std::shared_ptr<const CheckBoard>> m_boards;
    Mailbox<ShownCheck> m_shownOnes;
    std::shared_ptr<const CheckBoard> m_board;
    std::optional<ShownCheck> m_shown;

    std::filesystem::path file() const { return m_folder->filePath("checks.db").toStdString(); }
    std::unique_ptr<CheckDesk> desk(const std::filesystem::path& history, const ExplainDifferences& explain = {})
    {
        return std::make_unique<CheckDesk>(
            m_workspace, "c", readPostgresSnapshot, m_clock, history,
            CheckDeskSinks{[this](std::shared_ptr<const CheckBoard> board) { m_boards.push(std::move(board)); },
                           [this](ShownCheck shown) { m_shownOnes.push(std::move(shown)); }},
            explain);
    }
    /// Takes over what came; for QTRY.
    const CheckStanding& standing(std::size_t place)
    {
        static const CheckStanding none;
        for (auto& board : m_boards.drain())
            m_board = std::move(board);
        for (auto& shown : m_shownOnes.drain())
            m_shown = std::move(shown);
        return m_board ? m_board->checks[place] : none;
    }

private slots:
    void initTestCase()
    {
        m_server = startPostgres();
        m_workspace.stores = {storeOf("here", *m_server)};
        execute(*m_server,
                {"CREATE TABLE expected (id int PRIMARY KEY, v int)", "CREATE TABLE actual (id int PRIMARY KEY, v int)",
                 "INSERT INTO expected VALUES (1, 1)", "INSERT INTO actual VALUES (1, 2)",
                 "CREATE VIEW sleepy AS SELECT id, v FROM expected, pg_sleep(30)",
                 "CREATE VIEW drowsy AS SELECT id, v FROM expected, pg_sleep(1)"});
        for (const char* name : {"fast", "slow", "nap"}) {
            auto check = checkOf("here", "here");
            check.context = "c";
            check.name = name;
            m_workspace.checks.push_back(check);
        }
        m_workspace.checks[1].expected.table = "sleepy";
        m_workspace.checks[2].expected.table = "drowsy";
        auto elsewhere = m_workspace.checks[0];
        elsewhere.context = "another";
        m_workspace.checks.push_back(elsewhere);
    }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        (void)standing(0);
        m_board = nullptr;
        m_shown.reset();
    }

    void anOrderedCheckRunsAndItsRowsAreShown()
    {
        {
            const auto one = desk(file());
            one->show("fast");
            QTRY_VERIFY((standing(0), m_shown.has_value()));
            QCOMPARE(m_shown->number, std::uint64_t{0}); // never run
            QCOMPARE(m_board->checks.size(), std::size_t{3});
            one->run("fast");
            one->run("no such check");
            QTRY_COMPARE(standing(0).runs.size(), std::size_t{1});
            QTRY_VERIFY((standing(0), m_shown->result != nullptr));
            QCOMPARE(m_shown->result->differences.size(), std::size_t{1});
            QTRY_VERIFY(!standing(0).running && standing(0).lastFinished());
            QCOMPARE(standing(0).lastFinished()->different, std::size_t{1});
            QVERIFY(standing(0).lastFinished()->drift);
        }
        // What was found is there when the program is started again.
        m_shown.reset();
        const auto again = desk(file());
        again->show("fast");
        QTRY_VERIFY((standing(0), m_shown && m_shown->result));
        QCOMPARE(m_shown->result->differences.size(), std::size_t{1});
        QCOMPARE(standing(0).runs.size(), std::size_t{1});
    }

    void runsOfAFormerSandboxAreNotShown()
    {
        m_workspace.contexts.resize(1);
        m_workspace.contexts[0].name = "c";
        m_workspace.contexts[0].sandboxControl = "/tmp/former/control";
        {
            const auto one = desk(file());
            one->run("fast");
            QTRY_COMPARE(standing(0).runs.size(), std::size_t{1});
            QTRY_VERIFY(!standing(0).running && standing(0).lastFinished());
        }
        m_workspace.contexts[0].sandboxControl = "/tmp/new/control";
        {
            const auto one = desk(file());
            m_board = nullptr;
            one->run("fast");
            QTRY_VERIFY(standing(0).lastFinished());
            QCOMPARE(standing(0).runs.size(), std::size_t{1});
            QCOMPARE(standing(0).lastFinished()->number, std::uint64_t{2});
        }
        m_workspace.contexts.clear();
    }

    void causesComeAfterTheRows()
    {
        const auto one = desk(file(), [](const CheckSettings& check, CheckResult& result, const std::stop_token&) {
            result.differences.front().cause = DifferenceCause{DriftCause::WrongHandler, check.name, "rule"};
        });
        one->show("fast");
        one->run("fast");
        QTRY_VERIFY((standing(0), m_shown && m_shown->result && m_shown->result->differences.front().cause));
        QCOMPARE(m_shown->result->differences.front().cause->text, std::string("fast"));
    }

    void lookingForCausesCanBeCancelled()
    {
        const auto one = desk(file(), [](const CheckSettings&, CheckResult&, const std::stop_token& stop) {
            while (!stop.stop_requested())
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
        });
        one->show("fast");
        one->run("fast");
        QTRY_VERIFY((standing(0), m_shown && m_shown->result));
        QVERIFY(standing(0).running.has_value());
        one->cancel("fast");
        QTRY_VERIFY(!standing(0).running);
        QVERIFY(standing(0).lastFinished()); // what was found stays
        one->run("fast");
        QTRY_COMPARE(standing(0).runs.size(), std::size_t{2});
    } // the desk's end stops it as well

    void aCheckThatRunsOrWaitsCanBeCancelled()
    {
        const auto one = desk(file());
        one->run("slow");
        QTRY_VERIFY(standing(1).running.has_value());
        one->run("fast");
        QTRY_VERIFY(standing(0).waiting);
        one->cancel("fast");
        QTRY_VERIFY(!standing(0).waiting);
        one->cancel("slow");
        QTRY_VERIFY(!standing(1).running && standing(1).runs.size() == 1);
        QVERIFY(standing(1).runs.front().state == CheckRunState::Cancelled);
        QVERIFY(standing(1).complaint.empty());
        QVERIFY(standing(0).runs.empty());
    }

    void aCheckThatRunsCanBePaused()
    {
        const auto one = desk(file());
        one->pause("fast"); // which does not run
        one->run("nap");
        QTRY_VERIFY(standing(2).running.has_value());
        one->pause("nap");
        QTRY_VERIFY(standing(2).paused);
        QTRY_VERIFY_WITH_TIMEOUT(standing(2).running && standing(2).running->held == "paused", 60'000);
        one->resume("nap");
        QTRY_VERIFY_WITH_TIMEOUT(!standing(2).running && standing(2).lastFinished(), 60'000);
        QVERIFY(!standing(2).paused && standing(2).lastFinished()->drift);
        one->run("nap");
        QTRY_VERIFY(standing(2).running.has_value());
        one->pause("nap");
        QTRY_VERIFY_WITH_TIMEOUT(standing(2).running && standing(2).running->held == "paused", 60'000);
        one->cancel("nap");
        QTRY_VERIFY(!standing(2).running);
        QVERIFY(standing(2).runs.back().state == CheckRunState::Cancelled);
    }

    void oneRunAtATimeWhoeverOrdersIt()
    {
        const auto first = desk(file());
        first->run("slow");
        QTRY_VERIFY(standing(1).running.has_value());
        Mailbox<std::shared_ptr<const CheckBoard>> boards;
        CheckDesk second(m_workspace, "c", readPostgresSnapshot, m_clock, file(),
                         {[&](std::shared_ptr<const CheckBoard> board) { boards.push(std::move(board)); },
                          [](const ShownCheck&) {}});
        std::shared_ptr<const CheckBoard> board;
        const auto look = [&] {
            for (auto& one : boards.drain())
                board = std::move(one);
            return board != nullptr;
        };
        QTRY_VERIFY(look() && !board->checks[1].runs.empty());
        second.run("slow");
        QTRY_VERIFY(look() && !board->checks[1].complaint.empty());
        QVERIFY2(QString::fromStdString(board->checks[1].complaint).contains("has been running it since"),
                 board->checks[1].complaint.c_str());
    } // both end at once

    void whatFailsIsToldAndKept()
    {
        m_workspace.checks[0].expected.table = "nowhere";
        const auto one = desk(file());
        one->run("fast");
        QTRY_VERIFY(!standing(0).complaint.empty() && !standing(0).running && !standing(0).runs.empty());
        QVERIFY(standing(0).runs.front().state == CheckRunState::Failed);
        QVERIFY2(QString::fromStdString(standing(0).complaint).contains("nowhere"), standing(0).complaint.c_str());
        m_workspace.checks[0].expected.table = "expected";
    }

    void aScheduleOrdersRuns()
    {
        auto& check = m_workspace.checks[0];
        check.schedule = *CheckSchedule::parse("every 1s");
        {
            const auto one = desk(file());
            QTRY_VERIFY(standing(0).runs.size() >= 2);
            QVERIFY(standing(0).next.has_value());
            QVERIFY(standing(1).runs.empty() && !standing(1).next);
        }
        check.schedule.reset();
    }

    void withoutAHistoryRunsAreShownAllTheSame()
    {
        const auto one = desk("/proc/no/checks.db");
        one->show("fast");
        one->run("fast");
        QTRY_VERIFY((standing(0), m_shown && m_shown->result));
        QTRY_COMPARE(standing(0).runs.size(), std::size_t{1});
        QVERIFY(!m_board->complaint.empty());
    }
};

QTEST_GUILESS_MAIN(TestCheckDesk)
#include "tst_checkdesk.moc"
