// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A check of kind events: a log of two million events (or as many as the argument says), ten of each order, on a real
// broker is folded and compared with the table of a real database, in which a hundred rows are wrong. Limit: 20 s for a
// million events. Exits with 1 when it is missed, or when the differences are not those that were planted.
#include "app/sandbox/servers/kafkaserver.h"
#include "app/sandbox/servers/postgresserver.h"
#include "backend/broker/topicadmin.h"
#include "backend/reconcile/checkrun.h"
#include "backend/store/postgres/postgressnapshot.h"
#include "backend/store/postgres/postgresstore.h"
#include "tests/bench/measure.h"

#include <cstdio>
#include <cstdlib>
#include <librdkafka/rdkafka.h>

using namespace projectionist;

namespace {

constexpr int partitions = 12;
constexpr std::int64_t eventsOfOrder = 10;
constexpr std::int64_t planted = 100;
constexpr double limitSecondsAMillion = 20;

void writeLog(const std::string& bootstrap, std::int64_t events)
{
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    char why[256] = "";
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap.c_str(), why, sizeof why);
    rd_kafka_conf_set(conf, "linger.ms", "50", why, sizeof why);
    rd_kafka_t* rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    const std::int64_t orders = events / eventsOfOrder;
    for (std::int64_t i = 0; i < events; ++i) {
        const std::int64_t order = i % orders;
        const std::string key = "ORD-" + std::to_string(10'000'000 + order);
        const std::string version = std::to_string(i / orders + 1);
        std::string value = "{\"order_id\": \"" + key + "\", \"version\": " + version +
                            ", \"customer\": {\"id\": \"CUS-" + std::to_string(order % 5000) +
                            "\"}, \"currency\": \"EUR\", \"cents\": 4711}";
        while (rd_kafka_producev(rk, RD_KAFKA_V_TOPIC("orders"),
                                 RD_KAFKA_V_PARTITION(static_cast<std::int32_t>(order % partitions)),
                                 RD_KAFKA_V_KEY(key.data(), key.size()), RD_KAFKA_V_VALUE(value.data(), value.size()),
                                 RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_HEADER("type", "Changed", -1),
                                 RD_KAFKA_V_END) == RD_KAFKA_RESP_ERR__QUEUE_FULL)
            rd_kafka_poll(rk, 20);
        rd_kafka_poll(rk, 0);
    }
    rd_kafka_flush(rk, 120'000);
    rd_kafka_destroy(rk);
}

Workspace workspaceOf(const KafkaServer& kafka, const PostgresServer& postgres)
{
    Workspace workspace;
    workspace.brokers.resize(1);
    workspace.brokers[0].name = "b";
    workspace.brokers[0].properties = {{"bootstrap.servers", kafka.bootstrap()}};
    workspace.stores.resize(1);
    workspace.stores[0].name = "s";
    workspace.stores[0].connection = postgres.connection();
    ContextSettings context;
    context.name = "bench";
    context.broker = "b";
    workspace.contexts = {context};
    ProjectionSettings projection;
    projection.name = "orders";
    projection.context = "bench";
    projection.topics = {"orders"};
    projection.checkpoint = CheckpointSettings{"s", "SELECT topic, partition, position FROM checkpoint"};
    projection.eventVersion = "$.version";
    auto& declared = projection.declared.emplace();
    declared.store = "s";
    declared.table = "order_summary";
    declared.key = {{"id", "key"}};
    declared.version = "version";
    declared.on.resize(1);
    declared.on[0].types = {"Changed"};
    declared.on[0].set = {{"customer", "$.customer.id"}, {"currency", "$.currency"}};
    declared.on[0].add = {{"cents", "$.cents"}};
    workspace.projections = {projection};
    return workspace;
}

void fill(const StoreSettings& settings, std::int64_t events)
{
    const auto store = sure(connectPostgres(settings, Access::ReadWrite));
    const std::string orders = std::to_string(events / eventsOfOrder);
    sure(store->transaction([&](Transaction& transaction) -> Result<void> {
        for (const auto& sql : std::vector<std::string>{
                 "CREATE TABLE order_summary (id text PRIMARY KEY, customer text, currency text, cents bigint, version "
                 "bigint)",
                 "INSERT INTO order_summary SELECT 'ORD-' || 10000000 + i, 'CUS-' || i % 5000, 'EUR', 47110, 10 FROM "
                 "generate_series(0, " +
                     orders + " - 1) i",
                 "UPDATE order_summary SET cents = cents + 1 WHERE substr(id, 5)::bigint % (" + orders + " / " +
                     std::to_string(planted) + ") = 7",
                 "CREATE TABLE checkpoint (topic text, partition int, position bigint)",
                 "INSERT INTO checkpoint SELECT 'orders', i, " + std::to_string(events) + " FROM generate_series(0, " +
                     std::to_string(partitions - 1) + ") i"})
            if (const auto done = transaction.execute(sql); !done)
                return tl::unexpected(done.error());
        return {};
    }));
}

int bench(std::int64_t events)
{
    const auto kafka = sure(KafkaServer::start());
    const auto postgres = sure(PostgresServer::start());
    const auto workspace = workspaceOf(*kafka, *postgres);
    const TopicSpec spec{"orders", partitions};
    sure(createTopics(workspace.brokers[0], std::span(&spec, 1), Duration(30'000)));
    writeLog(kafka->bootstrap(), events);
    fill(workspace.stores[0], events);
    CheckSettings check;
    check.name = "bench";
    check.context = "bench";
    check.projection = "orders";
    check.kind = CheckKind::Events;
    check.settle = Duration(0);
    const SystemClock clock;
    const double before = residentMegabytes();
    const auto start = std::chrono::steady_clock::now();
    const auto result = sure(CheckRun(check, workspace, readPostgresSnapshot, clock).run());
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const double allowed = limitSecondsAMillion * static_cast<double>(events) / 1e6;
    std::printf("events check: %.2f s, %.0f events/s, %lld rows, %zu differences; limit %.0f s; %.0f MB more than "
                "before\n",
                took, static_cast<double>(events) / took, static_cast<long long>(result.expectedRows),
                result.differences.size(), allowed, static_cast<double>(usage.ru_maxrss) * 1024 / 1e6 - before);
    return result.count(DriftState::Confirmed) == planted && result.complete && took <= allowed ? 0 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    try {
        return bench(argc > 1 ? std::atoll(argv[1]) : 2'000'000);
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "bench_eventscheck: %s\n", failure.what());
        return 1;
    }
}
