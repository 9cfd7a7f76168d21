// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/reproject/repair.h"

#include <algorithm>
#include <set>

namespace projectionist {

namespace {

using RowKeys = std::set<std::vector<std::string>>;

RowKeys rightKeys(const ReplayPlan& plan, const CheckResult& again)
{
    RowKeys keys;
    for (const auto& key : plan.reprojection->keys)
        keys.insert(key.row);
    for (const auto& one : again.differences)
        keys.erase(one.key);
    return keys;
}

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

Result<ReprojectionResult> checkReprojected(CheckRun& run, const ReplayPlan& plan, CheckHistory& history,
                                            const std::string& by, const Clock& clock)
{
    auto former = history.result(plan.reprojection->run);
    if (!former)
        return tl::unexpected(former.error());
    std::vector<std::vector<std::string>> keys;
    for (const auto& key : plan.reprojection->keys)
        keys.push_back(key.row);
    auto again = run.recheck(*former, keys);
    if (!again)
        return tl::unexpected(again.error());
    const auto marked = withMarks(*std::move(former), rightKeys(plan, *again), plan.id);
    const auto& rows = marked.rows ? *marked.rows : marked;
    CheckRepair repair{clock.now(), by, plan.id, marked.repaired(), rows.count(DriftState::Confirmed)};
    if (auto kept = history.markRepaired(plan.reprojection->run, marked, repair); !kept)
        return tl::unexpected(kept.error());
    return ReprojectionResult{*std::move(again), keys.size(), std::move(repair)};
}

} // namespace projectionist
