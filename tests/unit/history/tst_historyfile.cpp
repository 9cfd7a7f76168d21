// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/history.h"

#include "app/sandbox/servers/temporaryfolder.h"
#include "backend/history/sqlite.h"
#include "tests/support/testservers.h"
#include "tests/unit/history/samples.h"

#include <csignal>
#include <fstream>
#include <QTest>
#include <sys/resource.h>

using namespace projectionist;
using namespace std::chrono_literals;

namespace fs = std::filesystem;

namespace {

constexpr TimePoint noon(std::chrono::seconds(1'795'003'200)); // a multiple of 12 hours

} // namespace

class TestHistory : public QObject
{
    Q_OBJECT
    std::optional<TemporaryFolder> m_folder;
    fs::path m_file;
    std::optional<ManualClock> m_clock;

    /// One sample a second; lag counts the seconds since noon in ms.
    void appendSeconds(History& history, int seconds, std::int32_t partitionCount = 0)
    {
        for (int i = 0; i < seconds; ++i, m_clock->advance(1s)) {
            const auto lag = (m_clock->now() - noon).count() / 1000;
            history.append(snapshotOf(m_clock->now(), {"orders"}, lag, 2 * lag, partitionCount));
        }
    }
    std::vector<HistoryPoint> all(const History& history, std::size_t most = 1'000'000) const
    {
        return history.read("prod", "orders", noon - 24h, noon + 24h * 400, most).value_or(std::vector<HistoryPoint>());
    }
    /// Old points move on in portions.
    static void settle(History& history)
    {
        for (int i = 0; i < 20; ++i)
            history.flush();
    }

private slots:
    void init()
    {
        m_folder.emplace(TemporaryFolder::create("projectionist-t-").value());
        m_file = m_folder->path() / "state" / "history.sqlite";
        m_clock.emplace(noon);
    }
    void cleanup() { m_folder.reset(); }

    void whatWasAppendedIsReadAtOnceAndAfterRestarts()
    {
        {
            History history(m_file, *m_clock);
            appendSeconds(history, 100);
            QCOMPARE(all(history).size(), std::size_t{100});
        }
        for (int run = 0; run < 3; ++run) {
            History history(m_file, *m_clock);
            history.flush();
            QVERIFY2(!history.health(), history.health() ? toString(*history.health()).c_str() : "");
            const auto points = all(history);
            QCOMPARE(points.size(), static_cast<std::size_t>(100 * (run + 1)));
            const auto& last = points.back();
            QCOMPARE(last.lagLast, std::optional<Duration>(points.size() - 1));
            QCOMPARE(last.backlogMax, std::optional<std::int64_t>(2 * (points.size() - 1)));
            QCOMPARE(last.inPerSecond, 41.5F);
            QCOMPARE(last.outPerSecond, 40.0F);
            QVERIFY(last.worst == VerdictKind::Ok);
            QCOMPARE(last.width, Duration(1s));
            appendSeconds(history, 100);
        }
        History history(m_file, *m_clock);
        QVERIFY(history.projections().value() ==
                (std::vector<std::pair<std::string, std::string>>{{"prod", "orders"}}));
        QVERIFY(history.read("prod", "nobody", noon, noon + 1h, 10)->empty());
    }
    void fullChunksAreReadTogetherWithYoungPoints()
    {
        History history(m_file, *m_clock);
        for (int part = 0; part < 10; ++part) {
            appendSeconds(history, 170);
            history.flush();
            const auto points = all(history);
            QCOMPARE(points.size(), static_cast<std::size_t>(170 * (part + 1)));
            for (std::size_t i = 0; i < points.size(); ++i)
                QCOMPARE(points[i].lagLast, std::optional<Duration>(i));
        }
        const auto some = history.read("prod", "orders", noon + 290s, noon + 310s, 1000);
        QCOMPARE(some->size(), std::size_t{20});
        QCOMPARE(some->front().at, noon + 290s);
        QVERIFY(all(history, 50).size() <= 50);
        QCOMPARE(all(history, 50).back().lagMax, std::optional<Duration>(1699));
    }
    void oldPointsBecomeCoarserAndGoAtLast()
    {
        History history(m_file, *m_clock);
        appendSeconds(history, 600, 2);
        history.flush();
        QCOMPARE(all(history).size(), std::size_t{600});
        m_clock->advance(24h + 2h);
        settle(history);
        auto points = all(history);
        QCOMPARE(points.size(), std::size_t{60});
        QCOMPARE(points[1].width, Duration(10s));
        QCOMPARE(points[1].lagMin, std::optional<Duration>(10));
        QCOMPARE(points[1].lagMax, std::optional<Duration>(19));
        QCOMPARE(points[1].lagLast, std::optional<Duration>(19));
        QCOMPARE(points[1].inPerSecond, 41.5F);
        m_clock->advance(24h * 7);
        settle(history);
        points = all(history);
        QCOMPARE(points.size(), std::size_t{10});
        QCOMPARE(points[9].width, Duration(60s));
        QCOMPARE(points[9].lagMin, std::optional<Duration>(540));
        QCOMPARE(points[9].backlogLast, std::optional<std::int64_t>(2 * 599));
        m_clock->advance(24h * 91);
        settle(history);
        QVERIFY(all(history).empty());
        QVERIFY(history.projections()->empty());
    }
    void numbersThatAreNotFreshAreNotRecorded()
    {
        History history(m_file, *m_clock);
        auto snapshot = snapshotOf(noon - 1h, {"orders"}, 5, 5);
        auto report = std::make_shared<ProjectionReport>(*snapshot->projections[0]);
        auto sample = std::make_shared<ProjectionSample>(*report->sample);
        sample->fresh = false;
        report->sample = sample;
        report->assessment.verdict.kind = VerdictKind::Unknown;
        snapshot->projections[0] = report;
        snapshot->ended = noon;
        history.append(snapshot);
        const auto points = all(history);
        QCOMPARE(points.size(), std::size_t{1});
        QCOMPARE(points[0].at, noon);
        QVERIFY(!points[0].lagLast && !points[0].backlogLast);
        QVERIFY(points[0].worst == VerdictKind::Unknown);
    }
    void aClockThatIsSetBackLosesNothing()
    {
        History history(m_file, *m_clock);
        appendSeconds(history, 400);
        history.flush();
        m_clock->step(-200s);
        appendSeconds(history, 100);
        history.flush();
        appendSeconds(history, 500);
        history.flush();
        const auto points = all(history);
        QCOMPARE(points.size(), std::size_t{800});
        for (std::size_t i = 0; i < points.size(); ++i)
            QCOMPARE(points[i].lagMax, std::optional<Duration>(i));
    }
    void retroactivePointsGiveWayToSampledOnes()
    {
        History history(m_file, *m_clock);
        appendSeconds(history, 90);
        std::vector<HistoryPoint> past;
        for (int minute = -60; minute < 2; ++minute) {
            HistoryPoint point;
            point.at = noon + std::chrono::minutes(minute);
            point.width = 60s;
            point.lagMin = point.lagMax = point.lagLast = Duration(777'000);
            past.push_back(point);
        }
        history.appendRetroactive("prod", "orders", past);
        const auto check = [&] {
            const auto points = all(history);
            QCOMPARE(points.size(), std::size_t{150});
            QCOMPARE(points[59].lagLast, std::optional<Duration>(777'000));
            QCOMPARE(points[60].lagLast, std::optional<Duration>(0));
            QCOMPARE(points.back().lagLast, std::optional<Duration>(89));
        };
        check();
        history.flush();
        check();
        history.appendRetroactive("prod", "orders", past);
        history.flush();
        check();
        m_clock->advance(24h * 9);
        settle(history);
        const auto points = all(history);
        QCOMPARE(points.size(), std::size_t{62});
        QCOMPARE(points[60].lagMax, std::optional<Duration>(59));
    }
    void partitionsAreKeptForSixHours()
    {
        {
            History history(m_file, *m_clock);
            appendSeconds(history, 400, 3);
            history.flush();
            appendSeconds(history, 5, 4); // a partition was added
        }
        History history(m_file, *m_clock);
        const auto read = [&](std::size_t most) {
            return history.readPartitions("prod", "orders", noon, noon + 1h, most).value();
        };
        history.flush();
        auto partitionRows = read(1000);
        QCOMPARE(partitionRows.size(), std::size_t{4});
        QVERIFY((partitionRows[2].id == TopicPartition{"orders.events", 2}));
        QCOMPARE(partitionRows[2].points.size(), std::size_t{41});
        QCOMPARE(partitionRows[2].points[3].at, noon + 30s);
        QCOMPARE(partitionRows[2].points[3].lagMax, std::optional<Duration>(41));
        QCOMPARE(partitionRows[2].points[3].backlogMax, std::optional<std::int64_t>(78));
        QCOMPARE(partitionRows[3].points.size(), std::size_t{1});
        QVERIFY(read(10)[0].points.size() <= 10);
        QCOMPARE(read(10)[0].points.back().lagMax, std::optional<Duration>(404));
        m_clock->advance(7h);
        settle(history);
        QVERIFY(read(1000).empty());
    }
    void annotationsAreKept()
    {
        {
            History history(m_file, *m_clock);
            auto snapshot = snapshotOf(noon, {}, 0, 0);
            snapshot->annotations = {{noon, "rebalance", "orders", "2 members"},
                                     {noon + 1s, "config", "", "it's taken over"}};
            history.append(snapshot);
            QCOMPARE(history.annotations("prod", noon, noon + 1h)->size(), std::size_t{2});
        }
        const History history(m_file, *m_clock);
        const auto kept = history.annotations("prod", noon, noon + 1h).value();
        QCOMPARE(kept.size(), std::size_t{2});
        QVERIFY((kept[1] == Annotation{noon + 1s, "config", "", "it's taken over"}));
        QVERIFY(history.annotations("other", noon, noon + 1h)->empty());
    }
    void aForeignFileIsLeftAlone_data()
    {
        QTest::addColumn<bool>("sqlite");
        QTest::newRow("some text") << false;
        QTest::newRow("the database of another program") << true;
    }
    void aForeignFileIsLeftAlone()
    {
        QFETCH(bool, sqlite);
        fs::create_directories(m_file.parent_path());
        if (sqlite)
            SqliteDatabase(m_file, SqliteDatabase::Mode::Write)
                .execute("CREATE TABLE mine (n); INSERT INTO mine VALUES (7)");
        else
            std::ofstream(m_file) << "Dear diary, today nothing of note happened.\n";
        const auto size = fs::file_size(m_file);
        History history(m_file, *m_clock);
        appendSeconds(history, 10);
        history.flush();
        QVERIFY(history.health().has_value());
        QVERIFY(history.health()->kind == ErrorKind::InvalidData);
        QVERIFY(history.health()->why.find("left alone") != std::string::npos);
        QCOMPARE(fs::file_size(m_file), size);
        QCOMPARE(all(history).size(), std::size_t{10}); // what is in memory is still shown
        fs::rename(m_file, m_folder->path() / "elsewhere");
        history.flush();
        QVERIFY(!history.health());
        QCOMPARE(all(history).size(), std::size_t{10});
    }
    void aDamagedFileIsSetAsideAndANewOneBegun()
    {
        {
            History history(m_file, *m_clock);
            appendSeconds(history, 2000);
            history.flush();
        }
        std::fstream file(m_file, std::ios::in | std::ios::out | std::ios::binary);
        const std::string garbage(static_cast<std::size_t>(fs::file_size(m_file)) - 200, '\x5a');
        file.seekp(150);
        file.write(garbage.data(), static_cast<std::streamsize>(garbage.size()));
        file.close();
        History history(m_file, *m_clock);
        appendSeconds(history, 10);
        settle(history);
        QVERIFY2(!history.health(), history.health() ? toString(*history.health()).c_str() : "");
        QCOMPARE(all(history).size(), std::size_t{10});
        QVERIFY(history.annotations("prod", noon, noon + 24h)->front().text.find("damaged") != std::string::npos);
        std::size_t kept = 0;
        for (const auto& entry : fs::directory_iterator(m_file.parent_path()))
            kept += entry.path().string().find("history.sqlite.damaged-") != std::string::npos ? 1 : 0;
        QVERIFY(kept >= 1);
    }
    void aLockedFileCostsNothingButTime()
    {
        History history(m_file, *m_clock);
        appendSeconds(history, 10);
        history.flush();
        {
            SqliteDatabase other(m_file, SqliteDatabase::Mode::Write);
            SqliteTransaction lock(other);
            appendSeconds(history, 10);
            history.flush();
            QVERIFY(history.health().has_value());
            QVERIFY(history.health()->kind == ErrorKind::Conflict);
            QCOMPARE(all(history).size(), std::size_t{20});
        }
        history.flush();
        QVERIFY(!history.health());
        QCOMPARE(all(history).size(), std::size_t{20});
    }
    void aRateThatWasNotKnownIsNoZero()
    {
        History history(m_file, *m_clock);
        const auto unknown = snapshotOf(noon, {"orders"}, 1, 2);
        auto report = std::make_shared<ProjectionReport>(*unknown->projections[0]);
        report->assessment.inPerSecond.reset();
        unknown->projections[0] = report;
        history.append(unknown);
        m_clock->advance(10s);
        appendSeconds(history, 600); // so that it is sealed
        history.flush();
        const auto points = all(history);
        QVERIFY(std::isnan(points[0].inPerSecond));
        QCOMPARE(points[0].outPerSecond, 40.0F);
        QCOMPARE(points[1].inPerSecond, 41.5F);
        QCOMPARE(all(history, 20)[0].inPerSecond, 41.5F); // the mean of what is known
    }
    void whatOnlyTheJournalHoldsIsSeenAtOnceAndByOthers()
    {
        std::optional<History> first(std::in_place, m_file, *m_clock);
        appendSeconds(*first, 20, 3);
        first->flush();
        const History other(m_file, *m_clock);
        QCOMPARE(all(other).size(), std::size_t{20});
        QCOMPARE(*other.projections(), *first->projections());
        const auto partitions = other.readPartitions("prod", "orders", noon, noon + 1h, 0);
        QVERIFY(partitions && partitions->size() == 3);
        QCOMPARE(partitions->front().points.size(), std::size_t{2}); // one in ten seconds
        first.reset();
        const History again(m_file, *m_clock);
        QCOMPARE(all(again).size(), std::size_t{20});
    }
    void aSecondProgramReadsAndTakesOver()
    {
        std::optional<History> first(std::in_place, m_file, *m_clock);
        appendSeconds(*first, 10);
        first->flush();
        History second(m_file, *m_clock);
        second.flush();
        QVERIFY(second.health().has_value());
        QVERIFY(second.health()->kind == ErrorKind::Conflict);
        appendSeconds(*first, 600);
        first.reset();
        second.flush();
        QVERIFY(!second.health());
        QCOMPARE(all(second).size(), std::size_t{610});
    }
    void aDiskThatTakesNoMoreIsSaidAndForgotten()
    {
        History history(m_file, *m_clock);
        appendSeconds(history, 10);
        history.flush();
        rlimit before{};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
        rlimit small = before;
        small.rlim_cur = 4096;
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
        appendSeconds(history, 700, 20);
        history.flush();
        const auto health = history.health();
        ::setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
        QVERIFY(health.has_value());
        QVERIFY(health->kind == ErrorKind::Resource);
        QCOMPARE(all(history).size(), std::size_t{710});
        history.flush();
        QVERIFY2(!history.health(), history.health() ? toString(*history.health()).c_str() : "");
        QCOMPARE(all(history).size(), std::size_t{710});
    }
    void memoryIsBoundedWhileNothingCanBeWritten()
    {
        fs::create_directories(m_file.parent_path());
        std::ofstream(m_file) << "no database\n";
        History history(m_file, *m_clock);
        appendSeconds(history, 5000, 2);
        const auto points = all(history);
        QVERIFY(points.size() <= 1800 && points.size() >= 1200);
        QCOMPARE(points.back().lagLast, std::optional<Duration>(4999));
    }
};

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_historyfile.moc"
