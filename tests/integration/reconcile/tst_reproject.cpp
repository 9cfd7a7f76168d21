// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replaysender.h"
#include "backend/deadletter/replay/replaytrace.h"
#include "backend/reconcile/reproject/reprojectionplanner.h"
#include "backend/reconcile/reproject/rowwriter.h"
#include "tests/integration/deadletter/letterlog.h"
#include "tests/integration/reconcile/checkfixture.h"
#include "tests/integration/replay/replaybench.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <QTemporaryDir>

using namespace projectionist;

namespace {

/// An order's event, as its service writes them.
OutgoingRecord eventOf(const std::string& order, int version, const std::string& type, const std::string& total = "0")
{
    return {"orders", {}, order, fmt::format("{{\"type\":\"{}\",\"version\":{},\"total\":{}}}", type, version, total),
            {},       {}};
}

ProjectionSettings ordersProjection()
{
    ProjectionSettings projection;
    projection.name = "orders";
    projection.context = "shop";
    projection.topics = {"orders"};
    projection.readModel = "actual";
    projection.checkpoint = CheckpointSettings{"here", "SELECT topic, partition, position FROM checkpoint"};
    projection.eventVersion = "$.version";
    auto& declared = projection.declared.emplace();
    declared.key = {{"id", "key"}};
    declared.type = "$.type";
    declared.version = "version";
    DeclaredHandler placed;
    placed.types = {"Placed"};
    placed.set = {{"status", "'placed'"}, {"total", "$.total"}};
    DeclaredHandler added;
    added.types = {"Added"};
    added.add = {{"total", "$.total"}};
    DeclaredHandler paid;
    paid.types = {"Paid"};
    paid.set = {{"status", "'paid'"}};
    DeclaredHandler gone;
    gone.types = {"Gone"};
    gone.erase = true;
    declared.on = {placed, added, paid, gone};
    return projection;
}

/// A worker's progress: all that the log has now.
std::string checkpointSql(const LogHeads& heads)
{
    std::vector<std::string> rows;
    for (const auto& [id, head] : heads)
        rows.push_back(fmt::format("('{}', {}, {})", id.topic, id.partition, head));
    return fmt::format("INSERT INTO checkpoint VALUES {} ON CONFLICT (topic, partition) DO UPDATE SET position = "
                       "excluded.position",
                       fmt::join(rows, ", "));
}

std::string refusals(const ReplayPlan& plan)
{
    return fmt::format("{}", fmt::join(plan.dryRun.refusals, "; "));
}

} // namespace

/// Keys whose rows are wrong, on real servers.
class TestReproject : public QObject
{
    Q_OBJECT

    std::unique_ptr<KafkaServer> m_kafka;
    std::unique_ptr<PostgresServer> m_server;
    BrokerSettings m_broker;
    Workspace m_workspace;
    QTemporaryDir m_folder;
    const SystemClock m_clock;
    std::optional<CheckHistory> m_history;
    std::uint64_t m_run = 0;

    [[nodiscard]] LogHeads heads() const { return sure(readHeads(*connected(m_broker), {"orders"}, generous, true)); }
    [[nodiscard]] const CheckSettings& check() const { return m_workspace.checks.front(); }
    void applied() const { execute(*m_server, {checkpointSql(heads())}); }
    [[nodiscard]] std::string cell(const std::string& sql) const
    {
        const auto store = sure(connectPostgres(m_workspace.stores.front(), Access::ReadOnly));
        const auto rows = sure(store->query(sql, {}, 1000));
        return rows.rows.empty() ? "none" : rows.rows.front().front().value_or("NULL");
    }
    [[nodiscard]] std::string rows() const
    {
        return cell("SELECT string_agg(format('%s %s %s %s %s', id, status, total, version, note), ', ' ORDER BY id) "
                    "FROM actual");
    }
    /// Runs the check, and keeps what it found.
    CheckResult found()
    {
        m_run = sure(m_history->begin("shop", "c", m_clock.now(), "ada@desk"));
        auto result = sure(run(check(), m_workspace));
        sure(m_history->finish(m_run, result));
        return result;
    }
    ReprojectionRequest requestFor(const CheckResult& result, const std::vector<std::vector<std::string>>& chosen = {})
    {
        ReprojectionRequest request{check(), m_run, sure(wrongKeys(check(), m_workspace, result, chosen)), {}};
        request.draft.target.kind = ReplayTargetKind::Rows;
        request.draft.rate = 1000;
        request.draft.ladder = {1, 2};
        return request;
    }
    ReplayPlan planned(ReprojectionRequest request) const
    {
        return sure(planReprojection(m_workspace, std::move(request), reprojectionConnectors(), m_clock, {}));
    }
    ReplayRunOptions optionsFor(const ReplayPlan& plan, bool resume = false) const
    {
        ReplayRunOptions options;
        options.journal = replayJournalFile(m_folder.path().toStdString(), plan.id);
        options.resume = resume;
        options.watch = Duration(200);
        return options;
    }
    std::shared_ptr<const ReplayProgress> ran(const ReplayPlan& plan, const ReplayRunOptions& options) const
    {
        WatchedRun run(m_workspace, plan, options, reprojectionConnectors());
        return run.end();
    }
    RepairOutcome checkedAgain(const ReplayPlan& plan)
    {
        CheckRun again(check(), m_workspace, readPostgresSnapshot, m_clock);
        return sure(checkRepair(again, reprojectedRows(plan), *m_history, "ada@desk", m_clock));
    }
    void fillLog() const
    {
        sendAll(m_broker, {eventOf("a", 1, "Placed", "12.50"), eventOf("b", 1, "Placed", "3"),
                           eventOf("c", 1, "Placed", "7"), eventOf("d", 1, "Placed", "1"), eventOf("a", 2, "Paid"),
                           eventOf("b", 2, "Added", "0.255"), eventOf("d", 2, "Gone")});
    }

private slots:
    void initTestCase()
    {
        m_kafka = startKafka();
        m_server = startPostgres();
        m_broker = brokerAt(m_kafka->bootstrap());
        m_workspace = shopWorkspace(m_broker);
        m_workspace.stores = {storeOf("here", *m_server)};
        m_workspace.contexts.front().stores = {"here"};
        m_workspace.projections = {ordersProjection()};
        auto settings = checkOf("here", "here");
        settings.context = "shop";
        settings.projection = "orders";
        settings.columns = {"status", "total", "version"};
        m_workspace.checks = {settings};
        m_history = sure(CheckHistory::open(checkHistoryFile(m_folder.path().toStdString())));
    }
    /// Orders a to d as they are, and a read model in which all are wrong but b: a has a wrong total, c is missing, and
    /// d, which is gone, is still there.
    void init()
    {
        if (!heads().empty())
            static_cast<void>(sure(deleteTopics(m_broker, std::vector<std::string>{"orders"}, generous)));
        QVERIFY(eventually([&] { return heads().empty(); }));
        makeTopics(m_broker, {{"orders", 3}});
        fillLog();
        const std::string columns = "(id text PRIMARY KEY, status text, total numeric(10,2), version bigint, "
                                    "note text NOT NULL DEFAULT 'new')";
        execute(*m_server,
                {"DROP TABLE IF EXISTS expected, actual, checkpoint", "CREATE TABLE expected " + columns,
                 "CREATE TABLE actual " + columns,
                 "CREATE TABLE checkpoint (topic text, partition int, position bigint, PRIMARY KEY (topic, partition))",
                 "INSERT INTO expected VALUES ('a', 'paid', 12.5, 2), ('b', 'placed', 3.26, 2), ('c', 'placed', 7, 1)",
                 "INSERT INTO actual VALUES ('a', 'paid', 14.88, 2, 'mine'), ('b', 'placed', 3.26, 2, 'mine'), "
                 "('d', 'placed', 1, 1, 'mine')"});
        applied();
    }

    void rowsBecomeWhatTheirEventsSayAndTheRunIsMarked()
    {
        const auto wrong = found();
        QCOMPARE(text(Result<CheckResult>(wrong)), QString("different a total: 12.50 | 14.88\nmissing c\nextra d\n"));
        const auto plan = planned(requestFor(wrong));
        QCOMPARE(refusals(plan), std::string());
        QCOMPARE(plan.letters.size(), std::size_t{3});
        QCOMPARE(plan.reprojection->keys[0], (ReprojectedKey{{"a"}, "a", 2}));
        QVERIFY(sure(parseReplayPlan(replayPlanText(plan))) == plan);
        const auto end = ran(plan, optionsFor(plan));
        QVERIFY2(end->state == ReplayState::Finished, summary(*end).c_str());
        QCOMPARE(end->step, std::size_t{2}); // one, then two
        for (const auto& letter : end->letters)
            QVERIFY(letter.produced == ReplayLight::On && letter.row == ReplayLight::On);
        QCOMPARE(end->letters[0].why, std::string("Its row was changed: total."));
        QCOMPARE(end->letters[1].why, std::string("Its row was made."));
        QCOMPARE(end->letters[2].why, std::string("Its row was deleted."));
        QCOMPARE(rows(),
                 std::string("a paid 12.50 2 mine, b placed 3.26 2 mine, c placed 7.00 1 new")); // `note` is not ours
        const auto again = checkedAgain(plan);
        QVERIFY(again.again.differences.empty() && again.marked.repaired() == 3);
        const auto kept = sure(m_history->runs("shop", "c", 1)).front();
        QVERIFY(kept.drift && kept.isRepaired());
        QVERIFY(kept.repair->replay == plan.id && kept.repair->by == "ada@desk" && kept.repair->of == 3);
        QCOMPARE(sure(m_history->result(m_run)).differences[1].repairedBy, plan.id);
        QVERIFY(!found().hasDrift());
    }

    void chosenKeysAloneAreTouched()
    {
        const auto plan = planned(requestFor(found(), {{"c"}}));
        QVERIFY(ran(plan, optionsFor(plan))->state == ReplayState::Finished);
        QCOMPARE(rows(), std::string("a paid 14.88 2 mine, b placed 3.26 2 mine, c placed 7.00 1 new, d placed 1.00 1 "
                                     "mine"));
        checkedAgain(plan);
        const auto kept = sure(m_history->runs("shop", "c", 1)).front();
        QVERIFY(!kept.isRepaired() && kept.repair->repaired == 1 && kept.repair->of == 3);
        QVERIFY(!wrongKeys(check(), m_workspace, found(), {{"b"}}));
    }

    void aRowIsFoldedUpToWhereTheProjectionIsAndNoFurther()
    {
        const auto plan = planned(requestFor(found(), {{"a"}, {"c"}}));
        sendAll(m_broker, {eventOf("a", 3, "Added", "1"), eventOf("a", 4, "Added", "100"), eventOf("c", 2, "Paid")});
        // Of the row's own version is a, beyond the checkpoint; what is behind waits for the worker.
        execute(*m_server, {"UPDATE actual SET version = 3, total = 99 WHERE id = 'a'"});
        QVERIFY(ran(plan, optionsFor(plan))->state == ReplayState::Finished);
        QCOMPARE(cell("SELECT total || ' ' || version FROM actual WHERE id = 'a'"), std::string("13.50 3"));
        QCOMPARE(cell("SELECT status FROM actual WHERE id = 'c'"), std::string("placed"));
    }

    void aWorkerThatRunsMeanwhileIsNeitherOvertakenNorUndone()
    {
        constexpr int keys = 20;
        constexpr int events = 15;
        std::vector<OutgoingRecord> first;
        std::vector<std::string> wrong;
        for (int key = 0; key < keys; ++key) {
            first.push_back(eventOf(fmt::format("w{:02}", key), 1, "Placed", "1"));
            wrong.push_back(fmt::format("INSERT INTO actual VALUES ('w{0:02}', 'placed', 50, 1)", key));
            wrong.push_back(fmt::format("INSERT INTO expected VALUES ('w{0:02}', 'placed', 1, 1)", key));
        }
        sendAll(m_broker, first);
        applied();
        execute(*m_server, wrong);
        const auto plan = planned(requestFor(found()));
        // Each event with its checkpoint in one transaction, as a worker does it.
        std::jthread worker([&] {
            for (int version = 2; version <= events; ++version)
                for (int key = 0; key < keys; ++key) {
                    sendAll(m_broker, {eventOf(fmt::format("w{:02}", key), version, "Added", "1")});
                    execute(*m_server, {checkpointSql(heads()),
                                        fmt::format("UPDATE actual SET total = total + 1, version = {} WHERE id = "
                                                    "'w{:02}'",
                                                    version, key)});
                }
        });
        const auto end = ran(plan, optionsFor(plan));
        worker.join();
        QVERIFY2(end->state == ReplayState::Finished && end->counts.refused == 0, summary(*end).c_str());
        QCOMPARE(cell(fmt::format("SELECT count(*) FROM actual WHERE id LIKE 'w%' AND total = {0} AND version = {0}",
                                  events)),
                 std::to_string(keys));
    }

    void whoIsKilledBetweenJournalAndRowGoesOnWhereItWas()
    {
        const auto plan = planned(requestFor(found()));
        auto options = optionsFor(plan);
        int sends = 0;
        options.boundary = [&](ReplayBoundary at) {
            if (at == ReplayBoundary::BeforeSend && ++sends == 2)
                throw std::runtime_error("killed");
        };
        QVERIFY(ran(plan, options)->state == ReplayState::Stopped);
        const auto status = sure(replayStatus(options.journal));
        QVERIFY(status.progress.letters[1].state == ReplayLetterState::Sending);
        QCOMPARE(cell("SELECT count(*) FROM actual WHERE id = 'c'"), std::string("0"));
        const auto end = ran(plan, optionsFor(plan, true));
        QVERIFY2(end->state == ReplayState::Finished && end->counts.done == 3, summary(*end).c_str());
        QVERIFY(!found().hasDrift());
    }

    void aLogWithoutItsBeginningIsRefused()
    {
        const auto wrong = found();
        TopicOwner owner(m_kafka->bootstrap());
        const auto all = heads();
        const auto full = std::ranges::find_if(all, [](const auto& one) { return one.second > 1; });
        owner.deleteBelow(full->first, 1);
        const auto plan = planned(requestFor(wrong));
        QVERIFY2(refusals(plan).find("begins at offset 1") != std::string::npos, refusals(plan).c_str());
        QVERIFY(ran(plan, optionsFor(plan))->state == ReplayState::Refused);
        QCOMPARE(cell("SELECT total FROM actual WHERE id = 'a'"), std::string("14.88"));
    }

    void keysWithTooManyEventsAreRefusedWithTheirNumber()
    {
        auto request = requestFor(found());
        request.mostEvents = 1;
        const auto plan = planned(std::move(request));
        QVERIFY2(refusals(plan).find("a has 2 events, d has 2 events") != std::string::npos, refusals(plan).c_str());
    }

    void aCommandGetsAllEventsOfEachKeyInOrder()
    {
        const auto wrong = found();
        auto request = requestFor(wrong, {{"a"}, {"d"}});
        const auto log = m_folder.filePath("applied").toStdString();
        const auto script = m_folder.filePath("apply").toStdString();
        std::ofstream(script) << "#!/bin/sh\necho \"$PROJECTIONIST_REPROJECT $PROJECTIONIST_KEY "
                                 "$PROJECTIONIST_REPROJECT_EVENT/$PROJECTIONIST_REPROJECT_EVENTS $(cat)\" >> "
                              << log << '\n';
        std::filesystem::permissions(script, std::filesystem::perms::owner_all);
        request.draft.target = {ReplayTargetKind::Command, {}, {script}};
        const auto plan = planned(std::move(request));
        QCOMPARE(plan.letters.size(), std::size_t{4});
        const auto end = ran(plan, optionsFor(plan));
        QVERIFY2(end->state == ReplayState::Finished, summary(*end).c_str());
        QCOMPARE(end->step, std::size_t{2}); // whole keys
        std::ifstream file(log);
        std::vector<std::string> lines;
        for (std::string line; std::getline(file, line);)
            lines.push_back(line.substr(0, line.find(",\"total")));
        QCOMPARE(fmt::format("{}", fmt::join(lines, "; ")),
                 std::string("1 a 1/2 {\"type\":\"Placed\",\"version\":1; 1 a 2/2 {\"type\":\"Paid\",\"version\":2; "
                             "1 d 1/2 {\"type\":\"Placed\",\"version\":1; 1 d 2/2 {\"type\":\"Gone\",\"version\":2"));
        const auto again = checkedAgain(plan); // it only wrote them down
        QCOMPARE(again.again.differences.size(), std::size_t{2});
        QCOMPARE(again.repair.repaired, std::size_t{0});
    }

    void rowsAreRefusedWhereNothingTellsHowFarTheyAre()
    {
        auto projection = ordersProjection();
        projection.checkpoint.reset();
        QVERIFY(!whyNotWritten(projection));
        projection.declared->version.clear();
        QVERIFY(whyNotWritten(projection).has_value());
        projection.declared->key = {{"id", "$.id"}};
        QVERIFY(whyNotWritten(projection)->why.find("key of the events") != std::string::npos);
        projection.declared.reset();
        QVERIFY(whyNotWritten(projection).has_value());
    }
};

QTEST_GUILESS_MAIN(TestReproject)
#include "tst_reproject.moc"
