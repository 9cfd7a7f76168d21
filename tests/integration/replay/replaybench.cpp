// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/replay/replaybench.h"

#include "backend/broker/kafka/kafkagroupconsumer.h"
#include "backend/broker/kafka/kafkaproducer.h"
#include "backend/broker/kafka/kafkarangereader.h"
#include "backend/core/format.h"
#include "backend/deadletter/decode.h"
#include "backend/deadletter/kafkaletters.h"
#include "backend/deadletter/replay/outgoing.h"
#include "backend/deadletter/replay/replaytrace.h"

#include <algorithm>

namespace projectionist {

namespace {

OutgoingRecord letterFor(const Record& record)
{
    OutgoingRecord letter{"orders-dlt", {}, record.key, record.value, record.headers, {}};
    const auto add = [&](const char* name, std::string value) {
        letter.headers.push_back({std::string("sandbox-failed-") + name, std::move(value)});
    };
    add("topic", record.id.topic);
    add("partition", std::to_string(record.id.partition));
    add("position", std::to_string(record.offset));
    if (record.timestamp)
        add("event-time", formatRfc3339(*record.timestamp));
    add("projection", "orders");
    add("at", formatRfc3339(SystemClock().now()));
    add("tries", "3");
    add("exception", "shop.OrderException");
    add("message", "this order is bad");
    add("stack", "shop.OrderException: this order is bad\n\tat shop.Orders.apply(Orders.java:17)");
    return letter;
}

} // namespace

void sendAll(const BrokerSettings& settings, const std::vector<OutgoingRecord>& records)
{
    const auto producer = sure(connectKafkaProducer(settings, {.linger = Duration(5)}));
    for (std::size_t i = 0; i < records.size(); ++i)
        sure(producer->produce(records[i], i));
    sure(producer->flush(generous));
    for (const auto& delivery : producer->collect(Duration(0)))
        if (delivery.error)
            throw std::runtime_error(toString(*delivery.error));
}

Shop::Shop(const BrokerSettings& settings, Fails fails)
    : m_settings(settings)
    , m_fails(std::move(fails))
    , m_letters(sure(connectKafkaProducer(settings, {.linger = Duration(5)})))
{
    GroupConsumerOptions options;
    options.group = "shop";
    options.topics = {"orders"};
    m_consumer = sure(connectKafkaGroupConsumer(settings, options));
    m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Shop::~Shop()
{
    m_thread.request_stop();
    m_thread.join();
}

void Shop::run(const std::stop_token& stop)
{
    std::map<TopicPartition, Offset> positions;
    while (!stop.stop_requested()) {
        const auto records = m_consumer->poll(100, Duration(50));
        if (!records)
            continue;
        for (const auto& record : *records) {
            if (m_fails(record))
                giveUp(record);
            positions[record.id] = record.offset + 1;
            ++m_seen;
        }
        const std::vector<std::pair<TopicPartition, Offset>> all(positions.begin(), positions.end());
        if (!all.empty() && m_consumer->commit(all, Duration(5000)))
            positions.clear();
    }
}

void Shop::giveUp(const Record& record)
{
    while (!m_letters->produce(letterFor(record), 0) || !m_letters->flush(generous)) {
    }
    static_cast<void>(m_letters->collect(Duration(0)));
}

Workspace shopWorkspace(const BrokerSettings& settings)
{
    Workspace workspace;
    workspace.currentContext = "shop";
    ContextSettings context;
    context.name = "shop";
    context.broker = settings.name;
    workspace.contexts = {context};
    workspace.brokers = {settings};
    ProjectionSettings projection;
    projection.name = "orders";
    projection.context = "shop";
    projection.topics = {"orders"};
    projection.group = "shop";
    workspace.projections = {projection};
    return workspace;
}

void writeOrders(const BrokerSettings& settings, int count, int keys)
{
    std::vector<OutgoingRecord> records;
    for (int i = 0; i < count; ++i)
        records.push_back(
            {"orders", {}, "k" + std::to_string(i % keys), "v" + std::to_string(i), {{"type", "Ordered"}}, {}});
    sendAll(settings, records);
}

void writeLetters(const BrokerSettings& settings, int count, int keys)
{
    std::vector<OutgoingRecord> letters;
    for (int i = 0; i < count; ++i)
        letters.push_back(letterFor({{"orders", 0},
                                     i,
                                     SystemClock().now(),
                                     false,
                                     "k" + std::to_string(i % keys),
                                     "v" + std::to_string(i),
                                     {{"type", "Ordered"}}}));
    sendAll(settings, letters);
}

std::vector<Record> recordsOf(const BrokerSettings& settings, const std::string& topic)
{
    const auto all = uncommitted(settings);
    const auto broker = connected(all);
    std::vector<LogRange> ranges;
    for (const auto& [id, head] : sure(readHeads(*broker, {topic}, generous)))
        ranges.push_back({id, 0, head});
    std::vector<Record> records;
    const auto reader = sure(readKafkaRanges(all));
    sure(reader->read(ranges, 1 << 20, [&](const Record& record) { records.push_back(record); }, generous, {}));
    return records;
}

ReplayPlan planOf(const BrokerSettings& settings, const std::string& cluster, const std::string& id)
{
    ReplayPlan plan;
    plan.id = id;
    plan.made = SystemClock().now();
    plan.madeBy = "tester@bench";
    plan.context = "shop";
    plan.cluster = cluster;
    plan.projection = "orders";
    plan.group = "shop";
    plan.rate = 1000;
    plan.ladder = {1, 2};
    plan.targetHeads = sure(readHeads(*connected(settings), {"orders"}, generous));
    LetterScanner scanner(sure(DecodeRules::build()));
    std::vector<RawHeader> headers;
    for (const auto& record : recordsOf(settings, "orders-dlt")) {
        const auto letter = decode(scanner, viewOf(record, headers));
        PlannedLetter planned;
        planned.place = {record.id, record.offset};
        planned.reference = referenceInKafka(planned.place);
        planned.origin = letter.origin;
        planned.key = record.key;
        planned.fingerprint = letter.fingerprint;
        planned.digest = letterDigest(record);
        planned.verdict = ReplayVerdict::Safe;
        planned.replays = formerReplays(record.headers);
        plan.letters.push_back(std::move(planned));
    }
    std::ranges::sort(plan.letters, {},
                      [](const auto& one) { return std::pair(one.origin.partition, one.origin.offset); });
    return plan;
}

std::map<std::size_t, int> replaysIn(const BrokerSettings& settings, const std::string& topic, const std::string& plan)
{
    std::map<std::size_t, int> counts;
    for (const auto& record : recordsOf(settings, topic))
        for (const auto& header : record.headers)
            if (const auto id =
                    header.name == replayIdHeader && header.value ? parseReplayId(*header.value) : std::nullopt;
                id && id->plan == plan)
                ++counts[id->index];
    return counts;
}

WatchedRun::WatchedRun(const Workspace& workspace, const ReplayPlan& plan, ReplayRunOptions options,
                       ReplayConnectors connectors)
    : m_run(std::make_unique<ReplayRun>(
          workspace, plan, std::move(options), std::move(connectors), m_clock,
          ReplayRunSinks{[this](std::shared_ptr<const ReplayProgress> progress) { m_told.push(std::move(progress)); }}))
{
}

std::shared_ptr<const ReplayProgress> WatchedRun::until(const std::function<bool(const ReplayProgress&)>& condition)
{
    const auto met = [&] {
        for (auto& progress : m_told.drain()) {
            m_steps = std::max(m_steps, progress->step);
            m_last = std::move(progress);
            if (condition(*m_last))
                return true;
        }
        return m_last && (condition(*m_last) || hasEnded(m_last->state));
    };
    if (!eventually(met) || !condition(*m_last))
        throw std::runtime_error(m_last ? summary(*m_last) : "it told nothing");
    return m_last;
}

std::shared_ptr<const ReplayProgress> WatchedRun::end()
{
    return until([](const auto& progress) { return hasEnded(progress.state); });
}

std::string summary(const ReplayProgress& progress)
{
    std::string text(toString(progress.state));
    text += ' ' + std::string(toString(progress.stop)) + ", step " + std::to_string(progress.step) + ": " +
            std::to_string(progress.counts.done) + " done, " + std::to_string(progress.counts.proved) + " proved, " +
            std::to_string(progress.counts.inFlight) + " in flight, " + std::to_string(progress.counts.notSent) +
            " not sent. " + progress.why;
    for (const auto& fact : progress.facts)
        text += ' ' + fact;
    return progress.trouble ? text + ' ' + toString(*progress.trouble) : text;
}

} // namespace projectionist
