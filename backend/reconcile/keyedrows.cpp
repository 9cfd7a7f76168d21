// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/keyedrows.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace projectionist {

namespace {

constexpr std::size_t keysAQuery = 500;

const std::string& columnOn(const ComparedColumn& column, ComparedSide side)
{
    return side == ComparedSide::Expected ? column.expectedName : column.name;
}

std::vector<std::string> keyColumns(const ComparisonPlan& plan, ComparedSide side)
{
    std::vector<std::string> names;
    for (const auto& column : plan.key)
        names.push_back(columnOn(column, side));
    return names;
}

std::vector<std::string> keyNames(const ComparisonPlan& plan, ComparedSide side, const std::string& prefix)
{
    std::vector<std::string> names;
    for (const auto& column : plan.key)
        names.push_back(prefix + sqlName(columnOn(column, side)));
    return names;
}

bool hasTextRules(const ComparisonPlan& plan)
{
    return std::any_of(plan.key.begin(), plan.key.end(), [](const ComparedColumn& column) {
        return column.rule.trim || column.rule.ignoreCase || column.rule.unicode != UnicodeForm::AsIs;
    });
}

std::map<RowKey, std::vector<Cell>> byKey(const ComparisonPlan& plan, Rows rows)
{
    std::map<RowKey, std::vector<Cell>> found;
    const auto width = static_cast<std::ptrdiff_t>(plan.key.size());
    for (auto& row : rows.rows) {
        RowKey key;
        for (auto cell = row.begin(); cell != row.begin() + width; ++cell)
            key.push_back(cell->value_or(""));
        found.emplace(std::move(key), std::vector<Cell>(std::make_move_iterator(row.begin() + width),
                                                        std::make_move_iterator(row.end())));
    }
    return found;
}

Result<std::map<RowKey, std::vector<Cell>>> rowsOf(const ComparisonPlan& plan, const SideReader& side,
                                                   std::span<const RowKey> keys, bool asTheyAre)
{
    auto rows = side.reader.query(selectRows(plan, side.shape, side.side) + " WHERE " +
                                      conditionOnKeys(plan, side.side, keys, asTheyAre),
                                  1'000'000);
    return rows.map([&](Rows& found) { return byKey(plan, std::move(found)); });
}

Error keyError(const SideReader& side, std::string why, std::string next)
{
    return {ErrorKind::InvalidData,
            fmt::format("The key of the {} side does not tell its rows apart", toString(side.side)), std::move(why),
            std::move(next), false};
}

Result<void> refuseNulls(const ComparisonPlan& plan, const SideReader& side, const std::vector<std::string>& nullable)
{
    if (nullable.empty())
        return {};
    std::vector<std::string> tests;
    for (const auto& name : nullable)
        tests.push_back("r." + sqlName(name) + " IS NULL");
    const auto rows = side.reader.query("SELECT count(*) FROM (SELECT 1 FROM " + side.shape.sql + " AS r WHERE " +
                                        joined(tests, " OR ") + " LIMIT 1000) AS n");
    if (!rows)
        return tl::unexpected(rows.error());
    const std::string count = rows->rows.front().front().value_or("0");
    if (count == "0")
        return {};
    return tl::unexpected(keyError(side,
                                   fmt::format("{}{} rows have NULL in {}", count == "1000" ? "at least " : "", count,
                                               joined(keyNames(plan, side.side, ""), ", ")),
                                   "Leave them out with a filter, or choose other key columns."));
}

Result<void> refuseDuplicates(const ComparisonPlan& plan, const SideReader& side)
{
    std::vector<std::string> places;
    for (std::size_t i = 1; i <= plan.key.size(); ++i)
        places.push_back(std::to_string(i));
    const auto rows = side.reader.query("SELECT " + joined(keyTexts(plan, side.side), ", ") + ", count(*) FROM " +
                                        side.shape.sql + " AS r GROUP BY " + joined(places, ", ") +
                                        " HAVING count(*) > 1 ORDER BY " + joined(places, ", ") + " LIMIT 3");
    if (!rows)
        return tl::unexpected(rows.error());
    if (rows->rows.empty())
        return {};
    std::vector<std::string> examples;
    for (const auto& row : rows->rows) {
        RowKey key;
        for (std::size_t i = 0; i < plan.key.size(); ++i)
            key.push_back(row[i].value_or("NULL"));
        examples.push_back(fmt::format("{} stands there {} times", shownKey(key), row.back().value_or("?")));
    }
    return tl::unexpected(
        keyError(side, joined(examples, ", "), "Add the columns that tell these rows apart to the key."));
}

} // namespace

bool readsKeysAsTheyAre(const ComparisonPlan& plan, const RelationShape& expected, const RelationShape& actual)
{
    return !hasTextRules(plan) && std::all_of(plan.key.begin(), plan.key.end(), [&](const ComparedColumn& column) {
        const auto* const one = expected.column(column.expectedName);
        const auto* const other = actual.column(column.name);
        return one && other && one->builtin && one->type == other->type;
    });
}

std::string conditionOnKeys(const ComparisonPlan& plan, ComparedSide side, std::span<const RowKey> keys, bool asTheyAre)
{
    std::vector<std::string> tuples;
    for (const auto& key : keys) {
        std::vector<std::string> values;
        for (const auto& value : key)
            values.push_back(sqlText(value));
        tuples.push_back('(' + joined(values, ", ") + ')');
    }
    auto names = asTheyAre ? keyNames(plan, side, "r.") : keyTexts(plan, side);
    if (!asTheyAre)
        for (auto& name : names)
            name += "::text";
    return '(' + joined(names, ", ") + ") IN (" + joined(tuples, ", ") + ')';
}

void leaveOutYoung(const ComparisonPlan& plan, RowDifference& row)
{
    if (!plan.young)
        return;
    bool young = false;
    for (auto* side : {&row.expected, &row.actual})
        if (*side) {
            young = young || (*side)->back();
            (*side)->pop_back();
        }
    if (young)
        row.expected = row.actual = std::nullopt;
}

bool isSame(const RowDifference& row)
{
    return row.expected.has_value() == row.actual.has_value() && row.differing.empty();
}

std::string shownKey(const RowKey& key)
{
    return key.size() == 1 ? key.front() : '(' + joined(key, ", ") + ')';
}

Result<std::vector<RowDifference>> readByKeys(const ComparisonPlan& plan, const SideReader& expected,
                                              const SideReader& actual, std::span<const RowKey> keys)
{
    const bool asTheyAre = readsKeysAsTheyAre(plan, expected.shape, actual.shape);
    std::vector<RowDifference> all;
    for (std::size_t begin = 0; begin < keys.size(); begin += keysAQuery) {
        const auto some = keys.subspan(begin, std::min(keysAQuery, keys.size() - begin));
        // The read model first: what it shows was written before what the source of truth shows then.
        auto actualRows = rowsOf(plan, actual, some, asTheyAre);
        if (!actualRows)
            return tl::unexpected(actualRows.error());
        auto expectedRows = rowsOf(plan, expected, some, asTheyAre);
        if (!expectedRows)
            return tl::unexpected(expectedRows.error());
        for (const auto& key : some) {
            RowDifference row{key, {}, {}, {}, DriftState::Pending};
            if (const auto found = expectedRows->find(key); found != expectedRows->end())
                row.expected = found->second;
            if (const auto found = actualRows->find(key); found != actualRows->end())
                row.actual = found->second;
            leaveOutYoung(plan, row);
            if (row.expected && row.actual)
                row.differing = plan.differing(*row.expected, *row.actual);
            all.push_back(std::move(row));
        }
    }
    return all;
}

Result<std::vector<RowDifference>> readDifferences(const ComparisonPlan& plan, const SideReader& expected,
                                                   const SideReader& actual, const std::vector<RowKey>& keys,
                                                   std::size_t most)
{
    std::vector<RowDifference> found;
    for (std::size_t begin = 0; begin < keys.size() && found.size() < most; begin += keysAQuery) {
        auto rows = readByKeys(plan, expected, actual,
                               std::span(keys).subspan(begin, std::min(keysAQuery, keys.size() - begin)));
        if (!rows)
            return tl::unexpected(rows.error());
        for (auto& row : *rows)
            if (!isSame(row))
                found.push_back(std::move(row));
    }
    found.resize(std::min(found.size(), most));
    return found;
}

Result<void> refuseNullKeys(const ComparisonPlan& plan, const SideReader& side)
{
    const auto names = keyColumns(plan, side.side);
    const auto facts = readKeyFacts(side.reader, side.shape, names);
    if (!facts)
        return tl::unexpected(facts.error());
    std::vector<std::string> nullable;
    for (std::size_t i = 0; i < names.size(); ++i)
        if (!(*facts)[i].notNull)
            nullable.push_back(names[i]);
    return refuseNulls(plan, side, nullable);
}

Result<void> checkKeys(const ComparisonPlan& plan, const SideReader& side)
{
    if (auto done = refuseNullKeys(plan, side); !done)
        return done;
    const auto names = keyColumns(plan, side.side);
    const auto unique = hasUniqueIndex(side.reader, side.shape, names);
    if (!unique)
        return tl::unexpected(unique.error());
    return *unique && !hasTextRules(plan) ? Result<void>{} : refuseDuplicates(plan, side);
}

} // namespace projectionist
