// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/broker/brokerfixture.h"

#include "backend/broker/kafka/kafkagroupconsumer.h"
#include "backend/broker/kafka/kafkaproducer.h"

namespace projectionist {

BrokerSettings brokerAt(const std::string& bootstrap)
{
    BrokerSettings settings;
    settings.name = "tested";
    settings.properties = {{"bootstrap.servers", bootstrap}};
    return settings;
}

std::unique_ptr<Broker> connected(const BrokerSettings& settings)
{
    return sure(connectKafka(settings));
}

void makeTopics(const BrokerSettings& settings, std::vector<TopicSpec> topics)
{
    for (const TopicResult& result : sure(createTopics(settings, topics, generous)))
        if (result.error)
            throw std::runtime_error(toString(*result.error));
}

void write(const BrokerSettings& settings, const std::vector<OutgoingRecord>& records)
{
    ProducerOptions options;
    options.linger = Duration(5);
    const auto producer = sure(connectKafkaProducer(settings, options));
    for (std::size_t i = 0; i < records.size(); ++i)
        sure(producer->produce(records[i], i));
    sure(producer->flush(generous));
    std::size_t acknowledged = 0;
    for (const Delivery& delivery : producer->collect(Duration(0))) {
        if (delivery.error)
            throw std::runtime_error(toString(*delivery.error));
        ++acknowledged;
    }
    if (acknowledged != records.size())
        throw std::runtime_error("not all events were acknowledged");
}

void write(const BrokerSettings& settings, const TopicPartition& id, const std::vector<TimePoint>& times)
{
    std::vector<OutgoingRecord> records;
    for (std::size_t i = 0; i < times.size(); ++i) {
        records.push_back({id.topic, id.partition, "k" + std::to_string(i), "v" + std::to_string(i), {}, times[i]});
        records.back().headers.push_back({"type", "Tested"});
    }
    write(settings, records);
}

void write(const BrokerSettings& settings, const TopicPartition& id, int count, TimePoint first)
{
    std::vector<TimePoint> times;
    for (int i = 0; i < count; ++i)
        times.push_back(first + Duration(1000) * i);
    write(settings, id, times);
}

void commitAs(const BrokerSettings& settings, const std::string& group, const std::string& topic,
              const std::vector<std::pair<TopicPartition, Offset>>& positions)
{
    GroupConsumerOptions options;
    options.group = group;
    options.topics = {topic};
    const auto consumer = sure(connectKafkaGroupConsumer(settings, options));
    const auto deadline = std::chrono::steady_clock::now() + generous;
    while (consumer->assignment().empty() && std::chrono::steady_clock::now() < deadline)
        static_cast<void>(consumer->poll(1, Duration(100)));
    sure(consumer->commit(positions, generous));
    sure(consumer->close(generous));
}

void allowDescribe(const KafkaServer& server, const std::string& user)
{
    const auto kafka = sure(KafkaDistribution::find());
    const auto folder = sure(TemporaryFolder::create("projectionist-t-"));
    ChildCommand command;
    command.arguments = {kafka.java,
                         "-XX:TieredStopAtLevel=1",
                         "-cp",
                         kafka.libraries.string() + "/*",
                         "kafka.admin.AclCommand",
                         "--bootstrap-server",
                         server.adminBootstrap(),
                         "--add",
                         "--allow-principal",
                         "User:" + user,
                         "--operation",
                         "Describe",
                         "--topic",
                         "*",
                         "--group",
                         "*"};
    command.logFile = folder.path() / "log";
    const auto tool = sure(ChildProcess::start(std::move(command)));
    const auto status = tool->waitForExit(Duration(120'000));
    if (!status || *status != ExitStatus{})
        throw std::runtime_error("no permissions: " + lastLines(folder.path() / "log"));
}

} // namespace projectionist
