// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/servers/kafkaconfiguration.h"

#include <fmt/format.h>
#include <fstream>
#include <random>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

using Properties = std::map<std::string, std::string>;

constexpr std::string_view scramModule = "org.apache.kafka.common.security.scram.ScramLoginModule required;";

Result<void> write(const fs::path& file, const std::string& text)
{
    std::error_code ignored;
    fs::create_directories(file.parent_path(), ignored);
    std::ofstream stream(file, std::ios::trunc);
    stream << text;
    stream.close();
    if (stream)
        return {};
    return tl::unexpected(Error{ErrorKind::Resource, "Cannot write " + file.string(),
                                "the disk is full or the folder "
                                "cannot be written",
                                "Free some space there, or point TMPDIR elsewhere.", false});
}

void addListeners(const KafkaNodePlan& plan, Properties& properties)
{
    const char* const plain = plan.secured() ? "ADMIN" : "PLAINTEXT";
    std::string listeners = fmt::format("{}://127.0.0.1:{}", plain, plan.plain);
    if (plan.sasl != 0)
        listeners += fmt::format(",SASL_PLAINTEXT://127.0.0.1:{}", plan.sasl);
    if (plan.tls != 0)
        listeners += fmt::format(",SASL_SSL://127.0.0.1:{}", plan.tls);
    if (plan.id == 1)
        listeners += fmt::format(",CONTROLLER://127.0.0.1:{}", plan.controller);
    properties["listeners"] = listeners;
    properties["inter.broker.listener.name"] = plain;
    properties["controller.listener.names"] = "CONTROLLER";
    properties["listener.security.protocol.map"] = "ADMIN:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,"
                                                   "SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT";
}

void addSecurity(const KafkaNodePlan& plan, Properties& properties)
{
    properties["sasl.enabled.mechanisms"] = "SCRAM-SHA-256";
    properties["listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config"] = scramModule;
    properties["authorizer.class.name"] = "org.apache.kafka.metadata.authorizer.StandardAuthorizer";
    properties["super.users"] = "User:ANONYMOUS"; // who comes by the plain listener
    if (plan.tls == 0)
        return;
    properties["listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config"] = scramModule;
    properties["listener.name.sasl_ssl.ssl.keystore.type"] = "PEM";
    properties["listener.name.sasl_ssl.ssl.keystore.location"] = plan.keyStore;
}

Properties nodeProperties(const KafkaNodePlan& plan)
{
    const std::string copies = plan.nodes >= 3 ? "3" : "1";
    Properties properties = {
        {"process.roles", plan.id == 1 ? "broker,controller" : "broker"},
        {"node.id", std::to_string(plan.id)},
        {"controller.quorum.voters", fmt::format("1@127.0.0.1:{}", plan.controller)},
        {"log.dirs", plan.folder / "data"},
        {"default.replication.factor", copies},
        {"offsets.topic.replication.factor", copies},
        {"offsets.topic.num.partitions", "1"},
        {"transaction.state.log.replication.factor", copies},
        {"transaction.state.log.num.partitions", "1"},
        {"transaction.state.log.min.isr", "1"},
        {"min.insync.replicas", plan.nodes >= 3 ? "2" : "1"},
        {"group.initial.rebalance.delay.ms", "0"},
        {"group.min.session.timeout.ms", "500"},
        {"log.cleaner.dedupe.buffer.size", "1048577"},
        {"broker.session.timeout.ms", "3000"},
        {"broker.heartbeat.interval.ms", "500"},
    };
    addListeners(plan, properties);
    if (plan.secured())
        addSecurity(plan, properties);
    for (const auto& [name, value] : plan.extra)
        properties[name] = value;
    return properties;
}

} // namespace

Result<void> writeKafkaConfiguration(const KafkaNodePlan& plan)
{
    std::string text;
    for (const auto& [name, value] : nodeProperties(plan))
        text += name + '=' + value + '\n';
    if (auto written = write(plan.folder / "server.properties", text); !written)
        return written;
    std::error_code ignored;
    fs::create_directories(plan.folder / "tmp", ignored);
    return write(plan.folder / "log4j.properties", "log4j.rootLogger=WARN, out\n"
                                                   "log4j.appender.out=org.apache.log4j.ConsoleAppender\n"
                                                   "log4j.appender.out.layout=org.apache.log4j.PatternLayout\n"
                                                   "log4j.appender.out.layout.ConversionPattern=%d %p %m (%c)%n\n");
}

Result<void> writeKafkaIdentity(const KafkaNodePlan& plan, const std::string& clusterId)
{
    return write(plan.folder / "data" / "meta.properties",
                 fmt::format("version=1\ncluster.id={}\nnode.id={}\n", clusterId, plan.id));
}

std::string randomClusterId()
{
    // No '-' and '_': a leading one would look like an option to Kafka's tools.
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    std::random_device random;
    std::uniform_int_distribution<std::size_t> pick(0, alphabet.size() - 1);
    std::string id;
    while (id.size() < 21)
        id += alphabet[pick(random)];
    return id + 'Q'; // 22 characters hold 132 bits: the last four must be 0
}

} // namespace projectionist
