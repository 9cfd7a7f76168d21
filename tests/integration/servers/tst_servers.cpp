// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/servers/kafkaprobe.h"
#include "app/sandbox/servers/processtree.h"
#include "tests/support/testservers.h"

#include <csignal>
#include <QTest>
#include <set>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace projectionist;

namespace {

/// Runs one statement with psql, which is where initdb is or in PATH.
QString psql(const std::string& connection, const std::string& sql)
{
    auto folder = TemporaryFolder::create("projectionist-t-");
    ChildCommand command;
    command.arguments = {"psql", connection, "-XAtc", sql};
    command.environment["PGCONNECT_TIMEOUT"] = "5";
    command.environment["PGPASSFILE"] = folder->path() / "none";
    command.logFile = folder->path() / "log";
    auto child = ChildProcess::start(command);
    if (!child || !(*child)->waitForExit(Duration(60'000)))
        return "no answer";
    return QString::fromStdString(lastLines(command.logFile));
}

std::set<std::string> foldersOf(const std::string& prefix)
{
    std::set<std::string> folders;
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::temp_directory_path())) {
        if (entry.path().filename().string().starts_with(prefix))
            folders.insert(entry.path());
    }
    return folders;
}

/// kill -9 of a program with servers: all its processes go, and the next start removes the folder.
void verifyNothingRemains(const std::string& kind)
{
    const std::string prefix = "projectionist-t-v" + std::to_string(::getpid()) + "-";
    // Orphans become our children, so that we can see them end.
    QCOMPARE(::prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    auto log = TemporaryFolder::create("projectionist-t-");
    auto victim = ChildProcess::start({.arguments = {VICTIM, prefix, kind}, .logFile = log->path() / "log"});
    QVERIFY(victim.has_value());
    QVERIFY(eventually([&] { return lastLines(log->path() / "log") == "ready" || !(*victim)->running(); },
                       Duration(140'000)));
    QCOMPARE(QString::fromStdString(lastLines(log->path() / "log")), "ready");
    const auto tree = processTree((*victim)->pid());
    QVERIFY(tree.size() >= 2);
    QCOMPARE(foldersOf(prefix).size(), std::size_t{1});

    (*victim)->kill();
    const auto allGone = [&] {
        return std::ranges::all_of(tree, [](const ProcessEntry& entry) {
            ::waitpid(entry.pid, nullptr, WNOHANG);
            return ::kill(entry.pid, 0) != 0;
        });
    };
    if (kind != "postgres-paused") { // who stands still may need the help of the next start
        QVERIFY(eventually(allGone));
    }
    QCOMPARE(foldersOf(prefix).size(), std::size_t{1});
    QCOMPARE(TemporaryFolder::reapAbandoned(prefix), std::size_t{1});
    QVERIFY(eventually(allGone));
    QVERIFY(foldersOf(prefix).empty());
}

} // namespace

class TestServers : public QObject
{
    Q_OBJECT
private slots:
    void postgresKeepsItsDataAndPortOverRestarts()
    {
        const auto server = startPostgres();
        QCOMPARE(psql(server->connection(), "create table t as select 7 as n; select n from t"), "SELECT 1\n7");
        const auto port = server->port();
        server->stop();
        QVERIFY(!server->running());
        QVERIFY(psql(server->connection(), "select 1").contains("refused"));
        const auto restarted = server->restart();
        QVERIFY2(restarted, restarted ? "" : toString(restarted.error()).c_str());
        QCOMPARE(server->port(), port);
        QCOMPARE(psql(server->socketConnection(), "select n from t"), "7");
    }
    void aPausedPostgresAnswersNobodyAndGoesOn()
    {
        const auto server = startPostgres();
        QVERIFY(server->pause());
        QVERIFY(psql(server->connection() + " connect_timeout=2", "select 1").contains("timeout"));
        server->resume();
        QCOMPARE(psql(server->connection(), "select 1"), "1");
        QVERIFY(server->pause()); // its end must not hang either
    }
    void postgresAsksForThePasswordWhenThereIsOne()
    {
        PostgresOptions options;
        options.password = "se'cr\\et";
        const auto server = startPostgres(options);
        QCOMPARE(psql(server->connection(), "select 1"), "1");
        QVERIFY(psql(server->connection() + " password=wrong", "select 1").contains("authentication failed"));
        QCOMPARE(psql(server->socketConnection(), "select 1"), "1");
    }
    void aServerThatCannotStartSaysWhy()
    {
        PostgresOptions options;
        options.settings = {{"no_such_setting", "1"}};
        const auto server = PostgresServer::start(options);
        QVERIFY(!server);
        QVERIFY2(server.error().why.find("no_such_setting") != std::string::npos, server.error().why.c_str());
    }
    void twoKafkaClustersRunSideBySideAndStopAndComeBack()
    {
        const auto first = startKafka();
        const auto second = startKafka();
        QVERIFY(first->clusterId() != second->clusterId());
        QVERIFY(first->bootstrap() != second->bootstrap());
        const auto port = static_cast<std::uint16_t>(std::stoi(first->bootstrap().substr(10)));
        QVERIFY(probeKafka(port, Duration(60'000)) == std::set{1});
        QVERIFY(first->pause());
        QVERIFY(!probeKafka(port, Duration(300)));
        first->resume();
        QVERIFY(probeKafka(port, Duration(60'000)) == std::set{1});
        first->kill();
        QVERIFY(!first->running());
        const auto restarted = first->restart();
        QVERIFY2(restarted, restarted ? "" : toString(restarted.error()).c_str());
        QVERIFY(probeKafka(port, Duration(60'000)) == std::set{1});
    }
    void threeBrokersKnowEachOther()
    {
        KafkaOptions options;
        options.brokers = 3;
        const auto cluster = startKafka(options);
        const auto port = static_cast<std::uint16_t>(std::stoi(cluster->bootstrap().substr(10)));
        QVERIFY((probeKafka(port, Duration(60'000)) == std::set{1, 2, 3}));
        cluster->stop(3);
        QVERIFY(eventually([&] { return probeKafka(port, Duration(1000)) == std::set{1, 2}; }));
        QVERIFY(cluster->restart(3));
        QVERIFY((probeKafka(port, Duration(60'000)) == std::set{1, 2, 3}));
    }
    void aSecuredKafkaStarts()
    {
        KafkaOptions options;
        options.users = {{"alice", "secret"}};
        options.tls = true;
        const auto cluster = startKafka(options);
        QVERIFY(!cluster->tlsBootstrap().empty());
        QVERIFY(cluster->bootstrap() != cluster->adminBootstrap());
        QVERIFY(std::filesystem::exists(cluster->certificateAuthority()));
    }
    void killingTheProgramLeavesNothing_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::newRow("PostgreSQL") << "postgres";
        QTest::newRow("a PostgreSQL that stands still") << "postgres-paused";
        QTest::newRow("Kafka") << "kafka";
    }
    void killingTheProgramLeavesNothing()
    {
        QFETCH(QString, kind);
        verifyNothingRemains(kind.toStdString());
    }
};

QTEST_GUILESS_MAIN(TestServers)
#include "tst_servers.moc"
