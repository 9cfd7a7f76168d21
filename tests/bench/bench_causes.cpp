// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Causes of a thousand differences, from a log of ten million events (--events N for another number) on a real broker
// and the rows of a real database. An order has ten events near each other, and the orders that differ are spread over
// the whole log, so that all of it has to be searched. Limit: 10 s, as a ratio. Exits with 1 when it is missed, or when
// the cause of a difference stays unknown.
#include "app/sandbox/servers/kafkaserver.h"
#include "app/sandbox/servers/postgresserver.h"
#include "backend/broker/topicadmin.h"
#include "backend/reconcile/causes.h"
#include "backend/store/postgres/postgresstore.h"
#include "tests/bench/measure.h"

#include <cstdio>
#include <librdkafka/rdkafka.h>

using namespace projectionist;

namespace {

constexpr int partitions = 12;
constexpr std::uint64_t eventsOfOrder = 10;
constexpr std::uint64_t ordersAtOnce = 500; ///< whose events alternate
constexpr std::uint64_t differing = 1000;
constexpr double limitSeconds = 10;
constexpr const char* topic = "orders";

std::string orderOf(std::uint64_t event)
{
    const std::uint64_t block = event / (eventsOfOrder * ordersAtOnce);
    return "ORD-" + std::to_string(10'000'000 + block * ordersAtOnce + event % ordersAtOnce);
}

void writeLog(const std::string& bootstrap, std::uint64_t events)
{
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    char why[256] = "";
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap.c_str(), why, sizeof why);
    rd_kafka_conf_set(conf, "linger.ms", "50", why, sizeof why);
    rd_kafka_conf_set(conf, "batch.size", "262144", why, sizeof why);
    rd_kafka_t* rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    for (std::uint64_t i = 0; i < events; ++i) {
        const std::string key = orderOf(i);
        const std::string version = std::to_string(i / ordersAtOnce % eventsOfOrder + 1);
        std::string value =
            "{\"order_id\":\"" + key + "\",\"version\":" + version + ",\"currency\":\"EUR\",\"total_cents\":4711}";
        const std::string id = key + '-' + version;
        const auto partition = static_cast<std::int32_t>(i % ordersAtOnce % partitions);
        while (rd_kafka_producev(rk, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition),
                                 RD_KAFKA_V_KEY(key.data(), key.size()), RD_KAFKA_V_VALUE(value.data(), value.size()),
                                 RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_HEADER("ce_type", "Changed", -1),
                                 RD_KAFKA_V_HEADER("ce_id", id.data(), static_cast<ssize_t>(id.size())),
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
    context.stores = {"s"};
    workspace.contexts = {context};
    ProjectionSettings projection;
    projection.name = "orders";
    projection.context = "bench";
    projection.topics = {topic};
    projection.checkpoint = CheckpointSettings{"s", "SELECT topic, partition, position FROM checkpoint"};
    projection.rowQuery = RowQuerySettings{"s", "SELECT version FROM read_model WHERE id = $1",
                                           "SELECT id, version FROM read_model WHERE id = ANY($1)"};
    projection.eventVersion = "$.version";
    workspace.projections = {projection};
    return workspace;
}

/// Orders from everywhere in the log, each with a wrong total.
CheckResult wrongTotals(std::uint64_t events)
{
    CheckResult result;
    result.check = "orders";
    result.keyColumns = {"id"};
    result.columns = {"total"};
    for (std::uint64_t i = 0; i < differing; ++i) {
        RowDifference difference;
        difference.key = {orderOf(events / differing * i + i % ordersAtOnce)};
        difference.expected = std::vector<Cell>{"4711"};
        difference.actual = std::vector<Cell>{"5606"};
        difference.differing = {0};
        difference.state = DriftState::Confirmed;
        result.differences.push_back(std::move(difference));
    }
    return result;
}

void fill(const StoreSettings& settings, const CheckResult& result, std::uint64_t events)
{
    const auto store = sure(connectPostgres(settings, Access::ReadWrite));
    sure(store->transaction([&](Transaction& transaction) -> Result<void> {
        std::vector<std::string> statements{
            "CREATE TABLE read_model (id text PRIMARY KEY, total bigint, version bigint)",
            "CREATE TABLE checkpoint (topic text, partition int, position bigint)",
            "INSERT INTO checkpoint SELECT 'orders', i, " + std::to_string(events) + " FROM generate_series(0, " +
                std::to_string(partitions - 1) + ") i"};
        for (const auto& one : result.differences)
            statements.push_back("INSERT INTO read_model VALUES ('" + one.key.front() + "', 5606, 10)");
        for (const auto& sql : statements)
            if (const auto done = transaction.execute(sql); !done)
                return tl::unexpected(done.error());
        return {};
    }));
}

int measure(std::uint64_t events)
{
    const auto kafka = sure(KafkaServer::start({.folderPrefix = "projectionist-bench-kafka-"}));
    const auto postgres = sure(PostgresServer::start());
    const auto workspace = workspaceOf(*kafka, *postgres);
    const TopicSpec spec{topic, partitions};
    sure(createTopics(workspace.brokers[0], std::span(&spec, 1), Duration(30'000)));
    writeLog(kafka->bootstrap(), events);
    auto result = wrongTotals(events);
    fill(workspace.stores[0], result, events);
    CheckSettings check;
    check.name = "orders";
    check.context = "bench";
    check.projection = "orders";
    check.actual = {"s", "read_model", {}, {}};
    check.key = {"id"};
    const SystemClock clock;
    const auto began = std::chrono::steady_clock::now();
    sure(CauseFinder(workspace, "bench", defaultLetterConnectors(), clock).find(check, result, {}));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    std::map<std::string_view, int> causes;
    for (const auto& one : result.differences)
        ++causes[toString(one.cause->cause)];
    for (const auto& [cause, count] : causes)
        std::printf("%5d %.*s\n", count, static_cast<int>(cause.size()), cause.data());
    const bool found = causes.count(toString(DriftCause::Unknown)) == 0;
    const bool fast = seconds <= limitSeconds;
    if (!found)
        std::printf("unknown: %s\n", result.differences.front().cause->text.c_str());
    std::printf("causes of %zu differences, %llu events in the log: %.1f s, ratio %.2f (at most 1.00)%s\n",
                result.differences.size(), static_cast<unsigned long long>(events), seconds, seconds / limitSeconds,
                fast && found ? "" : "  MISSED");
    return fast && found ? 0 : 1;
}

} // namespace

int main(int count, char** arguments)
{
    const bool asked = count == 3 && std::string_view(arguments[1]) == "--events";
    try {
        return measure(asked ? std::strtoull(arguments[2], nullptr, 10) : 10'000'000);
    } catch (const std::exception& error) {
        std::printf("%s\n", error.what());
        return 1;
    }
}
