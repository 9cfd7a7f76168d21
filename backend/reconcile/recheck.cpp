// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong is looked at once more, without comparing all the rest.
#include "backend/reconcile/checkrun.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace projectionist {

Result<CheckResult> CheckRun::recheck(const CheckResult& former, const std::vector<std::vector<std::string>>& keys)
{
    const CheckResult* rows = former.kind == CheckKind::Groups ? former.rows.get() : &former;
    if (!rows || !comparesRows(rows->kind))
        return tl::unexpected(Error{ErrorKind::Configuration,
                                    fmt::format("Check \"{}\" cannot look at rows again", m_check.name),
                                    "it names none", "Run it once more.", false});
    CheckResult result;
    result.check = m_check.name;
    result.severity = m_check.severity;
    result.began = result.verifiedAt = m_clock.now();
    const Duration start = m_clock.monotonic();
    const std::set<std::vector<std::string>> wanted(keys.begin(), keys.end());
    std::copy_if(rows->differences.begin(), rows->differences.end(), std::back_inserter(result.differences),
                 [&](const RowDifference& one) { return wanted.contains(one.key); });
    m_pace.begin({}, [this] { return m_load.tooBusy(); });
    if (m_flight)
        result.through = m_flight->positions();
    CheckSides sides;
    auto done = prepare(sides);
    if (done)
        done = recheckRows(former, sides, result);
    for (auto* reader : {sides.expectedReader, sides.actualReader})
        if (reader)
            reader->end();
    if (m_cancelled)
        return tl::unexpected(cancelled());
    if (!done)
        return tl::unexpected(done.error());
    result.took = m_clock.monotonic() - start;
    return result;
}

Result<void> CheckRun::recheckRows(const CheckResult& former, CheckSides& sides, CheckResult& result)
{
    if (former.kind == CheckKind::Groups)
        sides = sidesOfGroups(m_check, sides, former.differences);
    for (const auto& column : sides.plan.key)
        result.keyColumns.push_back(column.name);
    for (const auto& column : sides.plan.columns)
        result.columns.push_back(column.name);
    const auto& rows = former.kind == CheckKind::Groups ? *former.rows : former;
    if (result.keyColumns != rows.keyColumns)
        return tl::unexpected(Error{ErrorKind::Conflict,
                                    fmt::format("Check \"{}\" cannot look at rows again", m_check.name),
                                    "its key is another one by now", "Run it once more.", false});
    return settle(sides, result);
}

} // namespace projectionist
