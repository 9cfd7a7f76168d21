// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/servers/kafkaserver.h"

#include "app/sandbox/servers/kafkaprobe.h"

#include <algorithm>
#include <csignal>
#include <fmt/format.h>
#include <fstream>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

Error startError(const std::string& why, bool retriable = false)
{
    return {ErrorKind::Resource, "A private Kafka broker did not start", why, {}, retriable};
}

/// Runs a helper program to its end.
Result<void> run(const ChildCommand& command, const std::string& what)
{
    auto process = ChildProcess::start(command);
    if (!process)
        return tl::unexpected(process.error());
    if ((*process)->waitForExit(Duration(60'000)) == ExitStatus{})
        return {};
    return tl::unexpected(startError(what + ": " + lastLines(command.logFile)));
}

} // namespace

KafkaServer::KafkaServer(KafkaOptions options, KafkaDistribution distribution, TemporaryFolder folder)
    : m_options(std::move(options))
    , m_distribution(std::move(distribution))
    , m_folder(std::move(folder))
    , m_clusterId(randomClusterId())
{
}

KafkaServer::~KafkaServer()
{
    // By SIGKILL: an orderly end takes seconds and keeps nothing that is still needed.
    for (auto& node : m_nodes)
        node.process.reset();
}

Result<std::unique_ptr<KafkaServer>> KafkaServer::start(KafkaOptions options)
{
    TemporaryFolder::reapAbandoned(options.folderPrefix);
    auto distribution = KafkaDistribution::find();
    if (!distribution)
        return tl::unexpected(distribution.error());
    auto folder = TemporaryFolder::create(options.folderPrefix);
    if (!folder)
        return tl::unexpected(folder.error());
    std::unique_ptr<KafkaServer> server(
        new KafkaServer(std::move(options), std::move(*distribution), std::move(*folder)));
    if (const auto planned = server->planNodes(); !planned)
        return tl::unexpected(planned.error());
    if (const auto prepared = server->prepareNodes(); !prepared)
        return tl::unexpected(prepared.error());
    for (auto& node : server->m_nodes) {
        if (const auto launched = server->launch(node); !launched)
            return tl::unexpected(launched.error());
    }
    if (const auto ready = server->awaitReady(); !ready)
        return tl::unexpected(ready.error());
    return server;
}

Result<void> KafkaServer::planNodes()
{
    const bool secured = !m_options.users.empty();
    for (int id = 1; id <= m_options.brokers; ++id) {
        Node& node = m_nodes.emplace_back();
        node.plan.id = id;
        node.plan.nodes = m_options.brokers;
        node.plan.folder = m_folder.path() / std::to_string(id);
        node.plan.keyStore = m_folder.path() / "server.pem";
        node.plan.extra = m_options.properties;
        std::vector<std::uint16_t*> wanted = {&node.plan.plain};
        if (secured)
            wanted.push_back(&node.plan.sasl);
        if (secured && m_options.tls)
            wanted.push_back(&node.plan.tls);
        if (id == 1)
            wanted.push_back(&node.plan.controller);
        for (std::uint16_t* const port : wanted) {
            auto reserved = PortReservation::reserve();
            if (!reserved)
                return tl::unexpected(reserved.error());
            *port = reserved->port();
            node.ports.push_back(std::move(*reserved));
        }
        node.plan.controller = m_nodes.front().plan.controller;
    }
    return {};
}

Result<void> KafkaServer::prepareNodes()
{
    const bool secured = !m_options.users.empty();
    if (secured && m_options.tls) {
        if (auto made = makeCertificate(); !made)
            return made;
    }
    for (const auto& node : m_nodes) {
        if (auto written = writeKafkaConfiguration(node.plan); !written)
            return written;
        // Users are part of the cluster's metadata, which the controller keeps.
        auto identity =
            secured && node.plan.id == 1 ? formatWithUsers(node.plan) : writeKafkaIdentity(node.plan, m_clusterId);
        if (!identity)
            return identity;
    }
    return {};
}

Result<void> KafkaServer::makeCertificate() const
{
    ChildCommand command;
    command.workingFolder = m_folder.path();
    command.logFile = m_folder.path() / "openssl.log";
    command.arguments = {"openssl",
                         "req",
                         "-x509",
                         "-newkey",
                         "ec",
                         "-pkeyopt",
                         "ec_paramgen_curve:P-256",
                         "-nodes",
                         "-keyout",
                         "key.pem",
                         "-out",
                         "ca.pem",
                         "-days",
                         "30",
                         "-subj",
                         "/CN=localhost",
                         "-addext",
                         "subjectAltName=DNS:localhost,IP:127.0.0.1"};
    if (auto made = run(command, "openssl made no certificate"); !made)
        return made;
    std::ofstream store(m_folder.path() / "server.pem");
    for (const char* const part : {"key.pem", "ca.pem"})
        store << std::ifstream(m_folder.path() / part).rdbuf();
    return {};
}

std::vector<std::string> KafkaServer::javaCommand(const KafkaNodePlan& plan) const
{
    return {m_distribution.java,
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Djava.io.tmpdir=" + (plan.folder / "tmp").string(),
            "-XX:SharedArchiveFile=" + m_distribution.archive.string(),
            "-Dlog4j.configuration=file:" + (plan.folder / "log4j.properties").string(),
            "-cp",
            (m_distribution.libraries / "*").string()};
}

Result<void> KafkaServer::formatWithUsers(const KafkaNodePlan& plan) const
{
    ChildCommand command;
    command.arguments = javaCommand(plan);
    command.arguments.insert(command.arguments.end(), {"kafka.tools.StorageTool", "format", "--cluster-id", m_clusterId,
                                                       "--config", plan.folder / "server.properties"});
    for (const auto& user : m_options.users) {
        command.arguments.insert(
            command.arguments.end(),
            {"--add-scram", fmt::format("SCRAM-SHA-256=[name={},password={}]", user.name, user.password)});
    }
    command.logFile = plan.folder / "format.log";
    return run(command, "its storage could not be formatted");
}

Result<void> KafkaServer::launch(Node& node)
{
    ChildCommand command;
    command.arguments = javaCommand(node.plan);
    command.arguments.insert(command.arguments.end(), {"kafka.Kafka", node.plan.folder / "server.properties"});
    command.logFile = logFile(node.plan.id);
    auto process = ChildProcess::start(command);
    if (!process)
        return tl::unexpected(process.error());
    node.process = std::move(*process);
    return {};
}

Result<void> KafkaServer::awaitReady()
{
    const auto deadline = std::chrono::steady_clock::now() + m_options.startTimeout;
    std::set<int> expected;
    for (const auto& node : m_nodes) {
        if (node.process && node.process->running() && !node.process->paused())
            expected.insert(node.plan.id);
    }
    for (const int id : expected) {
        Node& node = at(id);
        for (;;) {
            const auto known = probeKafka(node.plan.plain, Duration(1000));
            if (known && std::includes(known->begin(), known->end(), expected.begin(), expected.end()))
                break;
            if (const auto status = node.process->waitForExit(Duration(20)))
                return tl::unexpected(startError(toString(*status) + "\n" + lastLines(logFile(id), 10)));
            if (std::chrono::steady_clock::now() > deadline)
                return tl::unexpected(startError("it is not ready in time\n" + lastLines(logFile(id), 10), true));
        }
    }
    return {};
}

std::string KafkaServer::addresses(std::uint16_t KafkaNodePlan::*port) const
{
    std::string list;
    for (const auto& node : m_nodes) {
        if (node.plan.*port != 0)
            list += fmt::format("{}127.0.0.1:{}", list.empty() ? "" : ",", node.plan.*port);
    }
    return list;
}

std::string KafkaServer::bootstrap() const
{
    return addresses(m_options.users.empty() ? &KafkaNodePlan::plain : &KafkaNodePlan::sasl);
}

std::string KafkaServer::adminBootstrap() const
{
    return addresses(&KafkaNodePlan::plain);
}

std::string KafkaServer::tlsBootstrap() const
{
    return addresses(&KafkaNodePlan::tls);
}

bool KafkaServer::running(int node) const
{
    return at(node).process && at(node).process->running();
}

fs::path KafkaServer::logFile(int node) const
{
    return at(node).plan.folder / "log";
}

void KafkaServer::stop(int node)
{
    at(node).process->terminate(Duration(30'000), SIGTERM);
}

void KafkaServer::kill(int node)
{
    at(node).process->kill();
}

bool KafkaServer::pause(int node)
{
    return at(node).process->pauseTree();
}

void KafkaServer::resume(int node)
{
    at(node).process->resumeTree();
}

Result<void> KafkaServer::restart(int node)
{
    kill(node);
    if (auto launched = launch(at(node)); !launched)
        return launched;
    return awaitReady();
}

} // namespace projectionist
