// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelfixtures.h"
#include "models/projectionhistory.h"

#include <QSignalSpy>
#include <QTest>

using namespace projectionist;
using namespace projectionist::fixtures;

namespace {

/// A disk whose speed and contents the test decides.
struct FakeDisk
{
    std::mutex mutex;
    std::condition_variable wake;
    bool held = false;               ///< guarded by mutex
    std::optional<Error> error;      ///< guarded by mutex
    std::vector<HistoryQuery> asked; ///< guarded by mutex

    HistorySource source()
    {
        HistorySource source;
        source.points = [this](const HistoryQuery& query) -> Result<std::vector<HistoryPoint>> {
            std::unique_lock lock(mutex);
            asked.push_back(query);
            wake.wait_for(lock, std::chrono::seconds(30), [this] { return !held; });
            if (error)
                return tl::unexpected(*error);
            HistoryPoint point;
            point.at = query.from;
            point.width = Duration(1000);
            point.lagMin = point.lagMax = point.lagLast = Duration(static_cast<int>(asked.size()));
            point.worst = VerdictKind::Ok;
            return std::vector{point};
        };
        source.partitions = [](const HistoryQuery& query) -> Result<std::vector<PartitionHistory>> {
            return std::vector{PartitionHistory{{"orders.events", 0}, {{query.from, Duration(70), 3}}}};
        };
        source.annotations = [](const HistoryQuery&) -> Result<std::vector<Annotation>> {
            return std::vector<Annotation>{};
        };
        return source;
    }
    void release()
    {
        {
            const std::lock_guard lock(mutex);
            held = false;
        }
        wake.notify_all();
    }
    std::size_t reads()
    {
        const std::lock_guard lock(mutex);
        return asked.size();
    }
};

struct Setup
{
    FakeDisk disk;
    HandClock clock;
    LiveFeed feed{clock};
    RangeController range{noon};
    HistoryReader reader{disk.source()};
    ProjectionHistory history{reader, feed, range};
    WatcherSinks sinks = feed.sinks();

    Setup() { QObject::connect(&feed, &LiveFeed::drained, &reader, &HistoryReader::drain); }
    void live(Duration after, std::uint64_t cycle)
    {
        sinks.snapshot(snapshot({report({.lag = Duration(500), .backlog = 1, .at = noon + after})}, cycle));
    }
};

} // namespace

class TestHistory : public QObject
{
    Q_OBJECT
private slots:
    void livePointsFollowTheOnesFromDisk()
    {
        Setup s;
        s.history.setProjection("demo", "parcel_tracking");
        QTRY_COMPARE_WITH_TIMEOUT(s.history.points().size(), std::size_t{1}, 30'000);
        for (int i = 1; i <= 5; ++i)
            s.live(Duration(i * 1000), static_cast<std::uint64_t>(i));
        QTRY_COMPARE_WITH_TIMEOUT(s.history.points().size(), std::size_t{6}, 30'000);
        QCOMPARE(s.history.points().back().lagLast, std::optional(Duration(500)));
        QCOMPARE(s.history.objective(), std::optional(Duration(30'000)));
        QCOMPARE(s.disk.reads(), std::size_t{1});
        QCOMPARE(s.history.partitions()->rows(), std::size_t{3});
    }
    void timeGoingOnDoesNotReadTheDisk()
    {
        Setup s;
        s.history.setProjection("demo", "parcel_tracking");
        QTRY_VERIFY_WITH_TIMEOUT(!s.history.isLoading(), 30'000);
        for (int i = 1; i <= 100; ++i)
            s.range.tick(noon + Duration(i * 1000));
        QCOMPARE(s.disk.reads(), std::size_t{1});
        s.range.setRange(TimeRange::last(Duration(60'000)));
        QTRY_COMPARE_WITH_TIMEOUT(s.disk.reads(), std::size_t{2}, 30'000);
    }
    void aStaleAnswerIsDropped()
    {
        Setup s;
        s.disk.held = true;
        s.history.setProjection("demo", "first");
        QTRY_COMPARE_WITH_TIMEOUT(s.disk.reads(), std::size_t{1}, 30'000);
        s.history.setProjection("demo", "parcel_tracking");
        QSignalSpy reset(&s.history, &ProjectionHistory::reset);
        s.disk.release();
        QTRY_VERIFY_WITH_TIMEOUT(!s.history.isLoading(), 30'000);
        QCOMPARE(reset.size(), 1);
        QCOMPARE(s.history.points().front().lagLast, std::optional(Duration(2)));
    }
    void whatArrivesWhileTheDiskIsSlowIsNotLost()
    {
        Setup s;
        s.disk.held = true;
        s.history.setProjection("demo", "parcel_tracking");
        s.live(Duration(1000), 1);
        s.live(Duration(2000), 2);
        QTRY_COMPARE_WITH_TIMEOUT(s.history.points().size(), std::size_t{2}, 30'000);
        s.disk.release();
        QTRY_VERIFY_WITH_TIMEOUT(!s.history.isLoading(), 30'000);
        QCOMPARE(s.history.points().size(), std::size_t{3});
        QVERIFY(s.history.partitions()->rows() == 3);
    }
    void aBrokenDiskKeepsTheLivePoints()
    {
        Setup s;
        s.disk.error = Error{ErrorKind::Resource, "History was not read", "The disk is full", "", true};
        s.history.setProjection("demo", "parcel_tracking");
        s.live(Duration(1000), 1);
        QTRY_VERIFY_WITH_TIMEOUT(s.history.error().has_value(), 30'000);
        QTRY_COMPARE_WITH_TIMEOUT(s.history.points().size(), std::size_t{1}, 30'000);
        s.range.setRange(TimeRange::last(Duration(60'000)));
        QTRY_COMPARE_WITH_TIMEOUT(s.disk.reads(), std::size_t{2}, 30'000);
        QTRY_VERIFY_WITH_TIMEOUT(!s.history.isLoading(), 30'000);
        QCOMPARE(s.history.points().size(), std::size_t{1});
    }
    void theReconstructedPastComesBeforeWhatWasSeen()
    {
        Setup s;
        s.sinks.retroactive({"parcel_tracking",
                             {{noon - Duration(7'200'000), 5, {Duration(3000), LagOrigin::AtLeast}, 10},
                              {noon + Duration(1000), 5, {Duration(3000), LagOrigin::AtLeast}, 10}}});
        s.history.setProjection("demo", "parcel_tracking");
        QTRY_VERIFY_WITH_TIMEOUT(!s.history.isLoading() && s.history.reconstructedUntil(), 30'000);
        QCOMPARE(s.history.points().size(), std::size_t{2});
        QCOMPARE(*s.history.reconstructedUntil(), noon - Duration(3'600'000));
        QVERIFY(std::isnan(s.history.points().front().outPerSecond));
    }
    void whatWasReconstructedIsToldFromWhatWasSeenAfterARestart()
    {
        const auto at = [](int minutes) { return noon - Duration(minutes * 60'000); };
        auto past = historyPoints({"parcel_tracking",
                                   {{at(50), 5, {Duration(3000), LagOrigin::AtLeast}, 10},
                                    {at(40), 5, {Duration(3000), LagOrigin::AtLeast}, 20}}});
        QCOMPARE(past.front().width, Duration(600'000));
        past.back().width = Duration(300'000);
        for (auto& point : past)
            point.outPerSecond = 0; // as history keeps it
        HistoryPoint seen = past.back();
        seen.at = at(30);
        seen.worst = VerdictKind::Ok;
        seen.backlogLast = 7;
        past.push_back(seen);
        HandClock clock;
        LiveFeed feed(clock);
        RangeController range(noon);
        HistorySource source;
        source.points = [past](const HistoryQuery&) { return Result<std::vector<HistoryPoint>>(past); };
        source.partitions = [](const HistoryQuery&) { return Result<std::vector<PartitionHistory>>(); };
        source.annotations = [](const HistoryQuery&) { return Result<std::vector<Annotation>>(); };
        HistoryReader reader(source);
        connect(&feed, &LiveFeed::drained, &reader, &HistoryReader::drain);
        ProjectionHistory history(reader, feed, range);
        history.setProjection("demo", "parcel_tracking");
        QTRY_COMPARE_WITH_TIMEOUT(history.points().size(), std::size_t{3}, 30'000);
        QVERIFY(std::isnan(history.points()[1].outPerSecond));
        QVERIFY(!std::isnan(history.points()[2].outPerSecond));
        QCOMPARE(*history.reconstructedUntil(), at(30));
    }
    void memoryIsBoundedHoweverLongItRuns()
    {
        Setup s;
        s.history.setProjection("demo", "parcel_tracking");
        QTRY_VERIFY_WITH_TIMEOUT(!s.history.isLoading(), 30'000);
        s.range.setRange(TimeRange::last(Duration(86'400'000)));
        for (int i = 1; i <= 30'000; ++i)
            emit s.feed.snapshotArrived(snapshot({report({.at = noon + Duration(i * 1000), .partitions = 1})}));
        QVERIFY(s.history.points().size() <= 4 * ProjectionHistory::maxPoints + 1);
        QVERIFY(s.history.partitions()->buckets() <= 360);
    }
    void theReaderIsIndependentOfOrdersNobodyWaitsFor()
    {
        FakeDisk disk;
        disk.held = true;
        HistoryReader reader(disk.source());
        std::vector<std::uint64_t> answered;
        connect(&reader, &HistoryReader::answered, this,
                [&](const HistoryAnswer& answer) { answered.push_back(answer.token); });
        HistoryQuery query;
        query.projection = "a";
        const auto first = reader.order(query);
        const auto second = reader.order(query);
        const auto third = reader.order(query);
        reader.cancel(second);
        reader.cancel(first);
        disk.release();
        QTRY_VERIFY_WITH_TIMEOUT((reader.drain(), !answered.empty()), 30'000);
        QCOMPARE(answered, std::vector{third});
    }
    void theMatrixKeepsTheWorstOfABucketAndTheNewestBuckets()
    {
        PartitionMatrix matrix(Duration(10'000), 3);
        const TopicPartition a{"t", 0};
        const TopicPartition b{"t", 1};
        matrix.add(noon, b, 5);
        matrix.add(noon + Duration(1000), b, 9);
        matrix.add(noon + Duration(2000), b, 7);
        matrix.add(noon + Duration(20'000), a, 1);
        QCOMPARE(matrix.buckets(), std::size_t{3});
        QCOMPARE(matrix.ids(), (std::vector{a, b}));
        QCOMPARE(matrix.bucket(0)[1], 9.0F);
        QVERIFY(std::isnan(matrix.bucket(1)[1]));
        matrix.add(noon + Duration(40'000), a, 2);
        QCOMPARE(matrix.buckets(), std::size_t{3});
        QCOMPARE(matrix.bucketStart(0), noon + Duration(20'000));
        QCOMPARE(matrix.bucket(2)[0], 2.0F);
        matrix.add(noon + Duration(400'000), a, 3);
        QCOMPARE(matrix.bucket(matrix.buckets() - 1)[0], 3.0F);
        matrix.add(noon, a, 99);
        QVERIFY(matrix.buckets() <= 3);
    }
    void coarseHistoryHasNoHolesBetweenItsPoints()
    {
        PartitionHistory history{{"t", 0}, {}};
        for (int i = 0; i < 10; ++i)
            history.points.push_back({noon + Duration(i * 60'000), Duration(i), 0});
        const auto matrix = PartitionMatrix::fromHistory({history}, noon, noon + Duration(600'000), 360);
        QCOMPARE(matrix.width(), Duration(60'000));
        for (std::size_t i = 0; i < matrix.buckets(); ++i)
            QVERIFY(!std::isnan(matrix.bucket(i)[0]));
    }
};

QTEST_GUILESS_MAIN(TestHistory)
#include "tst_history.moc"
