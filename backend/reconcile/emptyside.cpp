// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/emptyside.h"

#include "backend/core/format.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

Result<bool> hasMoreThan(const SideReader& side, std::size_t rows)
{
    return side.reader.query(fmt::format("SELECT 1 FROM {} AS r OFFSET {} LIMIT 1", side.shape.sql, rows))
        .map([](const Rows& found) { return !found.rows.empty(); });
}

} // namespace

Result<void> refuseEmptySide(const CheckSettings& check, const SideReader& expected, const SideReader& actual)
{
    if (check.emptyIsDrift)
        return {};
    const auto left = hasMoreThan(expected, 0);
    const auto right = hasMoreThan(actual, 0);
    if (!left || !right)
        return tl::unexpected(left ? right.error() : left.error());
    if (*left == *right)
        return {};
    const SideReader& empty = *left ? actual : expected;
    const SideReader& other = *left ? expected : actual;
    const auto many = hasMoreThan(other, check.maxDifferences);
    if (!many)
        return tl::unexpected(many.error());
    if (!*many)
        return {};
    return tl::unexpected(emptySide(check, empty.side));
}

Error emptySide(const CheckSettings& check, ComparedSide empty)
{
    const auto other = empty == ComparedSide::Expected ? ComparedSide::Actual : ComparedSide::Expected;
    return {ErrorKind::InvalidData, fmt::format("The {} side of check \"{}\" has no rows", toString(empty), check.name),
            fmt::format("the {} side has more than {}", toString(other),
                        formatNumber(static_cast<std::int64_t>(check.maxDifferences))),
            fmt::format("See whether its store, table and filter are right. To have all these rows told as {}, use "
                        "--empty-is-drift, or write empty_is_drift = true in the check.",
                        empty == ComparedSide::Actual ? "missing" : "extra"),
            false};
}

} // namespace projectionist
