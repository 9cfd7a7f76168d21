// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/samedatabase.h"

#include "backend/reconcile/keypieces.h"
#include "backend/store/cells.h"

#include <algorithm>
#include <fmt/format.h>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>

namespace projectionist {

namespace {

constexpr std::int64_t keysAPiece = 500'000;
/// Read at once where a tolerance may find all of them equal.
constexpr std::size_t keysWithTolerance = 100'000;

/// Some of the keys.
struct KeyPiece
{
    const std::vector<std::string>& borders;
    std::size_t number;
};

/// "k1", "k2", ... and "c1", ... of a side, with a condition on the first key column.
std::string sideOfJoin(const ComparisonPlan& plan, const RelationShape& shape, ComparedSide side, const KeyPiece& piece)
{
    const auto nameOf = [&](const ComparedColumn& column) {
        return "r." + sqlName(side == ComparedSide::Expected ? column.expectedName : column.name);
    };
    std::vector<std::string> terms;
    for (std::size_t i = 0; i < plan.key.size(); ++i)
        terms.push_back(fmt::format("{} AS k{}", nameOf(plan.key[i]), i));
    for (std::size_t i = 0; i < plan.columns.size(); ++i)
        terms.push_back(fmt::format("{} AS c{}", nameOf(plan.columns[i]), i));
    if (plan.young)
        terms.push_back((side == ComparedSide::Expected ? plan.young->expected : plan.young->actual) + " AS young");
    const std::string condition = withinPiece(nameOf(plan.key.front()), piece.borders, piece.number);
    return "(SELECT " + joined(terms, ", ") + " FROM " + shape.sql + " AS r" +
           (condition.empty() ? "" : " WHERE " + condition) + ')';
}

/// True in the database for every pair of rows that differs, and for some that a tolerance will find equal.
std::string differenceTest(const ComparisonPlan& plan)
{
    std::string test = "(a.k0 IS NULL OR b.k0 IS NULL";
    for (std::size_t i = 0; i < plan.columns.size(); ++i) {
        const auto& pairing = plan.columns[i].pairing;
        const char* const bytes = pairing.text ? " COLLATE \"C\"" : "";
        test += fmt::format(" OR {}{} IS DISTINCT FROM {}{}", pairing.expected.of(fmt::format("a.c{}", i)), bytes,
                            pairing.actual.of(fmt::format("b.c{}", i)), bytes);
    }
    return test + (plan.young ? ") AND a.young IS NOT TRUE AND b.young IS NOT TRUE" : ")");
}

/// Both sides of a piece beside each other, for behind FROM.
std::string joinOfSides(const ComparisonPlan& plan, const RelationShape& expected, const RelationShape& actual,
                        const KeyPiece& piece)
{
    std::vector<std::string> equal;
    for (std::size_t i = 0; i < plan.key.size(); ++i)
        equal.push_back(fmt::format("a.k{0} = b.k{0}", i));
    return sideOfJoin(plan, expected, ComparedSide::Expected, piece) + " AS a FULL JOIN " +
           sideOfJoin(plan, actual, ComparedSide::Actual, piece) + " AS b ON " + joined(equal, " AND ");
}

/// The key of a row of that join, as text.
std::vector<std::string> keysOfJoin(const ComparisonPlan& plan)
{
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < plan.key.size(); ++i) {
        const auto& pairing = plan.key[i].pairing;
        keys.push_back(fmt::format("CASE WHEN a.k0 IS NULL THEN {} ELSE {} END",
                                   pairing.actual.of(fmt::format("b.k{}", i)) + "::text",
                                   pairing.expected.of(fmt::format("a.k{}", i)) + "::text"));
    }
    return keys;
}

/// How many rows each side has, and the keys of all that differ.
std::string pieceQuery(const ComparisonPlan& plan, const std::string& join)
{
    return "SELECT count(a.k0), count(b.k0), json_agg(json_build_array(" + joined(keysOfJoin(plan), ", ") +
           ")) FILTER (WHERE " + differenceTest(plan) + ") FROM " + join;
}

/// How many rows each side has, and how many differ.
std::string countQuery(const ComparisonPlan& plan, const std::string& join)
{
    return "SELECT count(a.k0), count(b.k0), count(*) FILTER (WHERE " + differenceTest(plan) + ") FROM " + join;
}

/// The first keys of rows that differ, in the order of compareKeys(), behind `last` if there is one.
std::string firstKeysQuery(const ComparisonPlan& plan, const std::string& join, const RowKey* last, std::size_t most)
{
    const auto keys = keysOfJoin(plan);
    std::vector<std::string> order;
    std::vector<std::string> values;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        order.push_back('(' + keys[i] + (plan.key[i].pairing.integers ? ")::int8" : ") COLLATE \"C\""));
        if (last)
            values.push_back(sqlText((*last)[i]));
    }
    return "SELECT " + joined(keys, ", ") + " FROM " + join + " WHERE " + differenceTest(plan) +
           (last ? " AND (" + joined(order, ", ") + ") > (" + joined(values, ", ") + ')' : "") + " ORDER BY " +
           joined(order, ", ") + fmt::format(" LIMIT {}", most);
}

} // namespace

class JoinComparison::Join
{
public:
    Join(const ComparisonPlan& plan, const RelationShape& expected, const RelationShape& actual,
         const JoinReaders& readers, std::size_t most, CheckPace& pace)
        : m_plan(plan), m_expected(expected), m_actual(actual), m_readers(readers), m_most(most), m_pace(pace)
    {
    }

    Result<CheckStep> goOn()
    {
        if (!m_borders)
            if (const auto divided = divide(); !divided)
                return tl::unexpected(divided.error());
        m_failure.reset();
        m_step = CheckStep::GoOn;
        // Whoever was interrupted has left gaps at most where the other one was faster.
        m_next = 0;
        {
            const std::jthread other([&] { work(m_readers.second); });
            work(m_readers.first);
        }
        if (m_failure)
            return tl::unexpected(*m_failure);
        return allDone() || enough() ? CheckStep::GoOn : m_step;
    }

    [[nodiscard]] std::int64_t rows() const
    {
        std::int64_t all = 0;
        for (const auto& piece : m_pieces)
            all += piece.expectedRows + piece.actualRows;
        return all;
    }

    [[nodiscard]] std::string rest() const
    {
        const auto first = firstLeft();
        return first > 0 && first < m_pieces.size() ? "from " + (*m_borders)[first - 1] + " on" : std::string();
    }

    /// What the pieces hold up to the largest number of differences; what other pieces found by chance is left out.
    Compared gathered()
    {
        Compared compared;
        const std::size_t first = firstLeft();
        compared.complete = first == m_pieces.size();
        for (std::size_t i = 0; i < first && compared.differences.size() <= m_most; ++i) {
            auto& piece = m_pieces[i];
            compared.expectedRows += piece.expectedRows;
            compared.actualRows += piece.actualRows;
            std::move(piece.differences.begin(), piece.differences.end(), std::back_inserter(compared.differences));
        }
        if (compared.differences.size() > m_most) {
            compared.differences.resize(m_most);
            compared.complete = false;
        }
        std::sort(compared.differences.begin(), compared.differences.end(),
                  [&](const auto& a, const auto& b) { return m_plan.compareKeys(a.key, b.key) < 0; });
        compared.why = "both sides are in one database, which joins them in one piece";
        if (m_pieces.size() > 1)
            compared.why = fmt::format(
                "both sides are in one database, which joins them in {} pieces by their keys' statistics on two "
                "connections",
                m_pieces.size());
        return compared;
    }

private:
    /// What one piece of the keys brought.
    struct PieceResult
    {
        bool done = false;
        std::int64_t expectedRows = 0;
        std::int64_t actualRows = 0;
        std::vector<RowDifference> differences;
    };

    Result<void> divide()
    {
        const auto& leading = m_plan.key.front();
        auto& reader = m_readers.first;
        const auto facts = readKeyFacts(reader, m_actual, {leading.name});
        const auto expectedFacts = readKeyFacts(reader, m_expected, {leading.expectedName});
        if (!facts || !expectedFacts)
            return tl::unexpected(facts ? expectedFacts.error() : facts.error());
        std::vector<std::string> borders;
        // Without an index on both sides each piece would read everything.
        if (facts->front().leadsIndex && expectedFacts->front().leadsIndex) {
            const bool byActual = m_actual.estimatedRows >= m_expected.estimatedRows;
            auto found =
                keyBorders(reader, byActual ? m_actual : m_expected, byActual ? leading.name : leading.expectedName,
                           std::min(keysAPiece, m_pace.budget().rows.value_or(keysAPiece)));
            if (!found)
                return tl::unexpected(found.error());
            borders = *std::move(found);
        }
        m_borders = std::move(borders);
        m_pieces.resize(m_borders->size() + 1);
        return {};
    }

    /// The number of the next piece that nobody has or had; nullopt: there is none, somebody failed, the first ones
    /// hold enough, or it is time to stop.
    std::optional<std::size_t> nextPiece()
    {
        const std::lock_guard lock(m_mutex);
        while (m_next < m_pieces.size() && m_pieces[m_next].done)
            ++m_next;
        if (m_next == m_pieces.size() || m_failure || m_step != CheckStep::GoOn || enough())
            return std::nullopt;
        return m_next++;
    }

    void work(SnapshotReader& reader)
    {
        // A hash of half a million wide rows costs more than to read both sides in the order of their indexes.
        if (m_pieces.size() > 1)
            if (const auto set = reader.query("SELECT pg_catalog.set_config('enable_hashjoin', 'off', true)"); !set)
                return fail(set.error());
        while (const auto piece = nextPiece()) {
            auto result = limitStatements(reader, m_pace).and_then([&] { return compare(reader, *piece); });
            if (!result)
                return fail(result.error());
            CheckProgress now;
            bool more = false;
            {
                const std::lock_guard lock(m_mutex);
                m_pieces[*piece] = *std::move(result);
                now = progress();
                more = !allDone();
            }
            const auto step = more ? m_pace.step(now) : CheckStep::GoOn;
            const std::lock_guard lock(m_mutex);
            if (step != CheckStep::GoOn)
                m_step = step;
        }
    }

    void fail(const Error& error)
    {
        const std::lock_guard lock(m_mutex);
        if (!m_failure)
            m_failure = error;
    }

    Result<PieceResult> compare(SnapshotReader& reader, std::size_t piece)
    {
        const std::string join = joinOfSides(m_plan, m_expected, m_actual, {*m_borders, piece});
        // Nobody knows how large the only piece is, so it is asked at first how much there is to gather.
        const bool large = m_pieces.size() == 1;
        const auto rows = reader.query(large ? countQuery(m_plan, join) : pieceQuery(m_plan, join));
        if (!rows)
            return tl::unexpected(rows.error());
        const auto& row = rows->rows.front();
        PieceResult result{true,
                           numberIn<std::int64_t>(row[0].value_or("")).value_or(0),
                           numberIn<std::int64_t>(row[1].value_or("")).value_or(0),
                           {}};
        if (!row[2])
            return result;
        auto found = large ? firstDifferences(reader, join, numberIn<std::size_t>(*row[2]).value_or(0))
                           : allDifferences(reader, *row[2]);
        if (!found)
            return tl::unexpected(found.error());
        result.differences = *std::move(found);
        return result;
    }

    Result<std::vector<RowDifference>> differencesAmong(SnapshotReader& reader, const std::vector<RowKey>& keys,
                                                        std::size_t most)
    {
        return readDifferences(m_plan, {reader, m_expected, ComparedSide::Expected},
                               {reader, m_actual, ComparedSide::Actual}, keys, most);
    }

    Result<std::vector<RowDifference>> allDifferences(SnapshotReader& reader, const std::string& json)
    {
        auto keys = nlohmann::json::parse(json).get<std::vector<RowKey>>();
        std::sort(keys.begin(), keys.end(),
                  [&](const RowKey& a, const RowKey& b) { return m_plan.compareKeys(a, b) < 0; });
        return differencesAmong(reader, keys, m_most + 1);
    }

    /// Memory for as many keys as may be told; `differing`: how many the database takes for different.
    Result<std::vector<RowDifference>> firstDifferences(SnapshotReader& reader, const std::string& join,
                                                        std::size_t differing)
    {
        const bool tolerant = std::any_of(m_plan.columns.begin(), m_plan.columns.end(), [](const auto& column) {
            return column.rule.absolute || column.rule.relative || column.rule.time;
        });
        const std::size_t atOnce = tolerant ? std::max(m_most + 1, keysWithTolerance) : m_most + 1;
        std::vector<RowDifference> found;
        std::optional<RowKey> last;
        for (std::size_t looked = 0; looked < differing && found.size() <= m_most;) {
            const auto rows = reader.query(firstKeysQuery(m_plan, join, last ? &*last : nullptr, atOnce), atOnce);
            if (!rows)
                return tl::unexpected(rows.error());
            std::vector<RowKey> keys;
            for (const auto& row : rows->rows) {
                keys.emplace_back();
                for (const auto& cell : row)
                    keys.back().push_back(cell.value_or(""));
            }
            if (keys.empty())
                break;
            auto some = differencesAmong(reader, keys, m_most + 1 - found.size());
            if (!some)
                return some;
            std::move(some->begin(), some->end(), std::back_inserter(found));
            looked += keys.size();
            last = std::move(keys.back());
        }
        return found;
    }

    /// The pieces before the first one that is not done hold more than is wanted. With m_mutex held.
    [[nodiscard]] bool enough() const
    {
        std::size_t count = 0;
        for (const auto& piece : m_pieces) {
            if (count > m_most || !piece.done)
                break;
            count += piece.differences.size();
        }
        return count > m_most;
    }

    // With m_mutex held, as enough().
    [[nodiscard]] std::size_t firstLeft() const
    {
        const auto left = std::find_if(m_pieces.begin(), m_pieces.end(), [](const auto& piece) { return !piece.done; });
        return static_cast<std::size_t>(left - m_pieces.begin());
    }
    [[nodiscard]] bool allDone() const { return firstLeft() == m_pieces.size(); }
    [[nodiscard]] CheckProgress progress() const
    {
        CheckProgress now{0, 0, std::max(m_expected.estimatedRows, m_actual.estimatedRows), 0};
        for (const auto& piece : m_pieces) {
            now.expectedRows += piece.expectedRows;
            now.actualRows += piece.actualRows;
            now.differences += piece.differences.size();
        }
        return now;
    }

    const ComparisonPlan& m_plan;
    const RelationShape& m_expected;
    const RelationShape& m_actual;
    const JoinReaders m_readers;
    const std::size_t m_most;
    CheckPace& m_pace;
    std::optional<std::vector<std::string>> m_borders; ///< nullopt: not yet asked for
    std::mutex m_mutex;
    std::vector<PieceResult> m_pieces; ///< guarded by m_mutex while two threads work, as all below
    std::size_t m_next = 0;
    CheckStep m_step = CheckStep::GoOn;
    std::optional<Error> m_failure;
};

Result<std::optional<std::string>> obstacleToJoin(const ComparisonPlan& plan, const SideReader& expected,
                                                  const SideReader& actual)
{
    std::vector<std::string> names;
    std::vector<std::string> expectedNames;
    for (const auto& column : plan.key) {
        names.push_back(column.name);
        expectedNames.push_back(column.expectedName);
        const auto* const type = actual.shape.column(column.name);
        const auto* const other = expected.shape.column(column.expectedName);
        const bool same = type && other && type->type == other->type && type->kind == other->kind;
        if (!same && !column.pairing.integers)
            return std::optional("the keys are of different types");
        if (column.rule != ColumnRule{} || !column.pairing.concern.empty())
            return std::optional("the keys are equal by rules that the database does not know");
    }
    const auto facts = readKeyFacts(actual.reader, actual.shape, names);
    const auto expectedFacts = readKeyFacts(expected.reader, expected.shape, expectedNames);
    if (!facts || !expectedFacts)
        return tl::unexpected(facts ? expectedFacts.error() : facts.error());
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto& a = (*facts)[i];
        const auto& b = (*expectedFacts)[i];
        if (!a.collation.empty() && !b.collation.empty() && a.collation != b.collation)
            return std::optional("the keys are ordered by different collations");
        if (!a.deterministic || !b.deterministic)
            return std::optional("the keys have a collation that takes different texts for equal");
    }
    return std::optional<std::string>();
}

JoinComparison::JoinComparison(const ComparisonPlan& plan, const RelationShape& expected, const RelationShape& actual,
                               const JoinReaders& readers, std::size_t most, CheckPace& pace)
    : d(std::make_unique<Join>(plan, expected, actual, readers, most, pace))
{
}

JoinComparison::~JoinComparison() = default;

Result<CheckStep> JoinComparison::goOn()
{
    return d->goOn();
}

std::int64_t JoinComparison::rows() const
{
    return d->rows();
}

std::string JoinComparison::rest() const
{
    return d->rest();
}

Compared JoinComparison::found()
{
    return d->gathered();
}

} // namespace projectionist
