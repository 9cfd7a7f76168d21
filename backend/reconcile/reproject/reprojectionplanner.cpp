// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/reproject/reprojectionplanner.h"

#include "backend/deadletter/kafkaletters.h"
#include "backend/deadletter/replay/replaychecks.h"
#include "backend/reconcile/comparisonplan.h"
#include "backend/reconcile/eventkeys.h"
#include "backend/reconcile/reproject/keyplaces.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

Error notReprojected(ErrorKind kind, std::string why, std::string next)
{
    return {kind, "These keys cannot be reprojected", std::move(why), std::move(next), false};
}

/// Of a result: the one that names rows; null if it names none.
const CheckResult* rowsOf(const CheckResult& result)
{
    if (result.kind == CheckKind::Groups)
        return result.rows.get();
    return comparesRows(result.kind) ? &result : nullptr;
}

std::string countOfEvents(std::size_t count)
{
    return fmt::format("{} {}", count, count == 1 ? "event" : "events");
}

/// What is known of the keys before their events are read.
class ReprojectionDraft
{
public:
    ReprojectionDraft(ReprojectionRequest request, const ProjectionSettings& projection, const EventsOfKeys& found)
        : m_request(std::move(request)), m_projection(projection), m_found(found)
    {
    }

    [[nodiscard]] ReplayRequest make()
    {
        ReplayRequest replay;
        replay.draft = std::move(m_request.draft);
        replay.progress = std::move(m_request.progress);
        replay.journals = std::move(m_request.journals);
        replay.draft.context = m_request.check.context;
        replay.draft.where = fmt::format("confirmed differences of the check \"{}\"{}", m_request.check.name,
                                         m_request.run > 0 ? fmt::format(", run {}", m_request.run) : std::string());
        replay.draft.headers.stripFailure = false;
        replay.draft.timestamp = ReplayTimestamp::Event;
        Reprojection reprojection{m_request.check.name, m_request.run};
        for (auto& key : m_request.keys)
            if (takeEvents(key, replay))
                reprojection.keys.push_back(std::move(key));
        replay.draft.reprojection = std::move(reprojection);
        return replay;
    }
    /// For the dry run of the plan.
    void tell(ReplayDryRun& dryRun) const
    {
        dryRun.refusals.insert(dryRun.refusals.begin(), m_found.lost.begin(), m_found.lost.end());
        if (!m_tooMany.empty())
            dryRun.refusals.push_back(fmt::format("Too many events, of a key {} are allowed: {}. Rebuild the "
                                                  "projection, leave these keys out, or allow more",
                                                  m_request.mostEvents, someOf(m_tooMany)));
        if (!m_without.empty())
            dryRun.warnings.push_back(fmt::format("Left out, since the log holds no event of them: {}. What made these "
                                                  "rows is not known",
                                                  someOf(m_without)));
    }

private:
    /// False: it has none.
    bool takeEvents(ReprojectedKey& key, ReplayRequest& replay)
    {
        const auto found = m_found.keys.find(key.events);
        if (found == m_found.keys.end()) {
            m_without.push_back(key.events);
            return false;
        }
        key.count = found->second.count;
        if (key.count > m_request.mostEvents)
            m_tooMany.push_back(fmt::format("{} has {}", key.events, countOfEvents(key.count)));
        std::span<const LetterPlace> places(found->second.places);
        if (replay.draft.target.kind == ReplayTargetKind::Rows)
            places = places.last(1);
        for (const auto& place : places)
            replay.letters.push_back(candidateOf(place, key));
        return true;
    }
    [[nodiscard]] ReplayCandidate candidateOf(const LetterPlace& place, const ReprojectedKey& key) const
    {
        ReplayCandidate candidate{referenceInKafka(place), place};
        candidate.origin = {place.id.topic, place.id.partition, place.offset, {}};
        candidate.key = key.events;
        candidate.projection = m_projection.name;
        candidate.verdict = ReplayVerdict::AlreadyApplied;
        candidate.why = fmt::format("one of {} of a row that differs", countOfEvents(key.count));
        return candidate;
    }

    ReprojectionRequest m_request;
    const ProjectionSettings& m_projection;
    const EventsOfKeys& m_found;
    std::vector<std::string> m_tooMany;
    std::vector<std::string> m_without;
};

} // namespace

Result<std::vector<ReprojectedKey>> wrongKeys(const CheckSettings& check, const Workspace& workspace,
                                              const CheckResult& result,
                                              const std::vector<std::vector<std::string>>& chosen)
{
    const auto* const rows = rowsOf(result);
    if (!rows)
        return tl::unexpected(notReprojected(
            ErrorKind::Configuration, fmt::format("a check of kind \"{}\" names no rows", toString(result.kind)),
            "Compare the rows: kind = \"rows\" or \"events\", or rows_key for groups."));
    if (!projectionCalled(workspace, check.context, check.projection))
        return tl::unexpected(notReprojected(ErrorKind::Configuration, "the check belongs to no projection",
                                             "Add projection = \"...\" to the check."));
    const auto eventKey = EventKeys::of(check, rows->keyColumns);
    if (!eventKey)
        return tl::unexpected(eventKey.error());
    std::vector<ReprojectedKey> keys;
    const auto isMeant = [&](const RowDifference& one) {
        return chosen.empty() ? one.repairedBy.empty() : std::ranges::find(chosen, one.key) != chosen.end();
    };
    for (const auto& one : rows->differences)
        if (one.state == DriftState::Confirmed && isMeant(one))
            keys.push_back({one.key, (*eventKey)(one.key)});
    for (const auto& key : chosen)
        if (std::ranges::find(keys, key, &ReprojectedKey::row) == keys.end())
            return tl::unexpected(notReprojected(
                ErrorKind::NotFound, fmt::format("{} is no confirmed difference of this run", joined(key, ", ")),
                "\"check show\" lists those that are."));
    if (keys.empty())
        return tl::unexpected(notReprojected(ErrorKind::NotFound, "this run has no confirmed difference that is left",
                                             "Run the check again."));
    return keys;
}

Result<ReplayPlan> planReprojection(const Workspace& workspace, ReprojectionRequest request,
                                    const ReplayConnectors& connectors, const Clock& clock, const std::stop_token& stop)
{
    const auto* const projection = projectionCalled(workspace, request.check.context, request.check.projection);
    if (!projection)
        return tl::unexpected(notReprojected(ErrorKind::Configuration, "the check belongs to no projection",
                                             "Add projection = \"...\" to the check."));
    std::set<std::string> keys;
    for (const auto& key : request.keys)
        keys.insert(key.events);
    KeyPlaceSearch search(workspace, *projection, connectors.letters, request.mostEvents);
    const auto found = search.find(keys, request.logTime, stop);
    if (!found)
        return tl::unexpected(found.error());
    ReprojectionDraft draft(std::move(request), *projection, *found);
    auto plan = planReplay(workspace, draft.make(), connectors, clock, stop);
    if (plan)
        draft.tell(plan->dryRun);
    return plan;
}

ReprojectedRows reprojectedRows(const ReplayPlan& plan)
{
    ReprojectedRows rows{plan.context, plan.reprojection->check, plan.reprojection->run, {}, plan.id};
    for (const auto& key : plan.reprojection->keys)
        rows.keys.push_back(key.row);
    return rows;
}

} // namespace projectionist
