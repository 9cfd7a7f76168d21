// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "app/sandbox/servers/processtree.h"
#include "backend/broker/kafka/kafkabroker.h"
#include "tests/integration/sandbox/letterdecoding.h"
#include "tests/integration/sandbox/runningsandbox.h"
#include "tests/support/testservers.h"
#endif

#include <csignal>
#include <QTest>

using namespace projectionist;

namespace {

bool allGone(const std::vector<ProcessEntry>& processes)
{
    return std::ranges::all_of(processes, [](const auto& process) {
        const auto tree = processTree(process.pid);
        return tree.empty() || tree.front().state == 'Z';
    });
}

QString joined(const std::vector<std::string>& names)
{
    QString text;
    for (const auto& name : names)
        text += QString::fromStdString(name) + ' ';
    return text;
}

} // namespace

/// How a sandbox ends, and what it leaves: nothing.
class TestSandboxEnds : public QObject
{
    Q_OBJECT
private slots:
    void askedToStopItLeavesNothing()
    {
        RunningSandbox sandbox;
        sandbox.start({});
        const auto processes = processTree(sandbox.process().pid());
        QVERIFY(processes.size() > 7); // itself, six workers, PostgreSQL
        sandbox.stop();
        QVERIFY(sandbox.process().exitStatus() == ExitStatus{});
        QVERIFY(allGone(processes));
        QCOMPARE(joined(sandbox.leftOver()), QString());
    }

    void itEndsWhenItsTimeIsOver()
    {
        RunningSandbox sandbox;
        sandbox.start({"--seconds", "0.5"});
        QVERIFY(sandbox.process().waitForExit(Duration(60'000)));
        QCOMPARE(joined(sandbox.leftOver()), QString());
    }

    void killedItLeavesNoProcessAndTheNextOneRemovesItsFolders()
    {
        RunningSandbox sandbox;
        sandbox.start({});
        const auto processes = processTree(sandbox.process().pid());
        sandbox.kill();
        QVERIFY(eventually([&] { return allGone(processes); }));
        QVERIFY(!sandbox.leftOver().empty());
        sandbox.start({});
        sandbox.stop();
        QCOMPARE(sandbox.runToEnd({"fault", "poison"}, "none.log"), 2);
        QCOMPARE(joined(sandbox.leftOver()), QString());
    }

    void itEndsWithTheProcessThatStartedIt()
    {
        RunningSandbox sandbox;
        ChildCommand shell;
        const auto log = std::filesystem::path("/tmp") / ("projectionist-t-parent-" + std::to_string(::getpid()));
        shell.arguments = {"sh", "-c", R"("$SANDBOX" run --parent-death & wait)"};
        shell.environment["SANDBOX"] = SANDBOX;
        shell.logFile = log;
        auto parent = ChildProcess::start(std::move(shell));
        QVERIFY(parent);
        QVERIFY(eventually([&] { return lastLines(log, 3).find("READY ") != std::string::npos; }));
        const auto processes = processTree((*parent)->pid());
        QVERIFY(processes.size() > 8);
        (*parent)->kill();
        QVERIFY(eventually([&] { return allGone(processes); }));
        std::filesystem::remove(log);
    }

    void eventsThatAProjectionRefusesBecomeDeadLetters()
    {
        RunningSandbox sandbox;
        sandbox.start({"--rate", "100", "--steady", "--bad-every", "20"});
        const auto broker = connectKafka(sandbox.workspace().brokers.at(0));
        QVERIFY(broker);
        for (const char* projection : {"order_summary", "parcel_tracking"}) {
            std::optional<Record> letter;
            QVERIFY2(eventually([&] {
                         for (int partition = 0; partition < 12 && !letter; ++partition) {
                             const std::pair<TopicPartition, Offset> at{
                                 {std::string("orders.events.") + projection + ".dlt", partition}, 0};
                             const auto bounds = (*broker)->bounds(std::span(&at.first, 1), Duration(5000));
                             if (!bounds || bounds->at(0).head == 0)
                                 continue;
                             if (const auto read = (*broker)->read(std::span(&at, 1), 10'000, Duration(5000)))
                                 letter = read->at(0);
                         }
                         return letter.has_value();
                     }),
                     projection);
            const DeadLetter read = decodeLetter(*letter);
            QCOMPARE(read.origin.topic, std::string("orders.events"));
            QCOMPARE(read.origin.partition.value_or(-1), letter->id.partition);
            QVERIFY(read.origin.exact() && letter->key && letter->value);
            QVERIFY(read.failure.exception.starts_with("projectionist.sandbox.Unknown"));
            QVERIFY(!read.failure.message.empty());
        }
        const char* const row = "SELECT count(*) FROM @.dead_letter WHERE projection = 'ops_console' AND "
                                "exception = 'projectionist.sandbox.MissingAmountException' AND type = 'OrderPaid'";
        QVERIFY(eventually([&] { return sandbox.number(row).value_or(0) > 0; }));
        sandbox.stop();
    }
};

QTEST_APPLESS_MAIN(TestSandboxEnds)
#include "tst_sandboxends.moc"
