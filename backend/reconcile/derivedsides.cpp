// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/derivedsides.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace projectionist {

namespace {

/// Beyond so many keys a look at all of them costs no more.
constexpr std::size_t mostNarrowedKeys = 10'000;

/// The key alone, with its rules.
ComparisonPlan planKey(const CheckSettings& check, const RelationShape& expected, const RelationShape& actual)
{
    CheckSettings keyed = check;
    keyed.columns = check.key;
    keyed.ignore.clear();
    std::erase_if(keyed.rules, [&](const auto& rule) {
        return std::find(check.key.begin(), check.key.end(), rule.first) == check.key.end();
    });
    ComparisonPlan plan = planComparison(keyed, expected, actual);
    std::erase_if(plan.findings, [](const CheckFinding& finding) { return finding.column.empty(); });
    return plan;
}

/// What is compared of the derived relations, which have the same names on both sides.
ComparisonPlan planDerived(const CheckSettings& check, std::vector<std::string> key, std::vector<std::string> columns,
                           const DerivedSides& sides)
{
    CheckSettings derived = check;
    derived.key = std::move(key);
    derived.columns = std::move(columns);
    derived.ignore.clear();
    derived.pairs.clear();
    std::erase_if(derived.rules, [&](const auto& rule) {
        return std::find(check.key.begin(), check.key.end(), rule.first) != check.key.end();
    });
    ComparisonPlan plan = planComparison(derived, sides.expected, sides.actual);
    plan.findings.insert(plan.findings.begin(), sides.rows.findings.begin(), sides.rows.findings.end());
    return plan;
}

Result<void> readColumns(SnapshotReader& reader, RelationShape& shape)
{
    auto columns = reader.describe("SELECT * FROM " + shape.sql + " AS r");
    if (!columns)
        return tl::unexpected(columns.error());
    shape.columns = *std::move(columns);
    return {};
}

/// "sum(total)", "min(placed_at)", or "total" for a sum.
struct Aggregate
{
    std::string function;
    std::string column;

    [[nodiscard]] std::string name() const { return function + '(' + column + ')'; }
};

Aggregate aggregateIn(const std::string& text, const RelationShape& actual)
{
    if (!actual.column(text))
        for (const char* const function : {"sum", "min", "max"})
            if (const auto begin = std::string(function) + '('; text.starts_with(begin) && text.ends_with(')'))
                return {function, text.substr(begin.size(), text.size() - begin.size() - 1)};
    return {"sum", text};
}

class Grouping
{
public:
    Grouping(const CheckSettings& check, const SideReader& expected, const SideReader& actual)
        : m_check(check), m_expected(expected), m_actual(actual)
    {
    }

    Result<DerivedSides> sides()
    {
        m_sides.rows = planKey(m_check, m_expected.shape, m_actual.shape);
        std::vector<std::string> names{"count"};
        for (const auto& text : m_check.columns) {
            const Aggregate aggregate = aggregateIn(text, m_actual.shape);
            if (std::find(names.begin(), names.end(), aggregate.name()) == names.end())
                add(aggregate);
            names.push_back(aggregate.name());
        }
        m_sides.plan.findings = m_sides.rows.findings;
        if (!m_sides.rows.usable())
            return std::move(m_sides);
        m_sides.expected.sql = sql(m_expected, m_expectedTerms);
        m_sides.actual.sql = sql(m_actual, m_actualTerms);
        if (const auto known = readColumns(m_expected.reader, m_sides.expected).and_then([&] {
                return readColumns(m_actual.reader, m_sides.actual);
            });
            !known)
            return tl::unexpected(known.error());
        m_sides.plan = planDerived(m_check, m_check.key, names, m_sides);
        return std::move(m_sides);
    }

private:
    void refuse(const std::string& column, std::string text, std::string next)
    {
        m_sides.rows.findings.push_back({DiagnosticLevel::Error, column, std::move(text), std::move(next)});
    }

    void add(const Aggregate& aggregate)
    {
        const std::string& other = m_check.expectedName(aggregate.column);
        const auto* const expected = m_expected.shape.column(other);
        const auto* const actual = m_actual.shape.column(aggregate.column);
        if (!expected || !actual)
            return refuse(aggregate.column,
                          fmt::format("the {} side has no such column", actual ? "expected" : "actual"),
                          "name columns of numbers, or \"min(column)\" and \"max(column)\"");
        const ColumnPairing pairing = pairColumns(*expected, *actual, {});
        const bool number = pairing.integers || pairing.valueClass == ValueClass::Number;
        const bool text = pairing.text && pairing.concern.empty();
        if (!number && (aggregate.function == "sum" || (!text && pairing.valueClass != ValueClass::Time)))
            return refuse(aggregate.column,
                          fmt::format("{} has no {}", actual->type,
                                      aggregate.function == "sum" ? "sum" : "smallest and largest value"),
                          "choose other columns");
        const auto term = [&](const ResultColumn& column, const ColumnText& written) {
            std::string value = "r." + sqlName(column.name);
            // The sum of floats depends on their order, that of their digits does not.
            if (column.type == "float4" || column.type == "float8")
                value += "::text::numeric";
            else
                value = written.of(value) + (number && !pairing.integers ? "::numeric" : "");
            return fmt::format("{}({}{}) AS {}", aggregate.function, value, text && !number ? " COLLATE \"C\"" : "",
                               sqlName(aggregate.name()));
        };
        m_expectedTerms.push_back(term(*expected, pairing.expected));
        m_actualTerms.push_back(term(*actual, pairing.actual));
    }

    std::string sql(const SideReader& side, const std::vector<std::string>& aggregates) const
    {
        const auto texts = keyTexts(m_sides.rows, side.side);
        std::vector<std::string> terms;
        std::vector<std::string> places;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            terms.push_back(texts[i] + " AS " + sqlName(m_sides.rows.key[i].name));
            places.push_back(std::to_string(i + 1));
        }
        terms.emplace_back("count(*) AS \"count\"");
        terms.insert(terms.end(), aggregates.begin(), aggregates.end());
        return "(SELECT " + joined(terms, ", ") + " FROM " + side.shape.sql + " AS r GROUP BY " + joined(places, ", ") +
               ')';
    }

    const CheckSettings& m_check;
    const SideReader& m_expected;
    const SideReader& m_actual;
    DerivedSides m_sides;
    std::vector<std::string> m_expectedTerms;
    std::vector<std::string> m_actualTerms;
};

/// The problems of some rows. Each version of a key is looked at once, so that a version that is there three times is
/// one problem.
std::string problemsSql(const CheckSettings& check, const ComparisonPlan& rows, const std::string& from)
{
    const auto& version = rows.key.back();
    const std::string number = "r." + sqlName(version.name) + (version.pairing.integers ? "::int8" : "::numeric");
    const auto texts = keyTexts(rows, ComparedSide::Actual);
    std::vector<std::string> terms;
    std::vector<std::string> keys;
    std::vector<std::string> places;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < check.key.size(); ++i) {
        terms.push_back(fmt::format("{} AS k{}", texts[i], i));
        keys.push_back(fmt::format("k{}", i));
        names.push_back(fmt::format("k{} AS {}", i, sqlName(rows.key[i].name)));
        places.push_back(std::to_string(i + 1));
    }
    const std::string counted = fmt::format("SELECT {}, {} AS v, count(*) AS times FROM {} AS r GROUP BY {}, {}",
                                            joined(terms, ", "), number, from, joined(places, ", "), places.size() + 1);
    const std::string compared = fmt::format("SELECT *, lag(v) OVER (PARTITION BY {} ORDER BY v) AS before FROM ({}) "
                                             "AS counted",
                                             joined(keys, ", "), counted);
    return fmt::format(
        "(SELECT {}, p.version AS {}, p.problem AS \"problem\", p.finding AS \"finding\" FROM ({}) AS compared "
        "CROSS JOIN LATERAL (VALUES (before + 1, 'gap', before + 1 < v, CASE WHEN before + 2 = v THEN "
        "format('version %s is missing: %s is followed by %s', before + 1, before, v) ELSE format('versions %s to %s "
        "are missing: %s is followed by %s', before + 1, v - 1, before, v) END), (v, 'duplicate', times > 1, "
        "format('version %s is there %s times', v, times))) AS p (version, problem, is_there, finding) WHERE (times > "
        "1 OR before + 1 < v) AND p.is_there)",
        joined(names, ", "), sqlName(version.name), compared);
}

void setProblems(const CheckSettings& check, const std::string& from, DerivedSides& sides)
{
    sides.actual.sql = problemsSql(check, sides.rows, from);
    sides.expected.sql = "(SELECT * FROM " + sides.actual.sql + " AS p WHERE false)";
}

} // namespace

Result<DerivedSides> groupSides(const CheckSettings& check, const SideReader& expected, const SideReader& actual)
{
    return Grouping(check, expected, actual).sides();
}

Result<DerivedSides> orderSides(const CheckSettings& check, const SideReader& actual)
{
    CheckSettings versioned = check;
    versioned.key.push_back(check.version);
    versioned.pairs.clear();
    DerivedSides sides;
    sides.rows = planKey(versioned, actual.shape, actual.shape);
    const auto* const column = actual.shape.column(check.version);
    if (column && !sides.rows.key.empty() && sides.rows.key.back().name == check.version &&
        !sides.rows.key.back().pairing.integers && column->type != "numeric")
        sides.rows.findings.push_back({DiagnosticLevel::Error, check.version,
                                       fmt::format("a version is a whole number, and this is {}", column->type),
                                       "choose another column"});
    sides.plan.findings = sides.rows.findings;
    if (!sides.rows.usable())
        return sides;
    setProblems(check, actual.shape.sql, sides);
    if (const auto known = readColumns(actual.reader, sides.actual); !known)
        return tl::unexpected(known.error());
    sides.expected.columns = sides.actual.columns;
    CheckSettings derived = check;
    derived.rules.clear();
    sides.plan = planDerived(derived, versioned.key, {"problem", "finding"}, sides);
    return sides;
}

void narrowOrder(const CheckSettings& check, const RelationShape& rows, std::span<const RowKey> problems,
                 DerivedSides& sides)
{
    std::set<RowKey> keys;
    for (const auto& problem : problems)
        keys.emplace(problem.begin(), problem.end() - 1);
    if (keys.size() > mostNarrowedKeys)
        return setProblems(check, rows.sql, sides);
    ComparisonPlan key = sides.rows;
    key.key.pop_back();
    const std::vector<RowKey> some(keys.begin(), keys.end());
    setProblems(check,
                "(SELECT * FROM " + rows.sql + " AS r WHERE " +
                    conditionOnKeys(key, ComparedSide::Actual, some, readsKeysAsTheyAre(key, rows, rows)) + ')',
                sides);
}

} // namespace projectionist
