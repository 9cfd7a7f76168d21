// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Looks at finished plans.
#include "backend/deadletter/replay/replayedletters.h"
#include "backend/deadletter/replay/replayground.h"
#include "backend/deadletter/replay/replayplanner.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

/// Whether the letters of a finished plan are still there and the same.
Result<void> checkLetters(ReplayPlan& plan, ReplayLetters& reader, OutgoingMaker& maker, OutgoingCounter& numbers,
                          const std::stop_token& stop)
{
    std::vector<std::string> gone;
    const auto take = [&](std::size_t index, const Result<ReplayLetter>& letter) {
        const auto& planned = plan.letters[index];
        const bool same = letter && letterDigest(letter->stored.record) == planned.digest;
        const auto record =
            same ? maker.make(planned, index, *letter) : Result<OutgoingRecord>(tl::unexpected(Error{}));
        if (record)
            numbers.add(*record, *letter);
        else
            gone.push_back(planned.reference);
    };
    if (auto read = reader.read(plan.letters, take, stop); !read)
        return read;
    auto& dryRun = plan.dryRun;
    dryRun.gone = gone.size();
    dryRun.bytes = numbers.numbers().bytes;
    if (!gone.empty())
        dryRun.warnings.push_back(fmt::format("{} of the plan cannot be sent any more, or are other letters now: {}",
                                              countOfLetters(gone.size()), someOf(gone)));
    else
        dryRun.passed.push_back(
            fmt::format("{} found there, the same as planned", countOfLetters(plan.letters.size())));
    return {};
}

} // namespace

Result<ReplayDryRun> dryRunReplay(const Workspace& workspace, const ReplayPlan& plan,
                                  const std::filesystem::path& journals, const ReplayConnectors& connectors,
                                  const Clock& clock, const std::stop_token& stop)
{
    const auto ground = replayGround(workspace, plan.context);
    if (!ground)
        return tl::unexpected(ground.error());
    ReplayPlan now = plan;
    now.dryRun = {};
    now.dryRun.at = clock.now();
    ReplayLetters reader(workspace, plan.context, connectors, ground->rules);
    auto target = brokerOfReplay(reader, *ground->context);
    if (!target)
        return tl::unexpected(target.error());
    const auto& [broker, cluster] = *target;
    if (cluster.id != plan.cluster)
        now.dryRun.refusals.push_back(fmt::format("The plan was made for the cluster {}, and this is {}", plan.cluster,
                                                  cluster.id.empty() ? "none" : cluster.id));
    OutgoingCounter numbers(cluster);
    OutgoingMaker maker(plan, ground->rules);
    if (auto read = checkLetters(now, reader, maker, numbers, stop); !read)
        return tl::unexpected(read.error());
    for (const auto& other : replayedByOthers(journals, plan, plan.made))
        now.dryRun.refusals.push_back(fmt::format("{} replayed by another plan, {}, since this one was made: {}",
                                                  countOfLetters(other.letters.size()), other.plan,
                                                  someOf(other.letters)));
    checkReplayRules(now, *ground->context);
    checkReplayTarget(now, workspace, numbers.numbers(), cluster, broker, connectors, stop);
    warnOfReplay(now, now.dryRun.gone);
    return std::move(now.dryRun);
}

Result<ReplayPreview> previewReplay(const Workspace& workspace, const ReplayPlan& plan, std::size_t index,
                                    const ReplayConnectors& connectors, const std::stop_token& stop)
{
    const auto ground = replayGround(workspace, plan.context);
    if (!ground)
        return tl::unexpected(ground.error());
    const auto& planned = plan.letters.at(index);
    ReplayLetters reader(workspace, plan.context, connectors, ground->rules);
    OutgoingMaker maker(plan, ground->rules);
    Result<ReplayPreview> preview = tl::unexpected(Error{});
    auto read = reader.read(
        std::span(&planned, 1),
        [&](std::size_t, const Result<ReplayLetter>& letter) {
            preview = letter ? maker.preview(planned, index, *letter) : tl::unexpected(letter.error());
        },
        stop);
    return read ? preview : tl::unexpected(read.error());
}

} // namespace projectionist
