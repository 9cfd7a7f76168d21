// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/hashedbuckets.h"

#include "backend/core/format.h"
#include "backend/reconcile/keypieces.h"
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

/// Rows of both sides that are hashed at a time. A piece takes a second or so.
constexpr std::int64_t rowsAPiece = 2'000'000;

struct BucketSum
{
    std::int64_t rows = 0;
    std::string sum;

    bool operator==(const BucketSum&) const = default;
};
using BucketSums = std::map<int, BucketSum>;

Result<BucketSums> readBuckets(const ComparisonPlan& plan, const SideReader& side, const std::string& condition,
                               const CheckPace& pace)
{
    if (const auto limited = limitStatements(side.reader, pace); !limited)
        return tl::unexpected(limited.error());
    const auto rows = side.reader.query(fmt::format(
        "SELECT b, pg_catalog.count(*), pg_catalog.sum(h) FROM (SELECT {} AS b, {} AS h FROM {} AS r{}) AS t GROUP "
        "BY b",
        bucketOf(plan, side.side), hashOfRow(rowTexts(plan, side.side), 0), side.shape.sql,
        condition.empty() ? "" : " WHERE " + condition));
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

const std::string& leadingColumn(const ComparisonPlan& plan, ComparedSide side)
{
    return side == ComparedSide::Expected ? plan.key.front().expectedName : plan.key.front().name;
}

/// Whether the pieces of both sides have the same rows, and are read at the price of the whole.
Result<bool> mayBeDivided(const ComparisonPlan& plan, const SideReader& side)
{
    const auto& column = leadingColumn(plan, side.side);
    const auto facts = readKeyFacts(side.reader, side.shape, {column});
    if (!facts)
        return tl::unexpected(facts.error());
    // Texts have another order on another server.
    if (!facts->front().leadsIndex || facts->front().collation != "0")
        return false;
    return liesInOrder(side.reader, side.shape, column);
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

BucketComparison::BucketComparison(const ComparisonPlan& plan, const SideReader& expected, const SideReader& actual,
                                   std::size_t most, CheckPace& pace)
    : m_plan(plan), m_expected(expected), m_actual(actual), m_most(most), m_pace(pace)
{
}

Result<void> BucketComparison::divide()
{
    std::vector<std::string> borders;
    bool divisible = readsKeysAsTheyAre(m_plan, m_expected.shape, m_actual.shape);
    for (const auto& side : {m_expected, m_actual}) {
        const auto may = divisible ? mayBeDivided(m_plan, side) : Result<bool>(false);
        if (!may)
            return tl::unexpected(may.error());
        divisible = *may;
    }
    if (divisible) {
        const auto& larger = m_expected.shape.estimatedRows > m_actual.shape.estimatedRows ? m_expected : m_actual;
        auto found = keyBorders(larger.reader, larger.shape, leadingColumn(m_plan, larger.side),
                                std::min(rowsAPiece, m_pace.budget().rows.value_or(rowsAPiece)));
        if (!found)
            return tl::unexpected(found.error());
        borders = *std::move(found);
    }
    m_borders = std::move(borders);
    return {};
}

Result<void> BucketComparison::hashPiece()
{
    const auto both = onBoth<BucketSums>(m_expected, m_actual, [&](const SideReader& side) {
        const std::string column = "r." + sqlName(leadingColumn(m_plan, side.side));
        return readBuckets(m_plan, side, withinPiece(column, *m_borders, m_piece), m_pace);
    });
    if (!both)
        return tl::unexpected(both.error());
    m_pieceRows = {rowsIn(both->first), rowsIn(both->second)};
    const auto numbers = unequal(both->first, both->second);
    m_unequal += numbers.size();
    if (!numbers.empty())
        streamBuckets(numbers);
    return {};
}

RelationShape BucketComparison::narrowed(const SideReader& side, const std::string& condition) const
{
    const std::string column = "r." + sqlName(leadingColumn(m_plan, side.side));
    const std::string piece = withinPiece(column, *m_borders, m_piece);
    const std::string both = piece + (piece.empty() || condition.empty() ? "" : " AND ") + condition;
    RelationShape shape = side.shape;
    if (!both.empty())
        shape.sql = "(SELECT * FROM " + shape.sql + " AS r WHERE " + both + ')';
    return shape;
}

/// All of the piece where most of them are not alike.
void BucketComparison::streamBuckets(const std::vector<std::string>& numbers)
{
    const auto condition = [&](const SideReader& side) {
        return numbers.size() > buckets / 2
                   ? std::string()
                   : fmt::format("{} IN ({})", bucketOf(m_plan, side.side), joined(numbers, ", "));
    };
    m_expectedRest = narrowed(m_expected, condition(m_expected));
    m_actualRest = narrowed(m_actual, condition(m_actual));
    m_stream.emplace(m_plan, SideReader{m_expected.reader, m_expectedRest, m_expected.side},
                     SideReader{m_actual.reader, m_actualRest, m_actual.side}, m_most - m_compared.differences.size(),
                     m_pace);
    m_stream->countAs(progress());
}

/// Into what was compared, as far as it was streamed.
void BucketComparison::takePiece()
{
    m_compared.expectedRows += m_pieceRows.first;
    m_compared.actualRows += m_pieceRows.second;
    m_pieceRows = {};
    ++m_piece;
    if (!m_stream)
        return;
    m_streamed += m_stream->rows();
    auto some = m_stream->found();
    m_stream.reset();
    m_compared.complete = m_compared.complete && some.complete;
    std::move(some.differences.begin(), some.differences.end(), std::back_inserter(m_compared.differences));
}

Result<CheckStep> BucketComparison::goOn()
{
    if (!m_borders)
        if (const auto divided = divide(); !divided)
            return tl::unexpected(divided.error());
    while (m_piece <= m_borders->size() && m_compared.complete) {
        if (!m_stream)
            if (const auto hashed = hashPiece(); !hashed)
                return tl::unexpected(hashed.error());
        const auto streamed = m_stream ? m_stream->goOn() : Result<CheckStep>(CheckStep::GoOn);
        if (!streamed || *streamed != CheckStep::GoOn)
            return streamed;
        takePiece();
        if (m_piece > m_borders->size() || !m_compared.complete)
            break;
        if (const auto step = m_pace.step(progress()); step != CheckStep::GoOn)
            return step;
    }
    return CheckStep::GoOn;
}

CheckProgress BucketComparison::progress() const
{
    return {m_compared.expectedRows, m_compared.actualRows,
            std::max(m_expected.shape.estimatedRows, m_actual.shape.estimatedRows), m_compared.differences.size()};
}

std::int64_t BucketComparison::rows() const
{
    return m_compared.expectedRows + m_compared.actualRows + m_pieceRows.first + m_pieceRows.second + m_streamed +
           (m_stream ? m_stream->rows() : 0);
}

std::string BucketComparison::rest() const
{
    if (m_stream && !m_stream->rest().empty())
        return m_stream->rest();
    return m_piece > 0 && m_piece <= m_borders->size() ? "from " + (*m_borders)[m_piece - 1] + " on" : std::string();
}

Compared BucketComparison::found()
{
    if (m_stream)
        takePiece();
    m_compared.why = fmt::format("{} of {} buckets were not alike", m_unequal, buckets);
    if (m_borders && !m_borders->empty())
        m_compared.why += fmt::format(", in {} pieces", m_borders->size() + 1);
    std::sort(m_compared.differences.begin(), m_compared.differences.end(),
              [&](const auto& a, const auto& b) { return m_plan.compareKeys(a.key, b.key) < 0; });
    return std::move(m_compared);
}

} // namespace projectionist
