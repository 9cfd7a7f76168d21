// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A thousand letters judged by a desk on a real broker with ten million events (--events N for another number) and a
// real PostgreSQL: of a projection whose read rows tell version and position, as in the sandbox, and of one that only
// the log can tell of, with letters of the last fiftieth of the log and from all over it. What a person waits for, from
// the order to all verdicts, against 5 seconds. Exits with 1 when that is missed.
#include "app/sandbox/servers/kafkaserver.h"
#include "app/sandbox/servers/postgresserver.h"
#include "backend/broker/topicadmin.h"
#include "backend/core/mailbox.h"
#include "backend/deadletter/letterdesk.h"
#include "backend/store/postgres/postgresstore.h"
#include "tests/bench/measure.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <librdkafka/rdkafka.h>
#include <map>
#include <thread>

using namespace projectionist;

namespace {

constexpr int partitions = 12;
constexpr std::size_t letterCount = 1000;
constexpr std::size_t eventsOfKey = 10;
constexpr std::size_t openKeys = 6000; ///< that get events at the same time
constexpr double limit = 5;            ///< seconds
constexpr const char* source = "orders.events";

std::string bigEndian(std::uint64_t number, int bytes)
{
    std::string text;
    for (int shift = 8 * bytes - 8; shift >= 0; shift -= 8)
        text += static_cast<char>((number >> shift) & 0xff);
    return text;
}

/// The n-th event of the log: keys take turns, and are replaced by others after ten events each.
struct Event
{
    explicit Event(std::size_t n)
        : aggregate(n / (openKeys * eventsOfKey) * openKeys + n % openKeys)
        , sequence(n / openKeys % eventsOfKey + 1)
        , partition(static_cast<std::int32_t>(aggregate % partitions))
        , key("ORD-" + std::to_string(10'000'000 + aggregate))
    {
    }
    std::size_t aggregate;
    std::size_t sequence;
    std::int32_t partition;
    std::string key;
    [[nodiscard]] std::string value() const
    {
        return "{\"order_id\":\"" + key + "\",\"sequence\":" + std::to_string(sequence) + ",\"customer_id\":\"CUS-" +
               std::to_string(aggregate % 50'000) +
               "\",\"currency\":\"EUR\",\"total_cents\":" + std::to_string(aggregate * 37 % 90'000) +
               ",\"lines\":[{\"sku\":\"A-1\",\"count\":2},{\"sku\":\"B-7\",\"count\":1}]}";
    }
};

class Writer
{
public:
    explicit Writer(const std::string& bootstrap)
    {
        rd_kafka_conf_t* conf = rd_kafka_conf_new();
        char why[256] = "";
        for (const auto& [name, value] :
             std::initializer_list<std::pair<const char*, const char*>>{{"bootstrap.servers", bootstrap.c_str()},
                                                                        {"linger.ms", "50"},
                                                                        {"batch.size", "262144"},
                                                                        {"compression.type", "lz4"}})
            rd_kafka_conf_set(conf, name, value, why, sizeof why);
        m_rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    }
    ~Writer()
    {
        rd_kafka_flush(m_rk, 120'000);
        rd_kafka_destroy(m_rk);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void write(const std::string& topic, std::int32_t partition, const std::string& key, std::string value,
               const std::vector<std::pair<const char*, std::string>>& headers)
    {
        rd_kafka_headers_t* list = rd_kafka_headers_new(headers.size());
        for (const auto& [name, bytes] : headers)
            rd_kafka_header_add(list, name, -1, bytes.data(), static_cast<ssize_t>(bytes.size()));
        while (rd_kafka_producev(m_rk, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
                                 RD_KAFKA_V_KEY(key.data(), key.size()), RD_KAFKA_V_VALUE(value.data(), value.size()),
                                 RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_HEADERS(list),
                                 RD_KAFKA_V_END) == RD_KAFKA_RESP_ERR__QUEUE_FULL)
            rd_kafka_poll(m_rk, 20);
        rd_kafka_poll(m_rk, 0);
    }

private:
    rd_kafka_t* m_rk = nullptr;
};

/// Whose letters: a topic, and which events failed.
struct Case
{
    const char* name;
    const char* topic;
    double from; ///< part of the log where the letters begin
};
constexpr std::array cases{Case{"rows tell", "rows.dlt", 0}, Case{"log, newest 2 %", "fresh.dlt", 0.98},
                           Case{"log, all of it", "old.dlt", 0}};

std::size_t numberOf(const Case& which, std::size_t letter, std::size_t events)
{
    const auto first = static_cast<std::size_t>(which.from * static_cast<double>(events));
    const auto stride = (events - first) / letterCount;
    return first + letter * stride + letter * 2'654'435'761 % stride; // without rhythm: of any key, at any sequence
}

using Heads = std::array<Offset, partitions>;

/// Events and, where they stand, letters of some of them.
Heads fill(const std::string& bootstrap, std::size_t events)
{
    Writer writer(bootstrap);
    std::map<std::size_t, std::vector<const char*>> failing;
    for (const auto& one : cases)
        for (std::size_t letter = 0; letter < letterCount; ++letter)
            failing[numberOf(one, letter, events)].push_back(one.topic);
    Heads heads{};
    for (std::size_t n = 0; n < events; ++n) {
        const Event event(n);
        const Offset offset = heads[static_cast<std::size_t>(event.partition)]++;
        writer.write(source, event.partition, event.key, event.value(), {{"type", "OrderPaid"}});
        if (const auto topics = failing.find(n); topics != failing.end())
            for (const char* topic : topics->second)
                writer.write(
                    topic, event.partition, event.key, event.value(),
                    {{"kafka_dlt-original-topic", source},
                     {"kafka_dlt-original-partition", bigEndian(static_cast<std::uint64_t>(event.partition), 4)},
                     {"kafka_dlt-original-offset", bigEndian(static_cast<std::uint64_t>(offset), 8)},
                     {"kafka_dlt-original-consumer-group", topic},
                     {"kafka_dlt-exception-fqcn", "com.acme.RowLocked"},
                     {"kafka_dlt-exception-message", "locked"}});
    }
    return heads;
}

/// A row of every order, as if all events had been applied, and where the projections are.
void fillStore(const StoreSettings& settings, std::size_t events, const Heads& heads)
{
    const auto store = sure(connectPostgres(settings, Access::ReadWrite));
    const auto orders = events / eventsOfKey;
    std::vector<std::string> statements{
        "CREATE TABLE summary (id text PRIMARY KEY, sequence bigint)",
        "INSERT INTO summary SELECT 'ORD-' || (10000000 + n), 10 - n % 3 FROM generate_series(0, " +
            std::to_string(orders) + ") n",
        "CREATE TABLE checkpoint (partition int, position bigint)", "ANALYZE summary"};
    for (int i = 0; i < partitions; ++i)
        statements.push_back("INSERT INTO checkpoint VALUES (" + std::to_string(i) + ", " +
                             std::to_string(heads[static_cast<std::size_t>(i)]) + ")");
    sure(store->transaction([&](Transaction& transaction) -> Result<void> {
        for (const auto& statement : statements)
            sure(transaction.execute(statement));
        return {};
    }));
}

Workspace workspaceOf(const std::string& bootstrap, const StoreSettings& store)
{
    Workspace workspace;
    BrokerSettings broker;
    broker.name = "bench";
    broker.properties = {{"bootstrap.servers", bootstrap}};
    workspace.brokers = {broker};
    workspace.stores = {store};
    ContextSettings context;
    context.name = "bench";
    context.broker = broker.name;
    context.stores = {store.name};
    workspace.contexts = {context};
    for (const auto& one : cases) {
        ProjectionSettings projection;
        projection.name = one.name;
        projection.context = "bench";
        projection.topics = {source};
        projection.deadLetters = {one.topic};
        projection.checkpoint =
            CheckpointSettings{store.name, "SELECT 'orders.events', partition, position FROM checkpoint"};
        if (&one == cases.data()) {
            projection.eventVersion = "$.sequence";
            projection.rowQuery = RowQuerySettings{store.name, "SELECT sequence AS version FROM summary WHERE id = $1"};
        }
        workspace.projections.push_back(projection);
    }
    return workspace;
}

class Office
{
public:
    explicit Office(const Workspace& workspace)
        : m_desk(workspace, "bench", defaultLetterConnectors(), m_clock,
                 {[this](auto board) { m_boards.push(std::move(board)); },
                  {},
                  {},
                  {},
                  [this](LetterVerdicts verdicts) { m_verdicts.push(std::move(verdicts)); }})
    {
    }
    std::vector<LetterPlace> letters(const char* topic)
    {
        LetterQuery query;
        query.number = ++m_token;
        query.filter = std::string("topic == \"") + topic + '"';
        query.rows = letterCount;
        m_desk.ask(query);
        while (true) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            for (const auto& board : m_boards.drain())
                if (board->query == m_token && board->complete && !board->searching &&
                    board->rows.size() == letterCount) {
                    std::vector<LetterPlace> places;
                    for (const auto& row : board->rows)
                        places.push_back(row.place);
                    return places;
                }
        }
    }
    JudgedLetters judge(std::vector<LetterPlace> places)
    {
        m_desk.judge(++m_token, std::move(places));
        while (true) {
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            if (auto verdicts = m_verdicts.drain(); !verdicts.empty())
                return std::move(verdicts.front().judged);
        }
    }

private:
    SystemClock m_clock;
    Mailbox<std::shared_ptr<const LetterBoard>> m_boards;
    Mailbox<LetterVerdicts> m_verdicts;
    std::uint64_t m_token = 0;
    LetterDesk m_desk;
};

/// The first order makes the connections, as the first press of the button does; it counts as well.
bool measure(Office& office, const Case& which)
{
    bool good = true;
    const auto places = office.letters(which.topic);
    for (const char* turn : {"first", "again"}) {
        const auto began = std::chrono::steady_clock::now();
        const auto judged = office.judge(places);
        const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        std::map<std::string_view, std::size_t> verdicts;
        for (const auto& letter : judged.letters)
            ++verdicts[toString(letter.verdict)];
        std::printf("%-16s %-5s  %6.2f s  ratio %.2f (at most 1)%s ", which.name, turn, took, took / limit,
                    took <= limit ? "" : "  MISSED");
        for (const auto& [verdict, count] : verdicts)
            std::printf("  %zu %s", count, std::string(verdict).c_str());
        std::printf("\n");
        for (const auto& trouble : judged.troubles)
            std::printf("  %s\n", toString(trouble).c_str());
        good = good && took <= limit;
    }
    return good;
}

} // namespace

int main(int count, char** arguments)
try {
    const bool told = count == 3 && std::string_view(arguments[1]) == "--events";
    const std::size_t events = told ? std::strtoull(arguments[2], nullptr, 10) : 10'000'000;
    const auto kafka = sure(KafkaServer::start({.folderPrefix = "projectionist-bench-kafka-"}));
    const auto postgres = sure(PostgresServer::start({.folderPrefix = "projectionist-bench-pg-"}));
    const std::string bootstrap = kafka->bootstrap();
    StoreSettings store;
    store.name = "bench";
    store.connection = postgres->connection();
    store.statementTimeout = Duration(120'000);
    BrokerSettings settings;
    settings.properties = {{"bootstrap.servers", bootstrap}};
    std::vector<TopicSpec> topics{{source, partitions}};
    for (const auto& one : cases)
        topics.push_back({one.topic, partitions});
    static_cast<void>(sure(createTopics(settings, topics, Duration(30'000))));
    const auto began = std::chrono::steady_clock::now();
    fillStore(store, events, fill(bootstrap, events));
    std::printf("%zu events and %zu letters written in %.0f s\n", events, letterCount * cases.size(),
                std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
    Office office(workspaceOf(bootstrap, store));
    bool good = true;
    for (const auto& one : cases)
        good = measure(office, one) && good;
    return good ? 0 : 1;
} catch (const std::exception& failure) {
    std::printf("%s\n", failure.what());
    return 1;
}
