// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/hashedbuckets.h"

#include "backend/core/format.h"
#include "backend/reconcile/twostores.h"
#include "backend/store/cells.h"

#include <algorithm>
#include <fmt/format.h>
#include <future>
#include <map>

namespace projectionist {

namespace {

constexpr int buckets = 4096;
constexpr int probedRows = 20'000;
/// Below that both ways take less than a probe.
constexpr std::int64_t worthProbing = 200'000;

/// Hashed as bytes, whatever collation the database has. NULL and '' are not alike within a row.
std::string hashOfRow(const std::vector<std::string>& texts, int seed)
{
    return fmt::format("pg_catalog.hashtextextended((ROW({})::text) COLLATE pg_catalog.\"C\", {})", joined(texts, ", "),
                       seed);
}

std::string bucketOf(const ComparisonPlan& plan, ComparedSide side)
{
    return fmt::format("({} & {})", hashOfRow(keyTexts(plan, side), 1), buckets - 1);
}

struct BucketSum
{
    std::int64_t rows = 0;
    std::string sum;

    bool operator==(const BucketSum&) const = default;
};
using BucketSums = std::map<int, BucketSum>;

Result<BucketSums> readBuckets(const ComparisonPlan& plan, const SideReader& side)
{
    const auto rows = side.reader.query(fmt::format(
        "SELECT b, pg_catalog.count(*), pg_catalog.sum(h) FROM (SELECT {} AS b, {} AS h FROM {} AS r) AS t GROUP BY b",
        bucketOf(plan, side.side), hashOfRow(rowTexts(plan, side.side), 0), side.shape.sql));
    if (!rows)
        return tl::unexpected(rows.error());
    BucketSums all;
    for (const auto& row : rows->rows)
        all[numberIn<int>(row[0].value_or("")).value_or(0)] = {numberIn<std::int64_t>(row[1].value_or("")).value_or(0),
                                                               row[2].value_or("")};
    return all;
}

std::int64_t rowsIn(const BucketSums& all)
{
    std::int64_t rows = 0;
    for (const auto& [number, bucket] : all)
        rows += bucket.rows;
    return rows;
}

std::vector<std::string> unequal(const BucketSums& expected, const BucketSums& actual)
{
    std::vector<std::string> numbers;
    for (int i = 0; i < buckets; ++i) {
        const auto one = expected.find(i);
        const auto other = actual.find(i);
        const bool here = one != expected.end();
        const bool there = other != actual.end();
        if (here != there || (here && one->second != other->second))
            numbers.push_back(std::to_string(i));
    }
    return numbers;
}

RelationShape onlyBuckets(const ComparisonPlan& plan, const SideReader& side, const std::vector<std::string>& numbers)
{
    RelationShape shape = side.shape;
    shape.sql = fmt::format("(SELECT * FROM {} AS r WHERE {} IN ({}))", side.shape.sql, bucketOf(plan, side.side),
                            joined(numbers, ", "));
    return shape;
}

/// Runs `work` for both sides at the same time.
template<typename T>
Result<std::pair<T, T>> onBoth(const SideReader& expected, const SideReader& actual,
                               const std::function<Result<T>(const SideReader&)>& work)
{
    auto other = std::async(std::launch::async, [&] { return work(actual); });
    auto one = work(expected);
    auto two = other.get();
    if (!one || !two)
        return tl::unexpected(one ? two.error() : one.error());
    return std::pair(*std::move(one), *std::move(two));
}

/// Seconds for some rows of one side.
struct Cost
{
    double streamed = 0;
    double hashed = 0;
    bool hashable = true; ///< both servers hash alike only if this is so, and their encodings are the same
    std::string encoding;
};

Result<void> drain(SnapshotReader& reader)
{
    std::string_view line;
    while (true) {
        const auto more = reader.nextLine(line);
        if (!more)
            return tl::unexpected(more.error());
        if (!*more)
            return {};
    }
}

Result<Cost> costOf(const ComparisonPlan& plan, const SideReader& side, const Clock& clock)
{
    Cost cost;
    const auto server = side.reader.query("SELECT pg_catalog.current_setting('server_encoding'), "
                                          "pg_catalog.current_setting('server_version_num')::int >= 110000");
    if (!server)
        return tl::unexpected(server.error());
    cost.encoding = server->rows.front()[0].value_or("");
    cost.hashable = server->rows.front()[1] == "t";
    if (!cost.hashable)
        return cost;
    const std::string limit = fmt::format(" LIMIT {}", probedRows);
    // Once to warm up: what comes first would pay for what the other way finds in memory.
    for (int round = 0; round < 2; ++round) {
        Duration start = clock.monotonic();
        const auto streamed = side.reader.openStream(selectRows(plan, side.shape, side.side) + limit).and_then([&] {
            return drain(side.reader);
        });
        if (!streamed)
            return tl::unexpected(streamed.error());
        cost.streamed = static_cast<double>((clock.monotonic() - start).count());
        start = clock.monotonic();
        const auto hashed = side.reader.query(fmt::format(
            "SELECT pg_catalog.sum(h) FROM (SELECT {} + {} AS h FROM {} AS r{}) AS t", bucketOf(plan, side.side),
            hashOfRow(rowTexts(plan, side.side), 0) + " % 4096", side.shape.sql, limit));
        if (!hashed)
            return tl::unexpected(hashed.error());
        cost.hashed = static_cast<double>((clock.monotonic() - start).count());
    }
    return cost;
}

} // namespace

Result<StoresProbe> probeStores(const ComparisonPlan& plan, const SideReader& expected, const SideReader& actual,
                                const Clock& clock)
{
    if (std::max(expected.shape.estimatedRows, actual.shape.estimatedRows) < worthProbing)
        return StoresProbe{};
    const auto costs =
        onBoth<Cost>(expected, actual, [&](const SideReader& side) { return costOf(plan, side, clock); });
    if (!costs)
        return tl::unexpected(costs.error());
    const auto& [one, two] = *costs;
    if (!one.hashable || !two.hashable || one.encoding != two.encoding)
        return StoresProbe{false, "their servers do not hash alike"};
    const double streamed = std::max(one.streamed, two.streamed);
    const double hashed = std::max(one.hashed, two.hashed);
    const auto rate = [](double milliseconds) {
        return formatNumber(static_cast<std::int64_t>(probedRows * 1000.0 / std::max(milliseconds, 1.0)));
    };
    return StoresProbe{hashed < streamed,
                       fmt::format("a probe read {} rows a second and hashed {}", rate(streamed), rate(hashed))};
}

Result<Compared> compareBuckets(const ComparisonPlan& plan, const SideReader& expected, const SideReader& actual,
                                std::size_t most, const OnCheckProgress& progress)
{
    const auto both =
        onBoth<BucketSums>(expected, actual, [&](const SideReader& side) { return readBuckets(plan, side); });
    if (!both)
        return tl::unexpected(both.error());
    const auto rows = std::pair(rowsIn(both->first), rowsIn(both->second));
    const auto numbers = unequal(both->first, both->second);
    Compared compared;
    if (numbers.size() > buckets / 2) {
        auto all = compareStreams(plan, expected, actual, most, progress);
        if (!all)
            return all;
        compared = *std::move(all);
    } else if (!numbers.empty()) {
        const auto some = onlyBuckets(plan, expected, numbers);
        const auto others = onlyBuckets(plan, actual, numbers);
        auto merged = compareStreams(plan, {expected.reader, some, expected.side}, {actual.reader, others, actual.side},
                                     most, {});
        if (!merged)
            return merged;
        compared = *std::move(merged);
    }
    compared.expectedRows = rows.first;
    compared.actualRows = rows.second;
    compared.why = fmt::format("{} of {} buckets were not alike", numbers.size(), buckets);
    if (progress)
        progress({rows.first, rows.second, std::max(rows.first, rows.second), compared.differences.size()});
    return compared;
}

} // namespace projectionist
