// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// A million letters as Spring Kafka writes them (600 bytes, 12 headers, --letters N for another number) on a real
// broker: read, decoded, grouped and indexed, against a bare librdkafka loop that reads every header and against kcat
// where that is installed, turn by turn. Ratios of the rates: limits 0.8 and 2.5; resident memory: limit 100 bytes a
// letter. Exits with 1 when one is missed.
#include "app/sandbox/servers/kafkaserver.h"
#include "backend/broker/topicadmin.h"
#include "backend/deadletter/kafkaletters.h"
#include "backend/deadletter/letterview.h"
#include "tests/bench/measure.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <librdkafka/rdkafka.h>
#include <malloc.h>

using namespace projectionist;

namespace {

constexpr int partitions = 12;
constexpr int rounds = 5;
constexpr const char* topic = "orders.dlt";
constexpr std::int64_t firstMillis = 1'795'269'731'042;

std::string bigEndian(std::uint64_t number, int bytes)
{
    std::string text;
    for (int shift = 8 * bytes - 8; shift >= 0; shift -= 8)
        text += static_cast<char>((number >> shift) & 0xff);
    return text;
}

/// One of the ways to fail.
struct Cause
{
    std::string exception;
    std::string message; ///< '#': the order
    std::string frame;
    std::string eventType;
    std::string group;
};

std::vector<Cause> causes()
{
    std::vector<Cause> all;
    const char* const messages[] = {"order # rejected", "deadlock detected", "no stock for #", "read timed out"};
    for (int i = 0; i < 24; ++i) {
        const std::string name = "Handler" + std::to_string(i % 8);
        all.push_back({"com.acme." + name + "Failed", messages[i % 4],
                       "com.acme." + name + ".apply(" + name + ".java:41)", i % 3 == 0 ? "OrderPlaced" : "OrderShipped",
                       "billing-" + std::to_string(i % 5)});
    }
    return all;
}

class Writer
{
public:
    explicit Writer(const std::string& bootstrap)
    {
        rd_kafka_conf_t* conf = rd_kafka_conf_new();
        char why[256] = "";
        rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap.c_str(), why, sizeof why);
        rd_kafka_conf_set(conf, "linger.ms", "50", why, sizeof why);
        rd_kafka_conf_set(conf, "batch.size", "262144", why, sizeof why);
        m_rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    }
    ~Writer()
    {
        rd_kafka_flush(m_rk, 60'000);
        rd_kafka_destroy(m_rk);
    }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void write(std::size_t number, const Cause& cause)
    {
        std::string message = cause.message;
        if (const auto at = message.find('#'); at != std::string::npos)
            message.replace(at, 1, std::to_string(number));
        const std::string trace =
            "org.springframework.kafka.listener.ListenerExecutionFailedException: failed\nCaused by: " +
            cause.exception + ": " + message + "\n\tat " + cause.frame + "\n\t... 9 more\n";
        const std::pair<const char*, std::string> headers[] = {
            {"type", cause.eventType},
            {"traceparent", "00-4bf92f35-00"},
            {"kafka_dlt-original-topic", "orders"},
            {"kafka_dlt-original-partition", bigEndian(number % partitions, 4)},
            {"kafka_dlt-original-offset", bigEndian(number, 8)},
            {"kafka_dlt-original-timestamp", bigEndian(firstMillis + number, 8)},
            {"kafka_dlt-original-timestamp-type", "CreateTime"},
            {"kafka_dlt-original-consumer-group", cause.group},
            {"kafka_dlt-exception-fqcn", "org.springframework.kafka.listener.ListenerExecutionFailedException"},
            {"kafka_dlt-exception-cause-fqcn", cause.exception},
            {"kafka_dlt-exception-message", "failed; " + message},
            {"kafka_dlt-exception-stacktrace", trace}};
        rd_kafka_headers_t* list = rd_kafka_headers_new(std::size(headers));
        for (const auto& [name, value] : headers)
            rd_kafka_header_add(list, name, -1, value.data(), static_cast<ssize_t>(value.size()));
        const std::string key = "order-" + std::to_string(number);
        std::string value = "{\"orderId\":" + std::to_string(number) + "}";
        while (rd_kafka_producev(m_rk, RD_KAFKA_V_TOPIC(topic),
                                 RD_KAFKA_V_PARTITION(static_cast<std::int32_t>(number % partitions)),
                                 RD_KAFKA_V_KEY(key.data(), key.size()), RD_KAFKA_V_VALUE(value.data(), value.size()),
                                 RD_KAFKA_V_TIMESTAMP(firstMillis + static_cast<std::int64_t>(number) + 60'000),
                                 RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_HEADERS(list),
                                 RD_KAFKA_V_END) == RD_KAFKA_RESP_ERR__QUEUE_FULL)
            rd_kafka_poll(m_rk, 20);
        rd_kafka_poll(m_rk, 0);
    }

private:
    rd_kafka_t* m_rk = nullptr;
};

struct Cost
{
    double wall = 0; ///< seconds
    double cpu = 0;
};

template<typename Work>
Cost costOf(Work&& work)
{
    const double cpu = cpuNow();
    const auto began = std::chrono::steady_clock::now();
    work();
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count(), (cpuNow() - cpu) / 1000};
}

/// What whoever reads letters with librdkafka does at least.
void readBare(const std::string& bootstrap, std::size_t letters)
{
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    char why[256] = "";
    for (const auto& [name, value] :
         std::initializer_list<std::pair<const char*, const char*>>{{"bootstrap.servers", bootstrap.c_str()},
                                                                    {"group.id", "bare"},
                                                                    {"enable.auto.commit", "false"},
                                                                    {"enable.auto.offset.store", "false"},
                                                                    {"queued.max.messages.kbytes", "65536"}})
        rd_kafka_conf_set(conf, name, value, why, sizeof why);
    rd_kafka_t* rk = rd_kafka_new(RD_KAFKA_CONSUMER, conf, why, sizeof why);
    rd_kafka_poll_set_consumer(rk);
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(partitions);
    for (int i = 0; i < partitions; ++i)
        rd_kafka_topic_partition_list_add(list, topic, i)->offset = 0;
    rd_kafka_assign(rk, list);
    rd_kafka_topic_partition_list_destroy(list);
    std::size_t bytes = 0;
    for (std::size_t read = 0; read < letters;) {
        rd_kafka_message_t* message = rd_kafka_consumer_poll(rk, 1000);
        if (!message)
            continue;
        rd_kafka_headers_t* headers = nullptr;
        if (!message->err && !rd_kafka_message_headers(message, &headers)) {
            const char* name = nullptr;
            const void* value = nullptr;
            std::size_t size = 0;
            for (std::size_t i = 0; !rd_kafka_header_get_all(headers, i, &name, &value, &size); ++i)
                bytes += size;
            ++read;
        }
        rd_kafka_message_destroy(message);
    }
    if (bytes == 0)
        std::printf("no headers\n");
    rd_kafka_assign(rk, nullptr);
    rd_kafka_destroy_flags(rk, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void readIndexed(const std::string& bootstrap, std::size_t letters, LetterIndex& index)
{
    BrokerSettings settings;
    settings.name = "bench";
    settings.properties = {{"bootstrap.servers", bootstrap}};
    const auto source = connectKafkaLetters(settings, {topic});
    while (index.rowCount() < letters)
        static_cast<void>((*source)->read(index, Duration(1000), {}));
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

struct Race
{
    std::vector<double> bare;
    std::vector<double> indexed;
    std::vector<double> ratios;

    void run(const std::string& bootstrap, std::size_t letters)
    {
        const double count = static_cast<double>(letters);
        const Cost plain = costOf([&] { readBare(bootstrap, letters); });
        LetterIndex index(*DecodeRules::build());
        const Cost full = costOf([&] { readIndexed(bootstrap, letters, index); });
        std::printf("bare %8.0f/s (%.2f us CPU)   indexed %8.0f/s (%.2f us CPU)   ratio %.2f\n", count / plain.wall,
                    1e6 * plain.cpu / count, count / full.wall, 1e6 * full.cpu / count, plain.wall / full.wall);
        bare.push_back(plain.wall);
        indexed.push_back(full.wall);
        ratios.push_back(plain.wall / full.wall);
    }
};

bool report(const char* what, double value, double limit, bool atLeast)
{
    const bool good = atLeast ? value >= limit : value <= limit;
    std::printf("%-44s %7.2f  (%s %.2f)%s\n", what, value, atLeast ? "at least" : "at most", limit,
                good ? "" : "  MISSED");
    return good;
}

/// What the window asks of the index, and what it takes to keep it.
bool measureIndex(const std::string& bootstrap, std::size_t letters)
{
    malloc_trim(0);
    const double before = residentMegabytes();
    LetterIndex index(*DecodeRules::build());
    readIndexed(bootstrap, letters, index);
    malloc_trim(0);
    const double resident = (residentMegabytes() - before) * 1e6 / static_cast<double>(letters);
    std::printf("%zu letters, %zu fingerprints, %.1f bytes a letter by its own count\n", index.letterCount(),
                index.groups().size(), static_cast<double>(index.bytes()) / static_cast<double>(letters));
    const auto now = TimePoint(Duration(firstMillis + static_cast<std::int64_t>(letters)));
    const Cost tally = costOf([&] { GroupTally().update(index, now); });
    FilterResult all;
    const auto program = std::make_shared<const FilterProgram>(std::nullopt, letterSchema(), FilterMoment{now, {}});
    const Cost filter = costOf([&] { FilterRun(program, index).advance(all); });
    const Cost filtered = costOf([&] { GroupTally().update(index, now, &all); });
    const Cost top = costOf([&] { static_cast<void>(sortedRows(index, {}, nullptr, {}, 10'000)); });
    const Cost sort = costOf([&] { static_cast<void>(sortedRows(index, {})); });
    std::printf("groups counted %.0f ms, of a filter's result %.0f ms (filter %.0f ms); sorted %.0f ms, first 10 000 "
                "%.0f ms\n",
                1e3 * tally.wall, 1e3 * filtered.wall, 1e3 * filter.wall, 1e3 * sort.wall, 1e3 * top.wall);
    return report("resident bytes a letter", resident, 100, false);
}

std::optional<double> kcatSeconds(const std::string& bootstrap)
{
    const std::string command =
        "kcat -C -e -q -o beginning -b " + bootstrap + " -t " + topic + " -f '%k %h\\n' > /dev/null";
    if (std::system("command -v kcat > /dev/null") != 0) // NOLINT
        return std::nullopt;
    int code = 0;
    const Cost cost = costOf([&] { code = std::system(command.c_str()); }); // NOLINT
    return code == 0 ? std::optional(cost.wall) : std::nullopt;
}

std::size_t lettersAsked(int count, char** arguments)
{
    if (count == 3 && std::string_view(arguments[1]) == "--letters")
        return std::strtoull(arguments[2], nullptr, 10);
    return 1'000'000;
}

} // namespace

int main(int count, char** arguments)
{
    const std::size_t letters = lettersAsked(count, arguments);
    const auto kafka = KafkaServer::start({.folderPrefix = "projectionist-bench-kafka-"});
    if (!kafka) {
        std::printf("%s\n", toString(kafka.error()).c_str());
        return 1;
    }
    const std::string bootstrap = (*kafka)->bootstrap();
    BrokerSettings settings;
    settings.properties = {{"bootstrap.servers", bootstrap}};
    const TopicSpec spec{topic, partitions};
    if (const auto made = createTopics(settings, std::span(&spec, 1), Duration(30'000)); !made) {
        std::printf("%s\n", toString(made.error()).c_str());
        return 1;
    }
    {
        Writer writer(bootstrap);
        const auto all = causes();
        for (std::size_t i = 0; i < letters; ++i)
            writer.write(i, all[i * 7 % all.size()]);
    }
    bool good = measureIndex(bootstrap, letters); // first, while little memory was ever used
    Race race;
    for (int round = 0; round < rounds; ++round)
        race.run(bootstrap, letters);
    good = report("rate, against a bare loop", median(race.ratios), 0.8, true) && good;
    if (const auto seconds = kcatSeconds(bootstrap))
        good = report("rate, against kcat that prints headers", *seconds / median(race.indexed), 2.5, true) && good;
    return good ? 0 : 1;
}
