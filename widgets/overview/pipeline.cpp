// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/overview/pipeline.h"

#include "models/checktext.h"
#include "models/text.h"
#include "models/verdicttext.h"
#include "widgets/common/panel.h"

#include <algorithm>
#include <QCoreApplication>
#include <QStringList>
#include <set>

namespace projectionist {

namespace {

constexpr std::size_t namesShown = 2;

QString tr(const char* text)
{
    return QCoreApplication::translate("Pipeline", text);
}

QString counted(std::size_t count, const char* one, const char* many)
{
    return count == 1 ? tr(one) : tr(many).arg(count);
}

QString dash()
{
    return QStringLiteral("\u2014");
}

QString joined(const std::set<std::string>& names)
{
    QStringList shown;
    for (const auto& name : names)
        if (static_cast<std::size_t>(shown.size()) < namesShown)
            shown << displayable(toQString(name), 30);
    if (names.size() > namesShown)
        shown << tr("%1 more").arg(names.size() - namesShown);
    return shown.join(QStringLiteral(", "));
}

bool failed(const Snapshot* snapshot, const std::string& source)
{
    return snapshot && std::any_of(snapshot->sources.begin(), snapshot->sources.end(), [&](const SourceStatus& status) {
               return status.name == source && status.state == SourceState::Failed;
           });
}

/// What the reports of a snapshot come to, seen as one pipeline.
struct Totals
{
    std::optional<WriteSideObservation> outbox; ///< the one with the oldest pending event
    std::optional<TimePoint> outboxSeen;
    const ProjectionReport* worst = nullptr; ///< by lag
    std::optional<Duration> checkpointAge;   ///< worst projection's newest checkpoint
    int members = 0;
    std::set<TopicPartition> partitions;
    double in = 0; ///< of the busiest projection: those of one topic would count it twice
};

void add(Totals& totals, const ProjectionReport& report)
{
    const auto& sample = *report.sample;
    if (sample.writeSide && (!totals.outbox || sample.writeSide->pending > totals.outbox->pending)) {
        totals.outbox = sample.writeSide;
        totals.outboxSeen = sample.at;
    }
    const auto& lag = report.assessment.lag;
    if (lag.origin != LagOrigin::Unknown && (!totals.worst || lag.value > totals.worst->assessment.lag.value))
        totals.worst = &report;
    if (sample.group && sample.group->members)
        totals.members += *sample.group->members;
    std::optional<TimePoint> newest;
    for (const auto& partition : sample.partitions) {
        totals.partitions.insert(partition.id);
        if (partition.checkpointTime)
            newest = std::max(newest.value_or(*partition.checkpointTime), *partition.checkpointTime);
    }
    if (newest)
        totals.checkpointAge =
            std::max(totals.checkpointAge.value_or(Duration(0)), std::max(Duration(0), sample.at - *newest));
    totals.in = std::max(totals.in, report.assessment.inPerSecond.value_or(0));
}

Totals totalsOf(const Snapshot* snapshot)
{
    Totals totals;
    if (snapshot)
        for (const auto& report : snapshot->projections)
            add(totals, *report);
    return totals;
}

PipelineArrow outboxArrow(const Totals& totals)
{
    if (!totals.outbox)
        return {dash(), tr("outbox"), ColorMeaning::Muted};
    const auto age =
        totals.outbox->oldest ? std::max(Duration(0), *totals.outboxSeen - *totals.outbox->oldest) : Duration(0);
    // An outbox is polled several times a second; one that is older than this is not being read.
    constexpr Duration slow{10'000};
    constexpr Duration dead{60'000};
    return {durationText(age), tr("%1 in outbox").arg(countText(totals.outbox->pending)),
            age >= dead   ? ColorMeaning::Critical
            : age >= slow ? ColorMeaning::Warning
                          : ColorMeaning::Good};
}

PipelineArrow lagArrow(const Totals& totals, std::size_t projections)
{
    const auto detail = projections == 1 ? tr("lag") : tr("worst of %1").arg(projections);
    if (!totals.worst)
        return {dash(), detail, ColorMeaning::Muted};
    const auto& report = *totals.worst;
    const bool above = report.objective && report.assessment.lag.value > *report.objective;
    const auto meaning = verdictMeaning(report.assessment.verdict.kind);
    return {lagText(report.assessment.lag), detail,
            above && meaning == ColorMeaning::Good ? ColorMeaning::Warning : meaning};
}

PipelineArrow checkpointArrow(const Totals& totals)
{
    if (!totals.checkpointAge)
        return {dash(), tr("checkpoint age"), ColorMeaning::Muted};
    return {durationText(*totals.checkpointAge), tr("checkpoint age"), ColorMeaning::Normal};
}

PipelineArrow driftArrow(const ProjectionDrift& drift)
{
    if (drift.verified == 0)
        return {dash(), tr("not checked yet"), ColorMeaning::Muted};
    return {tr("%1 of %2").arg(drift.drifting).arg(drift.checks),
            drift.drifting == 1 ? tr("check shows drift") : tr("checks show drift"), driftMeaning(drift)};
}

PipelineStage truthStage(const ProjectionDrift& drift, TimePoint now)
{
    return {tr("Source of truth"),
            drift.oldest
                ? (drift.isStale(now) ? tr("verified %1: stale") : tr("verified %1")).arg(agoText(*drift.oldest, now))
                : counted(drift.checks, "1 check", "%1 checks"),
            false};
}

} // namespace

Pipeline pipelineOf(const Workspace& workspace, const std::string& context, const Snapshot* snapshot,
                    const ProjectionDrift& drift, TimePoint now)
{
    const auto* settings = workspace.context(context);
    if (!settings)
        return {};
    const auto totals = totalsOf(snapshot);
    const auto projections = workspace.projectionsOf(context);
    std::set<std::string> topics;
    std::set<std::string> groups;
    std::set<std::string> readStores;
    for (const auto& projection : projections) {
        topics.insert(projection.topics.begin(), projection.topics.end());
        if (!projection.group.empty())
            groups.insert(projection.group);
        if (projection.checkpoint)
            readStores.insert(projection.checkpoint->store);
    }
    Pipeline result;
    for (const auto& writeSide : workspace.writeSides) {
        if (writeSide.context != context)
            continue;
        const auto rate = tr("%1 ev/s").arg(rateText(totals.in));
        result.stages.push_back({tr("Write side"),
                                 displayable(toQString(writeSide.store), 30) + QStringLiteral(" · ") + rate,
                                 failed(snapshot, writeSide.store)});
        result.arrows.push_back(outboxArrow(totals));
        break;
    }
    auto kafka = joined(topics);
    if (!totals.partitions.empty())
        kafka += QStringLiteral(" · ") + tr("%1 p").arg(totals.partitions.size());
    result.stages.push_back({tr("Kafka"), kafka, failed(snapshot, settings->broker)});
    result.arrows.push_back(lagArrow(totals, projections.size()));
    auto workers = groups.empty() ? counted(projections.size(), "1 projection", "%1 projections")
                                  : counted(groups.size(), "1 group", "%1 groups");
    if (totals.members > 0)
        workers += QStringLiteral(" · ") + counted(static_cast<std::size_t>(totals.members), "1 member", "%1 members");
    result.stages.push_back({tr("Workers"), workers, false});
    if (!readStores.empty()) {
        result.arrows.push_back(checkpointArrow(totals));
        result.stages.push_back({tr("Read stores"), joined(readStores),
                                 std::any_of(readStores.begin(), readStores.end(),
                                             [&](const std::string& store) { return failed(snapshot, store); })});
    }
    if (drift.checks > 0) {
        result.arrows.push_back(driftArrow(drift));
        result.stages.push_back(truthStage(drift, now));
    }
    return result;
}

} // namespace projectionist
