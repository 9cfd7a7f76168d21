// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/checksides.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

/// In one condition of SQL.
constexpr std::size_t mostGroupsLookedInto = 1000;

/// Which server and database a session is on; the answer of two sessions is alike only in one database.
Result<std::string> placeOf(SnapshotReader& reader)
{
    return reader
        .query("SELECT pg_catalog.pg_postmaster_start_time(), d.oid, d.datname FROM pg_catalog.pg_database d WHERE "
               "d.datname = pg_catalog.current_database()")
        .map([](const Rows& rows) {
            std::string place;
            for (const auto& cell : rows.rows.front())
                place += cell.value_or("") + '\n';
            return place;
        });
}

Result<void> requireSameShape(const SideReader& side)
{
    const auto columns = side.reader.describe("SELECT * FROM " + side.shape.sql + " AS r");
    if (!columns)
        return tl::unexpected(columns.error());
    for (const auto& before : side.shape.columns) {
        const auto now = std::find_if(columns->begin(), columns->end(),
                                      [&](const ResultColumn& one) { return one.name == before.name; });
        if (now != columns->end() && *now == before)
            continue;
        return tl::unexpected(Error{
            ErrorKind::Conflict, fmt::format("The {} side changed while it was compared", toString(side.side)),
            now == columns->end() ? fmt::format("column \"{}\" is gone", before.name)
                                  : fmt::format("column \"{}\" was {}, and is {}", before.name, before.type, now->type),
            "Run the check again.", false});
    }
    return {};
}

/// An Error for each compared column that a login may not read: the server would name the table alone.
Result<void> findForbidden(CheckSides& sides)
{
    for (const auto& side : {sides.expectedRows(), sides.actualRows()}) {
        const auto forbidden = forbiddenColumns(side.reader, side.shape);
        if (!forbidden)
            return tl::unexpected(forbidden.error());
        for (const auto* columns : {&sides.plan.key, &sides.plan.columns})
            for (const auto& column : *columns) {
                const auto& name = side.side == ComparedSide::Expected ? column.expectedName : column.name;
                if (std::find(forbidden->begin(), forbidden->end(), name) != forbidden->end())
                    sides.plan.findings.push_back(
                        {DiagnosticLevel::Error, name,
                         fmt::format("the login may not read it on the {} side", toString(side.side)),
                         "GRANT SELECT on it, or add it to ignore"});
            }
    }
    return {};
}

} // namespace

Result<void> CheckSides::begin() const
{
    return actualReader->begin().and_then([&] { return actualReader->query("SELECT 1"); }).and_then([&](const Rows&) {
        return expectedReader->begin();
    });
}

Result<void> CheckSides::beginTogether() const
{
    return actualReader->begin().and_then([&] { return shareSnapshot(); });
}

Result<void> CheckSides::shareSnapshot() const
{
    return actualReader->exportSnapshot().and_then(
        [&](const std::string& snapshot) { return expectedReader->begin(snapshot); });
}

void CheckSides::end() const
{
    for (auto* reader : {expectedReader, actualReader})
        if (reader)
            reader->end();
}

Result<void> CheckSides::requireSameShapes() const
{
    return requireSameShape(actualRows()).and_then([&] { return requireSameShape(expectedRows()); });
}

SideReader CheckSides::expectedSide() const
{
    return {*expectedReader, isDerived() ? derived.expected : expected, ComparedSide::Expected};
}

SideReader CheckSides::actualSide() const
{
    return {*actualReader, isDerived() ? derived.actual : actual, ComparedSide::Actual};
}

Result<void> planSides(const CheckSettings& check, TimePoint now, CheckSides& sides)
{
    sides.kind = check.kind == CheckKind::Events ? CheckKind::Rows : check.kind;
    std::vector<CheckFinding> findings;
    auto young = youngRows(check, now - check.settledFor, sides.expected, sides.actual, findings);
    const bool usable = std::none_of(findings.begin(), findings.end(),
                                     [](const auto& finding) { return finding.level == DiagnosticLevel::Error; });
    if (young && usable && sides.kind != CheckKind::Rows)
        for (auto* const shape : {&sides.expected, &sides.actual})
            shape->sql = "(SELECT * FROM " + shape->sql + " AS r WHERE (" +
                         (shape == &sides.expected ? young->expected : young->actual) + ") IS NOT TRUE)";
    if (sides.kind == CheckKind::Rows) {
        sides.plan = planComparison(check, sides.expected, sides.actual);
        sides.plan.young = std::move(young);
    } else if (sides.isDerived()) {
        auto derived = sides.kind == CheckKind::Groups ? groupSides(check, sides.expectedRows(), sides.actualRows())
                                                       : orderSides(check, sides.actualRows());
        if (!derived)
            return tl::unexpected(derived.error());
        sides.derived = *std::move(derived);
        sides.plan = sides.derived.plan;
    }
    sides.plan.findings.insert(sides.plan.findings.end(), findings.begin(), findings.end());
    return check.kind == CheckKind::Rows ? findForbidden(sides) : Result<void>{};
}

Result<void> refuseKeys(const CheckSides& sides)
{
    // Of kind Order they are the same.
    const auto first = sides.kind == CheckKind::Order ? sides.actualRows() : sides.expectedRows();
    for (const auto& side : {first, sides.actualRows()})
        if (auto keys = sides.isDerived() ? refuseNullKeys(sides.derived.rows, side) : checkKeys(sides.plan, side);
            !keys)
            return keys;
    return {};
}

Result<std::optional<std::string>> obstacleToOneSnapshot(const CheckSides& sides)
{
    const auto expected = placeOf(*sides.expectedReader);
    const auto actual = placeOf(*sides.actualReader);
    if (!expected || !actual)
        return tl::unexpected(expected ? actual.error() : expected.error());
    if (*expected != *actual)
        return std::optional("the sides are in different databases");
    // One login may not see what the other sees.
    if (sides.expectedStore.connection != sides.actualStore.connection)
        return std::optional("the sides are in one database, but read by different logins");
    return std::optional<std::string>();
}

CheckSides sidesOfGroups(const CheckSettings& check, const CheckSides& groups,
                         const std::vector<RowDifference>& differences)
{
    std::vector<RowKey> keys;
    for (const auto& one : differences)
        if (one.state == DriftState::Confirmed)
            keys.push_back(one.key);
    const bool all = keys.size() <= mostGroupsLookedInto;
    keys.resize(std::min(keys.size(), mostGroupsLookedInto));
    const bool asTheyAre = readsKeysAsTheyAre(groups.derived.rows, groups.expected, groups.actual);
    CheckSides sides = groups;
    sides.kind = CheckKind::Rows;
    for (const auto which : {ComparedSide::Expected, ComparedSide::Actual}) {
        auto& shape = which == ComparedSide::Expected ? sides.expected : sides.actual;
        shape.sql = "(SELECT * FROM " + shape.sql + " AS r WHERE " +
                    conditionOnKeys(groups.derived.rows, which, keys, asTheyAre) + ')';
        shape.estimatedRows = -1;
    }
    CheckSettings rows = check;
    rows.key = check.rowsKey;
    rows.columns.clear();
    std::erase_if(rows.rules, [&](const auto& rule) { return !sides.actual.column(rule.first); });
    sides.plan = planComparison(rows, sides.expected, sides.actual);
    if (!all)
        sides.plan.findings.push_back({DiagnosticLevel::Warning,
                                       {},
                                       fmt::format("rows of the first {} groups alone are compared", keys.size()),
                                       "run the check again once they are repaired"});
    return sides;
}

} // namespace projectionist
