// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/servers/processtree.h"
#include "tests/support/testservers.h"

#include <csignal>
#include <fstream>
#include <netinet/in.h>
#include <QTest>
#include <sys/socket.h>
#include <unistd.h>

using namespace projectionist;

namespace {

std::unique_ptr<ChildProcess> shell(const std::string& script, ChildCommand command = {})
{
    command.arguments = {"sh", "-c", script};
    auto child = ChildProcess::start(std::move(command));
    return child ? std::move(*child) : nullptr;
}

} // namespace

class TestProcesses : public QObject
{
    Q_OBJECT
private slots:
    void exitCodesAndSignalsAreReported()
    {
        QVERIFY((shell("exit 3")->waitForExit(Duration(60'000)) == ExitStatus{3, 0}));
        const auto sleeper = shell("sleep 1000");
        QVERIFY(sleeper->running());
        QVERIFY((sleeper->terminate(Duration(60'000)) == ExitStatus{0, SIGTERM}));
        QVERIFY(!sleeper->signal(SIGTERM));
    }
    void aMissingProgramIsNamed()
    {
        const auto child = ChildProcess::start({.arguments = {"no-such-program"}});
        QVERIFY(!child);
        QVERIFY(child.error().what.find("no-such-program") != std::string::npos);
        const auto folder = ChildProcess::start({.arguments = {"true"}, .workingFolder = "/no/such/folder"});
        QVERIFY(!folder);
        QVERIFY(folder.error().why.find("working folder") != std::string::npos);
    }
    void outputAndEnvironmentArriveWhereTheyShould()
    {
        auto folder = TemporaryFolder::create("projectionist-t-");
        QVERIFY(folder.has_value());
        ChildCommand command;
        command.environment["GREETING"] = "good morning";
        command.logFile = folder->path() / "log";
        const auto child = shell("echo $GREETING; pwd >&2; ls /proc/self/fd | wc -w", command);
        QVERIFY(child->waitForExit(Duration(60'000)));
        // Nothing but standard input, output, error, and the folder that ls itself reads.
        QCOMPARE(QString::fromStdString(lastLines(folder->path() / "log")), "good morning\n/\n4");
    }
    void aProcessThatIgnoresTheSignalIsKilled()
    {
        auto folder = TemporaryFolder::create("projectionist-t-");
        const auto ready = folder->path() / "ready";
        const auto child = shell("trap '' TERM; touch " + ready.string() + "; while :; do sleep 1000; done");
        QVERIFY(eventually([&] { return std::filesystem::exists(ready); }));
        QVERIFY((child->terminate(Duration(50)) == ExitStatus{0, SIGKILL}));
    }
    void aWholeTreeStandsStillAndGoesOn()
    {
        const auto child = shell("sleep 1000 & sleep 1000 & wait");
        QVERIFY(eventually([&] { return processTree(child->pid()).size() == 3; }));
        QVERIFY(child->pauseTree());
        for (const auto& entry : processTree(child->pid()))
            QCOMPARE(entry.state, 'T');
        child->resumeTree();
        QVERIFY(eventually([&] {
            const auto tree = processTree(child->pid());
            return std::ranges::none_of(tree, [](const ProcessEntry& entry) { return entry.state == 'T'; });
        }));
        QVERIFY(child->pauseTree());
        const auto tree = processTree(child->pid());
        child->kill();
        QVERIFY(eventually([&] {
            return std::ranges::all_of(tree, [](const ProcessEntry& entry) { return ::kill(entry.pid, 0) != 0; });
        }));
    }
    void reservedPortsAreOursAlone()
    {
        auto first = PortReservation::reserve();
        auto second = PortReservation::reserve();
        QVERIFY(first && second);
        QVERIFY(first->port() != second->port());
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(first->port());
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
        const int stranger = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        QVERIFY(::bind(stranger, generic, sizeof address) != 0);
        ::close(stranger);
        const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int yes = 1;
        ::setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        QCOMPARE(::bind(server, generic, sizeof address), 0);
        QCOMPARE(::listen(server, 1), 0);
        ::close(server);
    }
    void onlyFoldersThatNobodyHoldsAreReaped()
    {
        const std::string prefix = "projectionist-t-reap" + std::to_string(::getpid()) + "-";
        std::filesystem::path gone;
        {
            auto held = TemporaryFolder::create(prefix);
            QVERIFY(held.has_value());
            gone = held->path();
            const std::filesystem::path left = gone.parent_path() / (prefix + "abcdef");
            std::filesystem::create_directories(left / "data");
            std::ofstream(left / "lock") << "";
            const std::filesystem::path young = gone.parent_path() / (prefix + "ghijkl");
            std::filesystem::create_directory(young);
            QCOMPARE(TemporaryFolder::reapAbandoned(prefix), std::size_t{1});
            QVERIFY(!std::filesystem::exists(left));
            QVERIFY(std::filesystem::exists(held->path()));
            QVERIFY2(std::filesystem::exists(young), "somebody may be about to lock it");
            std::filesystem::remove(young);
        }
        QVERIFY(!std::filesystem::exists(gone));
    }
};

QTEST_GUILESS_MAIN(TestProcesses)
#include "tst_processes.moc"
