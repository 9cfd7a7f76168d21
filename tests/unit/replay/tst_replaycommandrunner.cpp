// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "backend/deadletter/replay/replaycommandrunner.h"

#include <thread>

using namespace projectionist;

namespace {

constexpr Duration longEnough{120'000};

Result<CommandOutcome> shell(const std::string& script, std::string_view input = {}, Duration timeout = longEnough)
{
    return runCommand({"sh", "-c", script}, {{"GIVEN", "a b"}}, input, timeout, {});
}

} // namespace

class TestReplayCommandRunner : public QObject
{
    Q_OBJECT

private slots:
    void aProgramGetsInputAndEnvironmentAndItsEndIsTold()
    {
        const auto outcome = shell("cat; echo \" $GIVEN\" >&2; exit 3", "payload");
        QVERIFY(outcome.has_value());
        QVERIFY(outcome->ended);
        QCOMPARE(outcome->code, 3);
        QCOMPARE(outcome->output, std::string("payload a b\n"));
    }
    void aProgramMayLeaveItsInputUnread()
    {
        const std::string large(8'000'000, 'x');
        QVERIFY(shell("exit 0", large) && shell("exit 0", large)->code == 0);
        QCOMPARE(shell("wc -c", large)->output, std::string("8000000\n"));
    }
    void ofALongOutputTheEndIsKept()
    {
        const auto outcome = shell("yes | head -n 100000; echo last");
        QVERIFY(outcome->output.size() <= 4096 && outcome->output.ends_with("y\nlast\n"));
    }
    void whatDoesNotEndInTimeIsKilledWithItsChildren()
    {
        const auto outcome = shell("sleep 1000 & sleep 1000", {}, Duration(100));
        QVERIFY(!outcome->ended);
        QCOMPARE(toString(*outcome), std::string("it did not end in time"));
    }
    void aStopEndsIt()
    {
        std::stop_source stop;
        const std::jthread stopper([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            stop.request_stop();
        });
        const auto outcome = runCommand({"sleep", "1000"}, {}, {}, longEnough, stop.get_token());
        QVERIFY(!outcome->ended);
    }
    void aProgramThatDiesOfASignalIsToldApart()
    {
        QCOMPARE(toString(*shell("kill -9 $$")), std::string("killed by signal 9"));
    }
    void aProgramThatIsNotThereIsNotStarted()
    {
        const auto outcome = runCommand({"/nonexistent/program"}, {}, {}, longEnough, {});
        QVERIFY(!outcome && outcome.error().kind == ErrorKind::Configuration);
    }
};

QTEST_GUILESS_MAIN(TestReplayCommandRunner)
#include "tst_replaycommandrunner.moc"
