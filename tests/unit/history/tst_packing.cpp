// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/packing.h"

#include <QTest>
#include <random>

using namespace projectionist;

namespace {

Buckets someBuckets(std::mt19937& random, std::size_t count)
{
    const auto number = [&](std::int64_t most) { return std::uniform_int_distribution<std::int64_t>(0, most)(random); };
    Buckets buckets;
    for (std::size_t i = 0; i < count; ++i) {
        Bucket bucket;
        bucket.at = 1'795'000'200 + static_cast<std::int64_t>(i) * 10;
        bucket.width = 10;
        if (number(5) > 0) {
            const auto last = number(i % 7 == 0 ? INT64_C(1) << 50 : 500);
            bucket.lag = {last - number(last), last + number(1000), last};
        }
        if (number(5) > 0)
            bucket.backlog = {0, INT64_C(1) << 60, number(INT64_C(1) << 60)};
        bucket.in = static_cast<float>(number(100'000)) / 4.0F;
        bucket.out = number(9) == 0 ? -1 : static_cast<float>(number(100)) / 4.0F;
        bucket.worst = number(3) > 0 ? VerdictKind::Ok : VerdictKind::Blocked;
        buckets.push_back(bucket);
    }
    return buckets;
}

} // namespace

class TestPacking : public QObject
{
    Q_OBJECT
private slots:
    void chunksComeBackAsTheyWere()
    {
        std::mt19937 random(7);
        for (const std::size_t count : {0, 1, 2, 300, 720}) {
            const auto buckets = someBuckets(random, count);
            QVERIFY(unpackBuckets(packBuckets(buckets, 1'795'000'200, 10), 1'795'000'200, 10) == buckets);
        }
    }
    void partitionsComeBackAsTheyWere()
    {
        PartitionTable table;
        table.ids = {{"orders", 0}, {"orders", 7}, {"", -1}};
        table.add(1'795'000'200, 1, {5, 0});
        table.add(1'795'000'210, 0, {-1, 12});
        table.add(1'795'000'490, 2, {INT64_C(1) << 50, -1});
        const auto back = unpackPartitions(packPartitions(table, 1'795'000'200), 1'795'000'200);
        QVERIFY(back.ids == table.ids);
        for (std::size_t i = 0; i < table.ids.size(); ++i)
            QVERIFY(back.histories()[i].points == table.histories()[i].points);
    }
    void damagedBytesGiveNothingAndDoNoHarm()
    {
        std::mt19937 random(11);
        const auto start = std::int64_t{1'795'000'200};
        PartitionTable table;
        table.ids = {{"orders", 0}, {"orders", 1}};
        for (std::int64_t i = 0; i < 30; ++i)
            table.add(start + i * 10, static_cast<std::size_t>(i % 2), {i, i * i});
        const auto chunk = packBuckets(someBuckets(random, 300), start, 10);
        const auto partitionChunk = packPartitions(table, start);
        for (int round = 0; round < 2000; ++round) {
            for (std::string bytes : {chunk, decompress(chunk), partitionChunk, decompress(partitionChunk)}) {
                for (int i = 0; i < 3; ++i)
                    bytes[random() % bytes.size()] = static_cast<char>(random());
                bytes.resize(bytes.size() - random() % 3);
                for (const std::string& tried : {bytes, std::string(1, '\0') + bytes}) {
                    QVERIFY(unpackBuckets(tried, start, 10).size() <= tried.size() * 1000);
                    QVERIFY(unpackPartitions(tried, start).ids.size() <= tried.size() * 1000);
                }
            }
        }
    }
    void overlayingFillsGapsOnly()
    {
        const auto at = [](std::int64_t time, std::uint32_t width) {
            Bucket bucket;
            bucket.at = time;
            bucket.width = width;
            return bucket;
        };
        const Buckets fine = {at(100, 1), at(101, 1), at(130, 1)};
        const Buckets coarse = {at(60, 60), at(120, 60), at(180, 60)};
        Buckets both = {at(100, 1), at(101, 1), at(130, 1), at(180, 60)};
        QVERIFY(overlay(fine, coarse) == both);
        QVERIFY(overlay({}, coarse) == coarse);
        QVERIFY(overlay(fine, {}) == fine);
    }
    void thinningKeepsExtremesAndTheNumber()
    {
        Buckets buckets;
        for (std::int64_t i = 0; i < 10'000; ++i) {
            Bucket bucket;
            bucket.at = i;
            bucket.lag = {100, 100, 100};
            insert(buckets, bucket);
        }
        buckets[4321].lag = {7, 99'999, 100};
        buckets[5000].worst = VerdictKind::Blocked;
        const auto thinned = thin(buckets, 0, 10'000, 100);
        QVERIFY(thinned.size() <= 100 && thinned.size() > 50);
        std::int64_t least = 100, most = 0;
        int blocked = 0;
        for (const auto& bucket : thinned) {
            least = std::min(least, bucket.lag.min);
            most = std::max(most, bucket.lag.max);
            blocked += bucket.worst == VerdictKind::Blocked ? 1 : 0;
        }
        QCOMPARE(least, 7);
        QCOMPARE(most, 99'999);
        QCOMPARE(blocked, 1);
    }
};

QTEST_GUILESS_MAIN(TestPacking)
#include "tst_packing.moc"
