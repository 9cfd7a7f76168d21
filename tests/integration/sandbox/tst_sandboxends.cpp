// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN // moc cannot read <concepts>, which the library includes
#include "app/sandbox/servers/processtree.h"
#include "backend/broker/kafka/kafkabroker.h"
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
        for (const char* projection : {"order_summary", "parcel_tracking", "ops_console"}) {
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
            std::map<std::string, std::string> headers;
            for (const auto& header : letter->headers)
                headers[header.name] = header.value.value_or("");
            QCOMPARE(headers["kafka_dlt-original-topic"], std::string("orders.events"));
            QCOMPARE(headers["kafka_dlt-original-offset"].size(), std::size_t(8));
            QCOMPARE(headers["kafka_dlt-original-partition"],
                     std::string({'\0', '\0', '\0', static_cast<char>(letter->id.partition)}));
            QVERIFY(headers["kafka_dlt-exception-fqcn"].ends_with("Exception"));
            QVERIFY(!headers["kafka_dlt-exception-message"].empty() && !headers["id"].empty());
            QVERIFY(letter->key && letter->value);
        }
        sandbox.stop();
    }
};

QTEST_APPLESS_MAIN(TestSandboxEnds)
#include "tst_sandboxends.moc"
