// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/rebuild/drilldesk.h"
#include "backend/rebuild/drillrun.h"
#include "backend/rebuild/workerorder.h"
#include "tests/integration/broker/brokerfixture.h"
#include "tests/integration/reconcile/checkfixture.h"

#include <fmt/format.h>
#include <iostream>
#include <QTemporaryDir>
#include <unistd.h>

using namespace projectionist;

namespace {

constexpr int keyCount = 500;
constexpr int partitionCount = 3;

OutgoingRecord eventOf(int number, const std::string& type, const std::string& payload)
{
    return {"orders", number % partitionCount, fmt::format("o{:03}", number), payload, {{"type", type}}};
}

/// Three events a key; of every tenth key a fourth, that erases it.
std::vector<OutgoingRecord> allEvents()
{
    std::vector<OutgoingRecord> events;
    for (int i = 0; i < keyCount; ++i)
        for (int version = 1; version <= 3; ++version)
            events.push_back(
                version == 1
                    ? eventOf(i, "Placed", fmt::format(R"({{"version": 1, "total": {}.5, "note": "a\"b\\c, é"}})", i))
                    : eventOf(i, "Paid", fmt::format(R"({{"version": {}, "amount": 0.10}})", version)));
    for (int i = 0; i < keyCount; i += 10)
        events.push_back(eventOf(i, "Erased", R"({"version": 4})"));
    return events;
}

DeclaredProjectionSettings declaration(bool versioned)
{
    DeclaredProjectionSettings declared;
    declared.store = "here";
    declared.table = "\"Order Summary\"";
    declared.key = {{"id", "key"}};
    declared.version = versioned ? "version" : "";
    declared.on.resize(3);
    declared.on[0].types = {"Placed"};
    declared.on[0].set = {{"total", "$.total"}, {"note", "$.note"}};
    declared.on[1].types = {"Paid"};
    declared.on[1].add = {{"paid", "$.amount"}};
    declared.on[1].append = {{"log", "$.version"}};
    declared.on[2].types = {"Erased"};
    declared.on[2].erase = true;
    return declared;
}

Workspace workspaceOn(const BrokerSettings& broker, const StoreSettings& store, bool versioned)
{
    Workspace workspace;
    workspace.brokers = {broker};
    workspace.stores = {store};
    ContextSettings context;
    context.name = "local";
    context.broker = broker.name;
    workspace.contexts = {context};
    ProjectionSettings projection;
    projection.name = "orders";
    projection.context = "local";
    projection.topics = {"orders"};
    projection.eventVersion = "$.version";
    projection.checkpoint = CheckpointSettings{"here", "SELECT topic, partition, position FROM checkpoint"};
    projection.declared = declaration(versioned);
    workspace.projections = {projection};
    return workspace;
}

/// A worker as it should not be: rows in a transaction of their own, and positions in another one.
class TornTarget final : public RowTarget
{
public:
    TornTarget(RelationalStore& store, const TargetTables& tables, const DeclaredProjection& declaration,
               TableTarget::OnStage stage)
        : m_inner(store, tables, declaration), m_stage(std::move(stage))
    {
    }
    Result<NextOffsets> positions() override { return m_inner.positions(); }
    Result<std::vector<TargetRow>> rows(std::span<const FoldKey> keys) override { return m_inner.rows(keys); }
    Result<void> write(const RowBatch& batch) override
    {
        tell(WriteStage::Began);
        auto done = m_inner.write({batch.rows, batch.erased, {}, {}});
        if (!done)
            return done;
        tell(WriteStage::RowsWritten);
        done = m_inner.write({{}, {}, batch.from, batch.to});
        tell(WriteStage::Committed);
        return done;
    }

private:
    void tell(WriteStage stage) const
    {
        if (m_stage)
            m_stage(stage);
        if (stage == WriteStage::RowsWritten) // time to die
            std::this_thread::sleep_for(std::chrono::milliseconds(30));
    }

    TableTarget m_inner;
    const TableTarget::OnStage m_stage;
};

std::unique_ptr<RowTarget> makeTorn(RelationalStore& store, const TargetTables& tables,
                                    const DeclaredProjection& declaration, TableTarget::OnStage stage)
{
    return std::make_unique<TornTarget>(store, tables, declaration, std::move(stage));
}

/// This program as a worker, with what the test has put into the environment.
int serve(const char* kind)
{
    std::string line;
    std::getline(std::cin, line);
    const auto order = WorkerOrder::parse(line);
    StoreSettings store;
    store.name = "here";
    store.connection = std::getenv("DRILL_STORE");
    const auto workspace =
        workspaceOn(brokerAt(std::getenv("DRILL_BROKER")), store, std::getenv("DRILL_VERSIONED") != nullptr);
    const auto connectors = defaultDrillConnectors();
    const MakeTarget target = std::string(kind) == "torn" ? MakeTarget(makeTorn) : connectors.target;
    return order && serveOrder(*order, workspace, connectors.letters, connectors.open, target, STDOUT_FILENO) ? 0 : 1;
}

QString seen(const Result<DrillResult>& result)
{
    if (!result)
        return text(result.error());
    std::string all;
    for (const auto& sentence : result->seen)
        all += sentence + '\n';
    return QString::fromStdString(all);
}

} // namespace

/// Drills on real servers: each passes where all is well, and fails where something is not.
class TestDrills : public QObject
{
    Q_OBJECT
    std::unique_ptr<KafkaServer> m_kafka;
    std::unique_ptr<PostgresServer> m_server;
    StoreSettings m_store;
    Workspace m_workspace;
    std::vector<std::string> m_worker;

    void use(bool versioned)
    {
        m_workspace = workspaceOn(brokerAt(m_kafka->bootstrap()), m_store, versioned);
        if (versioned)
            qputenv("DRILL_VERSIONED", "1");
        else
            qunsetenv("DRILL_VERSIONED");
    }
    [[nodiscard]] Result<DrillResult> run(DrillKind kind, bool torn = false, std::int64_t events = 100'000) const
    {
        const SystemClock clock;
        auto connectors = defaultDrillConnectors();
        connectors.worker = {QCoreApplication::applicationFilePath().toStdString(), torn ? "torn" : "worker"};
        if (torn)
            connectors.target = makeTorn;
        if (torn && kind == DrillKind::CrashRecovery)
            connectors.target = makeTableTarget; // of the clean build
        return DrillRun(m_workspace, {kind, "local", "orders", "eva@desk7", events, 5}, connectors, clock).run();
    }
    [[nodiscard]] std::string cell(const std::string& sql) const
    {
        const auto store = sure(connectPostgres(m_store, Access::ReadOnly));
        return sure(store->query(sql, {}, 1)).rows.front().front().value_or("");
    }
    [[nodiscard]] std::string scratchSchemas() const
    {
        return cell("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'projectionist%'");
    }

private slots:
    void initTestCase()
    {
        m_kafka = startKafka();
        m_server = startPostgres();
        m_store = storeOf("here", *m_server);
        qputenv("DRILL_STORE", QByteArray::fromStdString(m_store.connection));
        qputenv("DRILL_BROKER", QByteArray::fromStdString(m_kafka->bootstrap()));
        makeTopics(brokerAt(m_kafka->bootstrap()), {{"orders", partitionCount}});
        write(brokerAt(m_kafka->bootstrap()), allEvents());
        execute(*m_server,
                {"CREATE TABLE \"Order Summary\" (made serial, id text PRIMARY KEY, total numeric(12, 2), note text, "
                 "paid numeric, log jsonb, version bigint, seen_at timestamptz NOT NULL DEFAULT now(), doubled "
                 "numeric GENERATED ALWAYS AS (total * 2) STORED)",
                 "CREATE TABLE checkpoint (topic text, partition int, position bigint)",
                 "INSERT INTO checkpoint SELECT 'orders', i, 1000000 FROM generate_series(0, 2) i",
                 fmt::format("INSERT INTO \"Order Summary\" (id, total, note, paid, log, version) SELECT 'o' || "
                             "lpad(i::text, 3, '0'), i + 0.5, 'a\"b\\c, é', 0.2, '[2, 3]', 3 FROM generate_series(0, "
                             "{}) i WHERE i % 10 <> 0",
                             keyCount - 1)});
    }
    void init() { use(true); }
    void cleanup()
    {
        QCOMPARE(scratchSchemas(), std::string("0"));
        QCOMPARE(cell("SELECT count(*) || ' ' || max(made) FROM \"Order Summary\""), std::string("450 450"));
        QCOMPARE(cell("SELECT last_value FROM \"Order Summary_made_seq\""), std::string("450"));
    }

    void aProjectionThatCanBeTrustedPasses_data()
    {
        QTest::addColumn<int>("kind");
        for (const auto kind : allDrills)
            QTest::newRow(std::string(toString(kind)).c_str()) << static_cast<int>(kind);
    }
    void aProjectionThatCanBeTrustedPasses()
    {
        QFETCH(int, kind);
        const auto result = run(static_cast<DrillKind>(kind));
        QVERIFY2(result && result->passed, qPrintable(seen(result)));
        QCOMPARE(result->events, std::int64_t{1550});
        QCOMPARE(result->rows, std::int64_t{450});
        QVERIFY(result->compared.differences.empty());
    }

    void eventsThatCountTwiceAreFound()
    {
        use(false);
        const auto result = run(DrillKind::Idempotency);
        QVERIFY2(result && !result->passed, qPrintable(seen(result)));
        QCOMPARE(result->differing, std::int64_t{450});
        QCOMPARE(result->compared.differences.size(), mostRowsShown);
        const auto& first = result->compared.differences.front();
        QCOMPARE(first.key, std::vector<std::string>{"o001"});
        std::vector<std::string> columns;
        for (const auto column : first.differing)
            columns.push_back(result->compared.columns[column] + ' ' + (*first.expected)[column].value_or("") + ' ' +
                              (*first.actual)[column].value_or(""));
        QCOMPARE(columns, (std::vector<std::string>{"paid 0.20 0.40", "log [2, 3] [2, 3, 2, 3]"}));
    }
    void aKilledWorkerWithoutVersionsIsKeptRightByItsPositionsAlone()
    {
        use(false);
        const auto result = run(DrillKind::CrashRecovery);
        QVERIFY2(result && result->passed, qPrintable(seen(result)));
        QVERIFY2(seen(result).contains("killed 5 times by SIGKILL"), qPrintable(seen(result)));
    }
    void aWorkerThatWritesItsPositionsApartIsFoundByKillingIt()
    {
        use(false);
        const auto result = run(DrillKind::CrashRecovery, true);
        QVERIFY2(result && !result->passed && result->differing > 0, qPrintable(seen(result)));
    }
    void aWorkerThatWritesItsPositionsApartIsFoundByEndingItsSession()
    {
        const auto result = run(DrillKind::CheckpointAtomicity, true);
        QVERIFY2(result && !result->passed, qPrintable(seen(result)));
        QVERIFY2(seen(result).contains("The rows have changed, and the positions do not tell"),
                 qPrintable(seen(result)));
    }
    void aWrongRowOfTheTableInUseIsFound()
    {
        execute(*m_server, {"UPDATE \"Order Summary\" SET total = 7 WHERE id = 'o003'",
                            "UPDATE \"Order Summary\" SET id = 'o010' WHERE id = 'o011'"});
        const auto result = run(DrillKind::Reprojection);
        execute(*m_server, {"UPDATE \"Order Summary\" SET total = 3.5 WHERE id = 'o003'",
                            "UPDATE \"Order Summary\" SET id = 'o011' WHERE id = 'o010'"});
        QVERIFY2(result && !result->passed, qPrintable(seen(result)));
        QCOMPARE(text(Result<CheckResult>(result->compared)), QString("different o003 total: 3.50 | 7.00\n"
                                                                      "extra o010\n"
                                                                      "missing o011\n"));
    }

    void whatAKilledDrillLeftIsDroppedByTheNextOne()
    {
        // Its mark, and nobody who holds its lock; another schema of that name is somebody else's.
        execute(*m_server, {"CREATE SCHEMA projectionist_drill_dead", "CREATE TABLE projectionist_drill_dead.t ()",
                            "COMMENT ON SCHEMA projectionist_drill_dead IS 'Scratch of a drill of Projectionist; may "
                            "be dropped when nobody runs one. By x'",
                            "CREATE SCHEMA projectionist_drill_mine"});
        QVERIFY(run(DrillKind::Idempotency, false, 100));
        QCOMPARE(cell("SELECT string_agg(nspname, ' ') FROM pg_namespace WHERE nspname LIKE 'projectionist%'"),
                 std::string("projectionist_drill_mine"));
        execute(*m_server, {"DROP SCHEMA projectionist_drill_mine"});
    }
    void whoMayNotMakeSchemasIsToldTheGrant()
    {
        execute(*m_server, {"CREATE ROLE reader LOGIN", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader"});
        m_workspace.stores[0].connection += " user=reader";
        const auto result = run(DrillKind::Idempotency);
        QCOMPARE(kindOf(result), QString("permission"));
        QVERIFY2(QString::fromStdString(result.error().next).contains("GRANT CREATE ON DATABASE"),
                 qPrintable(seen(result)));
    }
    void aProjectionWithoutDeclarationIsRefused()
    {
        m_workspace.projections[0].declared.reset();
        const auto result = run(DrillKind::Idempotency);
        QCOMPARE(kindOf(result), QString("configuration"));
    }
    void aDrillEndsSoonWhenItIsCancelled()
    {
        const SystemClock clock;
        DrillRun drill(m_workspace, {DrillKind::Idempotency, "local", "orders", "eva@desk7", 1'000, 1},
                       defaultDrillConnectors(), clock);
        const auto result = drill.run([&](const DrillProgress& now) {
            if (now.doing.starts_with("applying"))
                drill.cancel();
        });
        QCOMPARE(kindOf(result), QString("cancelled"));
    }
    void theDeskRunsOneAfterTheOtherAndTells()
    {
        const QTemporaryDir folder;
        const SystemClock clock;
        std::mutex mutex;
        std::shared_ptr<const DrillBoard> newest;
        DrillDesk desk(
            m_workspace, "local", defaultDrillConnectors(), clock, folder.path().toStdString() + "/drills.db",
            [](const std::string&, DrillKind kind) -> Result<void> {
                if (kind != DrillKind::Reprojection)
                    return {};
                return tl::unexpected(Error{ErrorKind::Permission, "Not today", {}, {}, false});
            },
            [&](std::shared_ptr<const DrillBoard> board) {
                const std::lock_guard lock(mutex);
                newest = std::move(board);
            });
        const auto standing = [&](std::size_t drill) {
            const std::lock_guard lock(mutex);
            return newest ? newest->drills[drill] : DrillStanding();
        };
        desk.run("orders", DrillKind::Idempotency);
        desk.run("orders", DrillKind::CheckpointAtomicity);
        desk.run("orders", DrillKind::Reprojection);
        QVERIFY(eventually([&] { return standing(2).last && standing(2).last->outcome() == "passed"; }));
        QVERIFY(standing(0).last && standing(0).last->outcome() == "passed");
        QVERIFY(eventually([&] { return standing(3).complaint == "Not today."; }));
        QVERIFY(!standing(3).last);
    }
    void theHistoryKeepsWhatWasSeen()
    {
        const QTemporaryDir folder;
        const auto file = std::filesystem::path(folder.path().toStdString()) / "drills.db";
        use(false);
        const auto result = run(DrillKind::Idempotency);
        QVERIFY2(result, qPrintable(seen(result)));
        {
            auto history = sure(DrillHistory::open(file));
            const auto number =
                sure(history.begin("local", "orders", DrillKind::Idempotency, result->began, "eva@desk7"));
            QCOMPARE(kindOf(history.begin("local", "orders", DrillKind::Idempotency, result->began, "max")),
                     QString("conflict"));
            sure(history.finish(number, *result));
            static_cast<void>(sure(history.begin("local", "orders", DrillKind::Reprojection, result->began, "eva")));
        }
        const auto runs = sure(sure(DrillHistory::open(file)).runs("local", 10));
        QCOMPARE(runs.size(), std::size_t{2});
        QCOMPARE(runs[0].result.seen, result->seen);
        QCOMPARE(runs[0].result.differing, std::int64_t{450});
        QVERIFY(runs[0].result.compared.differences == result->compared.differences);
        QVERIFY(runs[0].outcome() == "failed" && runs[1].outcome() == "lost");
    }
};

int main(int argc, char** argv)
{
    if (argc > 1 && (std::string(argv[1]) == "worker" || std::string(argv[1]) == "torn"))
        return serve(argv[1]);
    QCoreApplication application(argc, argv);
    TestDrills test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_drills.moc"
