// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/observer.h"

#include "app/ctl/livetable.h"
#include "backend/config/nearest.h"
#include "backend/lag/connectors.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist::ctl {

namespace {

/// How often the mailbox is looked into: well below any interval between cycles.
constexpr Duration glance{20};

} // namespace

Observer::Observer(const Workspace& workspace, Interruption& interruption)
    : m_interruption(interruption)
    , m_watcher(workspace, workspace.currentContext, defaultConnectors(), m_clock,
                {[this](std::shared_ptr<const Snapshot> snapshot) { m_mailbox.push(std::move(snapshot)); },
                 [](const InspectedEvent&) {}, [](const RetroactiveSeries&) {}})
{
}

Observer::Outcome Observer::next(std::shared_ptr<const Snapshot>& snapshot, Duration limit, bool each)
{
    const Duration deadline = m_clock.monotonic() + limit;
    while (true) {
        for (auto& arrived : m_mailbox.drain())
            m_pending.push_back(std::move(arrived));
        if (!m_pending.empty()) {
            snapshot = each ? m_pending.front() : m_pending.back();
            if (each)
                m_pending.pop_front();
            else
                m_pending.clear();
            return Outcome::Snapshot;
        }
        const Duration left = deadline - m_clock.monotonic();
        if (left <= Duration(0))
            return Outcome::TimedOut;
        if (m_interruption.wait(std::min(left, glance)))
            return Outcome::Interrupted;
    }
}

int exitCodeOf(const Snapshot& snapshot, const std::vector<std::string>& projections)
{
    int worst = Fine;
    for (const auto& report : selected(snapshot, projections))
        worst = std::max(worst, severity(report->assessment.verdict.kind));
    return worst;
}

bool isComplete(const Snapshot& snapshot, const std::vector<std::string>& projections)
{
    // An overdue answer may still come, or turn into a failure that says why.
    if (std::any_of(snapshot.sources.begin(), snapshot.sources.end(), [](const SourceStatus& source) {
            return source.state == SourceState::Connecting || source.state == SourceState::Waiting;
        }))
        return false;
    const auto reports = selected(snapshot, projections);
    return std::all_of(reports.begin(), reports.end(), [](const auto& report) {
        return report->sample->error || (report->sample->fresh && !report->sample->partitions.empty());
    });
}

bool checkProjections(Session& session, const Workspace& workspace, const std::vector<std::string>& projections)
{
    std::vector<std::string> names;
    for (const auto& projection : workspace.projectionsOf(workspace.currentContext))
        names.push_back(projection.name);
    bool known = true;
    for (const auto& wanted : projections)
        if (std::find(names.begin(), names.end(), wanted) == names.end()) {
            const auto hint = suggestion(wanted, names);
            session.console.complain(fmt::format("context \"{}\" has no projection \"{}\"{}{}",
                                                 workspace.currentContext, wanted, hint.empty() ? "" : "; ", hint));
            known = false;
        }
    if (names.empty())
        session.console.complain(
            fmt::format("context \"{}\" has no projections; \"projectionistctl discover\" proposes some",
                        workspace.currentContext));
    return known && !names.empty();
}

} // namespace projectionist::ctl
