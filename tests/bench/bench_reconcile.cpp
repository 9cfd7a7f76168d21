// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A check of ten million rows (or as many as the argument says) of eight columns with a hundred differences, on real
// servers: in one database against the bare SQL in pieces of 500 000 keys on two connections, and across two servers
// against both streams read by nobody, a thread each. Both ratios have the limit 1.2; memory has 64 MB. Exits with 1
// when one is missed, or when the differences are not those that were planted.
#include "app/sandbox/servers/postgresserver.h"
#include "backend/reconcile/checkrun.h"
#include "backend/store/postgres/postgressnapshot.h"
#include "backend/store/postgres/postgresstore.h"
#include "tests/bench/measure.h"

#include <cstdio>
#include <cstdlib>
#include <thread>

using namespace projectionist;

namespace {

constexpr std::int64_t piece = 500'000;
constexpr std::int64_t planted = 100;
constexpr double limit = 1.2;
constexpr double memoryLimit = 64; ///< MB above what the program had before
constexpr int runsEach = 3;        ///< the best counts

StoreSettings storeOf(const std::string& name, const PostgresServer& server)
{
    StoreSettings settings;
    settings.name = name;
    settings.connection = server.connection();
    settings.statementTimeout = Duration(3'600'000);
    return settings;
}

void execute(RelationalStore& store, const std::string& sql)
{
    sure(store.transaction(
        [&](Transaction& transaction) -> Result<void> { return transaction.execute(sql).map([](const Rows&) {}); }));
}

void fill(const PostgresServer& server, const std::string& table, std::int64_t rows, bool corrupted)
{
    const auto store = sure(connectPostgres(storeOf("owner", server), Access::ReadWrite));
    execute(*store, "CREATE TABLE " + table +
                        " (id bigint, customer text, status text, currency text, total numeric, parcels int, "
                        "placed timestamptz, paid boolean)");
    execute(*store,
            "INSERT INTO " + table +
                " SELECT i, 'CUS-' || i % 50000, CASE WHEN i % 3 = 0 THEN 'placed' ELSE 'completed' END, 'EUR', "
                "i % 90000 / 100.0, i % 5, timestamptz '2026-01-01' + i * interval '1 second', i % 2 = 0 "
                "FROM generate_series(1, " +
                std::to_string(rows) + ") i");
    execute(*store, "ALTER TABLE " + table + " ADD PRIMARY KEY (id)");
    if (corrupted)
        execute(*store,
                "UPDATE " + table + " SET total = total + 1 WHERE id % " + std::to_string(rows / planted) + " = 7");
    const auto owner = sure(connectPostgres(storeOf("owner", server), Access::ReadWrite));
    execute(*owner, "ANALYZE " + table);
    execute(*owner, "SELECT count(*) FROM " + table); // sets hint bits, warms the cache
}

double seconds(const std::function<void()>& work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Both in turn, so that what else goes on meets both; the best of each counts.
bool compare(const char* what, std::int64_t rows, const std::function<void()>& ours, const std::function<void()>& bare)
{
    double best = 1e9;
    double bestBare = 1e9;
    for (int i = 0; i < runsEach; ++i) {
        bestBare = std::min(bestBare, seconds(bare));
        best = std::min(best, seconds(ours));
    }
    std::printf("%-14s %7.2f s, %9.0f rows/s; bare %7.2f s; ratio %.2f (limit %.1f)\n", what, best,
                static_cast<double>(rows) / best, bestBare, best / bestBare, limit);
    std::fflush(stdout);
    return best / bestBare <= limit;
}

std::string pieceSql(std::int64_t from, std::int64_t to)
{
    const std::string range = " WHERE id >= " + std::to_string(from) + " AND id < " + std::to_string(to);
    const std::string columns = "customer, status, currency, total, parcels, placed, paid";
    const auto prefixed = [](const std::string& p) {
        return p + ".customer, " + p + ".status, " + p + ".currency, " + p + ".total, " + p + ".parcels, " + p +
               ".placed, " + p + ".paid";
    };
    return "SELECT * FROM (SELECT id, " + columns + " FROM expected" + range + ") a FULL JOIN (SELECT id, " + columns +
           " FROM actual" + range + ") b ON a.id = b.id WHERE (" + prefixed("a") + ") IS DISTINCT FROM (" +
           prefixed("b") + ")";
}

/// What somebody would type into two psql.
void bareJoin(const StoreSettings& store, std::int64_t rows)
{
    const auto half = [&](int which) {
        const auto reader = sure(readPostgresSnapshot(store));
        sure(reader->begin());
        sure(reader->query("SELECT set_config('enable_hashjoin', 'off', true)"));
        for (std::int64_t from = 1 + which * piece; from <= rows; from += 2 * piece)
            sure(reader->query(pieceSql(from, from + piece)));
    };
    const std::jthread other(half, 1);
    half(0);
}

void bareStreams(const StoreSettings& expected, const StoreSettings& actual)
{
    const auto drain = [](const StoreSettings& store, const char* table) {
        const auto reader = sure(readPostgresSnapshot(store));
        sure(reader->begin());
        sure(reader->openStream(std::string("SELECT * FROM ") + table + " ORDER BY id"));
        std::string_view line;
        while (sure(reader->nextLine(line)))
            ;
    };
    const std::jthread other(drain, actual, "actual");
    drain(expected, "expected");
}

void runCheck(const Workspace& workspace, const std::string& actual)
{
    CheckSettings check;
    check.name = "bench";
    check.expected = {"here", "expected", {}, {}};
    check.actual = {actual, "actual", {}, {}};
    check.key = {"id"};
    check.settle = Duration(0);
    check.statementTimeout = Duration(3'600'000);
    const SystemClock clock;
    const auto result = sure(CheckRun(check, workspace, readPostgresSnapshot, clock).run());
    if (result.count(DriftState::Confirmed) != planted || !result.complete)
        throw std::runtime_error("found " + std::to_string(result.differences.size()) + " differences");
}

int bench(std::int64_t rows)
{
    PostgresOptions options;
    options.settings = {{"shared_buffers", "1GB"}, {"max_wal_size", "8GB"}, {"autovacuum", "off"}};
    const auto here = sure(PostgresServer::start(options));
    const auto there = sure(PostgresServer::start(options));
    fill(*here, "expected", rows, false);
    fill(*here, "actual", rows, true);
    fill(*there, "actual", rows, true);
    Workspace workspace;
    workspace.stores = {storeOf("here", *here), storeOf("there", *there)};
    const double before = residentMegabytes();
    bool fine = compare(
        "same database", rows, [&] { runCheck(workspace, "here"); }, [&] { bareJoin(workspace.stores[0], rows); });
    fine = compare(
               "two servers", rows, [&] { runCheck(workspace, "there"); },
               [&] { bareStreams(workspace.stores[0], workspace.stores[1]); }) &&
           fine;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const double memory = static_cast<double>(usage.ru_maxrss) * 1024 / 1e6 - before;
    std::printf("memory         at most %.0f MB more than before (limit %.0f)\n", memory, memoryLimit);
    return fine && memory <= memoryLimit ? 0 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    try {
        return bench(argc > 1 ? std::atoll(argv[1]) : 10'000'000);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "bench_reconcile: %s\n", failure.what());
        return 1;
    }
}
