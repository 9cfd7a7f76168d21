// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/history.h"
#include "tests/support/testservers.h"

#include <QTest>
#include <random>

using namespace projectionist;

namespace {

constexpr TimePoint noon(std::chrono::seconds(1'795'003'200));

std::int64_t lastPrinted(const std::filesystem::path& log)
{
    const std::string text = lastLines(log, 1);
    return text.empty() ? -1 : std::stoll(text);
}

} // namespace

class TestHistoryCrash : public QObject
{
    Q_OBJECT
private slots:
    void killingTheWriterLosesOnlyTheLastSeconds()
    {
        auto folder = TemporaryFolder::create("projectionist-t-");
        QVERIFY(folder.has_value());
        const auto file = folder->path() / "history.sqlite";
        std::mt19937 random(QTest::currentTestFunction()[0]);
        std::int64_t next = 0;
        for (int round = 0; round < 12; ++round) {
            const auto log = folder->path() / ("log" + std::to_string(round));
            ChildCommand command;
            command.arguments = {WRITER, file, std::to_string(next)};
            command.logFile = log;
            auto writer = ChildProcess::start(command);
            QVERIFY(writer.has_value());
            const auto enough = next + static_cast<std::int64_t>(random() % 700);
            QVERIFY(eventually([&] { return lastPrinted(log) >= enough || !(*writer)->running(); }));
            std::this_thread::sleep_for(std::chrono::microseconds(random() % 3000));
            (*writer)->kill();
            const auto promised = lastPrinted(log);
            QVERIFY(promised >= enough);

            ManualClock clock(noon + std::chrono::seconds(promised));
            History history(file, clock);
            history.flush();
            QVERIFY2(!history.health(), history.health() ? toString(*history.health()).c_str() : "");
            for (const char* const projection : {"p0", "p19"}) {
                const auto points = history.read("prod", projection, noon, noon + std::chrono::hours(20), 1'000'000);
                QVERIFY(points.has_value());
                QVERIFY(static_cast<std::int64_t>(points->size()) > promised);
                for (std::size_t i = 0; i < points->size(); ++i)
                    QCOMPARE((*points)[i].lagLast, std::optional<Duration>(i));
                next = static_cast<std::int64_t>(points->size());
            }
            const auto rows = history.readPartitions("prod", "p7", noon, noon + std::chrono::hours(20), 1'000'000);
            QCOMPARE(rows->size(), std::size_t{3});
            // Its last ten seconds may be missing.
            QVERIFY(static_cast<std::int64_t>((*rows)[1].points.size()) >= promised / 10 - 1);
        }
    }
};

QTEST_GUILESS_MAIN(TestHistoryCrash)
#include "tst_historycrash.moc"
