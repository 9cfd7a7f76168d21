// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/checkfreshness.h"

#include "app/ctl/observer.h"
#include "backend/core/format.h"
#include "backend/reconcile/freshness.h"

#include <algorithm>

namespace projectionist::ctl {

namespace {

constexpr Duration patienceWithBrokers{5'000};

} // namespace

std::map<std::string, TimePoint> verifiedTimes(const Workspace& workspace)
{
    std::map<std::string, TimePoint> times;
    const auto file = checkHistoryFile(stateDirectory());
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored))
        return times;
    auto history = CheckHistory::open(file);
    const auto runs = history ? history->runs(keptContext(workspace), {}, allRuns) : tl::unexpected(history.error());
    if (runs)
        for (const auto& run : *runs) // oldest first
            if (run.state == CheckRunState::Finished)
                times[run.check] = run.began + run.took;
    return times;
}

std::string ageText(const CheckSettings& check, TimePoint verified, TimePoint now)
{
    return formatDuration(std::max(now - verified, Duration(0))) + " ago" +
           (staleFrom(check, verified) <= now ? ": stale" : "");
}

std::optional<std::int64_t> eventsSinceThen(const Workspace& workspace, const CheckResult& result, Session& session)
{
    if (result.through.empty())
        return std::nullopt;
    Observer observer(workspace, session.interruption);
    const Duration deadline = observer.clock().monotonic() + patienceWithBrokers;
    std::shared_ptr<const Snapshot> snapshot;
    while (true) {
        const Duration left = deadline - observer.clock().monotonic();
        if (left <= Duration(0) || observer.next(snapshot, left) != Observer::Outcome::Snapshot)
            return std::nullopt;
        if (const auto events = eventsSince(result.through, *snapshot))
            return events;
    }
}

} // namespace projectionist::ctl
