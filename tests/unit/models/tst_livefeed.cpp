// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "modelfixtures.h"
#include "models/livefeed.h"

#include <QSignalSpy>
#include <QTest>
#include <thread>

using namespace projectionist;
using namespace projectionist::fixtures;

class TestLiveFeed : public QObject
{
    Q_OBJECT
private slots:
    void everySnapshotArrivesInOrderAndTheLastIsShown()
    {
        HandClock clock;
        LiveFeed feed(clock);
        std::vector<std::uint64_t> arrived;
        std::vector<std::uint64_t> shown;
        connect(&feed, &LiveFeed::snapshotArrived, this, [&](const auto& s) { arrived.push_back(s->cycle); });
        connect(&feed, &LiveFeed::shownChanged, this, [&](const auto& s) { shown.push_back(s->cycle); });
        auto sinks = feed.sinks();
        std::jthread writer([sinks] {
            for (std::uint64_t cycle = 1; cycle <= 100; ++cycle)
                sinks.snapshot(snapshot({}, cycle));
        });
        QTRY_COMPARE_WITH_TIMEOUT(arrived.size(), std::size_t{100}, 30'000);
        for (std::size_t i = 0; i < arrived.size(); ++i)
            QCOMPARE(arrived[i], i + 1);
        QVERIFY(shown.size() <= arrived.size());
        QCOMPARE(shown.back(), std::uint64_t{100});
    }
    void pausedShowsTheOldAndResumedTheNewest()
    {
        HandClock clock;
        LiveFeed feed(clock);
        const auto sinks = feed.sinks();
        sinks.snapshot(snapshot({}, 1));
        QTRY_VERIFY_WITH_TIMEOUT(feed.shown() != nullptr, 30'000);
        feed.setLive(false);
        sinks.snapshot(snapshot({}, 2));
        QTRY_COMPARE_WITH_TIMEOUT(feed.latest()->cycle, std::uint64_t{2}, 30'000);
        QCOMPARE(feed.shown()->cycle, std::uint64_t{1});
        feed.setLive(true);
        QCOMPARE(feed.shown()->cycle, std::uint64_t{2});
    }
    void snapshotsAreDestroyedOnTheThreadThatMadeThem()
    {
        HandClock clock;
        std::vector<std::thread::id> destroyers; // outlives the feed, which lets go of the last ones
        LiveFeed feed(clock);
        const auto sinks = feed.sinks();
        // What tables do: they let go of the former one when they are given another.
        std::shared_ptr<const Snapshot> held;
        connect(&feed, &LiveFeed::shownChanged, this, [&](const auto& snapshot) { held = snapshot; });
        const auto publish = [&](std::uint64_t cycle) {
            std::thread([&] {
                auto made = std::make_unique<Snapshot>();
                made->cycle = cycle;
                sinks.snapshot(std::shared_ptr<const Snapshot>(made.release(), [&](const Snapshot* s) {
                    destroyers.push_back(std::this_thread::get_id());
                    delete s;
                }));
            }).join();
        };
        for (std::uint64_t cycle = 1; cycle <= 5; ++cycle) {
            publish(cycle);
            // Two in one drain.
            if (cycle == 3)
                publish(100);
            feed.drain();
        }
        QCOMPARE(destroyers.size(), std::size_t{4});
        QCOMPARE(std::count(destroyers.begin(), destroyers.end(), std::this_thread::get_id()), 0);
        held.reset();
    }
    void aFormerContextIsNotHeardAnyMore()
    {
        HandClock clock;
        LiveFeed feed(clock);
        const auto former = feed.sinks();
        former.snapshot(snapshot({}, 7));
        feed.startOver();
        former.snapshot(snapshot({}, 8));
        QSignalSpy drained(&feed, &LiveFeed::drained);
        QTRY_VERIFY_WITH_TIMEOUT(drained.size() >= 2, 30'000);
        QVERIFY(!feed.latest());
    }
    void sinksOutliveTheFeed()
    {
        HandClock clock;
        WatcherSinks sinks;
        int also = 0;
        {
            LiveFeed feed(clock);
            sinks = feed.sinks([&also](const auto&) { ++also; });
        }
        sinks.snapshot(snapshot({}, 1));
        sinks.retroactive({"a", {}});
        QCOMPARE(also, 1);
    }
    void timeTicksOnceASecondWithoutSnapshots()
    {
        HandClock clock;
        LiveFeed feed(clock);
        QSignalSpy drained(&feed, &LiveFeed::drained);
        int ticks = 0;
        connect(&feed, &LiveFeed::ticked, this, [&](TimePoint now) {
            ++ticks;
            QCOMPARE(now, clock.now());
        });
        QTRY_VERIFY_WITH_TIMEOUT(drained.size() >= 3, 30'000);
        QCOMPARE(ticks, 1);
        clock.gone += Duration(1000);
        QTRY_COMPARE_WITH_TIMEOUT(ticks, 2, 30'000);
    }
    void thePastOfAProjectionIsKept()
    {
        HandClock clock;
        LiveFeed feed(clock);
        feed.sinks().retroactive({"parcel_tracking", {{noon, 5, {Duration(3000), LagOrigin::AtLeast}, 10}}});
        QTRY_VERIFY_WITH_TIMEOUT(feed.retroactive("parcel_tracking") != nullptr, 30'000);
        QCOMPARE(feed.retroactive("parcel_tracking")->points.size(), std::size_t{1});
        QVERIFY(!feed.retroactive("other"));
    }
};

QTEST_GUILESS_MAIN(TestLiveFeed)
#include "tst_livefeed.moc"
