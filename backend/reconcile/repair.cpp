// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/repair.h"

#include <set>

namespace projectionist {

namespace {

using RowKeys = std::set<std::vector<std::string>>;

void markRows(std::vector<RowDifference>& differences, const RowKeys& right, const std::string& replay)
{
    for (auto& one : differences)
        if (one.state == DriftState::Confirmed && one.repairedBy.empty() && right.contains(one.key))
            one.repairedBy = replay;
}

CheckResult withMarks(CheckResult result, const RowKeys& right, const std::string& replay)
{
    if (!result.rows) {
        markRows(result.differences, right, replay);
        return result;
    }
    CheckResult rows = *result.rows;
    markRows(rows.differences, right, replay);
    result.rows = std::make_shared<const CheckResult>(std::move(rows));
    return result;
}

} // namespace

Result<RepairOutcome> checkRepair(CheckRun& run, const ReprojectedRows& rows, CheckHistory& history,
                                  const std::string& by, const Clock& clock)
{
    auto former = history.result(rows.run);
    if (!former)
        return tl::unexpected(former.error());
    auto again = run.recheck(*former, rows.keys);
    if (!again)
        return tl::unexpected(again.error());
    RowKeys right(rows.keys.begin(), rows.keys.end());
    for (const auto& one : again->differences)
        right.erase(one.key);
    auto marked = withMarks(*std::move(former), right, rows.replay);
    const auto& found = marked.rows ? *marked.rows : marked;
    CheckRepair repair{clock.now(), by, rows.replay, marked.repaired(), found.count(DriftState::Confirmed)};
    if (auto kept = history.markRepaired(rows.run, marked, repair); !kept)
        return tl::unexpected(kept.error());
    return RepairOutcome{*std::move(again), std::move(marked), std::move(repair)};
}

} // namespace projectionist
