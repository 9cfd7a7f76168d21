// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/snapshotjson.h"

#include "app/ctl/livetable.h"
#include "backend/core/format.h"

namespace projectionist::ctl {

namespace {

const char* toString(SourceState state)
{
    switch (state) {
    case SourceState::Connecting:
        return "connecting";
    case SourceState::Ok:
        return "ok";
    case SourceState::Waiting:
        return "waiting";
    case SourceState::Failed:
        break;
    }
    return "failed";
}

Json time(TimePoint at)
{
    return at == TimePoint{} ? Json() : Json(formatRfc3339(at));
}

Json milliseconds(const std::optional<Duration>& duration)
{
    return duration ? Json(duration->count()) : Json();
}

Json errorOrNull(const std::optional<Error>& error)
{
    return error ? toJson(*error) : Json();
}

Json lagJson(const TimeLag& lag)
{
    const bool known = lag.origin != LagOrigin::Unknown;
    return {{"ms", known ? Json(lag.value.count()) : Json()}, {"origin", projectionist::toString(lag.origin)}};
}

Json conditionsJson(std::uint32_t conditions)
{
    Json names = Json::array();
    for (const auto& [bit, name] : {std::pair{LostEvents, "lost-events"},
                                    {OpenTransaction, "open-transaction"},
                                    {AbandonedTopic, "abandoned-topic"},
                                    {AheadOfHead, "ahead-of-head"},
                                    {NeverCommitted, "never-committed"},
                                    {PositionsDisagree, "positions-disagree"},
                                    {TopicRecreated, "topic-recreated"}})
        if ((conditions & bit) != 0)
            names.push_back(name);
    return names;
}

Json verdictJson(const Verdict& verdict)
{
    Json json{{"state", std::string(projectionist::toString(verdict.kind))},
              {"label", std::string(label(verdict.kind))},
              {"severity", severity(verdict.kind)},
              {"since", time(verdict.since)},
              {"evidence", verdict.evidence},
              {"rule", verdict.rule}};
    if (verdict.suspectPartition)
        json["suspect"] = {{"topic", verdict.suspectPartition->topic},
                           {"partition", verdict.suspectPartition->partition},
                           {"offset", orNull(verdict.suspectOffset)}};
    return json;
}

Json forecastJson(const Forecast& forecast)
{
    const bool timed = forecast.kind == Forecast::Kind::CatchesUp || forecast.kind == Forecast::Kind::Breaches;
    return {{"text", projectionist::toString(forecast)},
            {"in_ms", timed ? Json(forecast.in.count()) : Json()},
            {"loss_in_ms", milliseconds(forecast.lossIn)}};
}

Json partitionJson(const PartitionSample& sample, const PartitionAssessment& assessment)
{
    return {{"topic", sample.id.topic},
            {"partition", sample.id.partition},
            {"verdict", verdictJson(assessment.verdict)},
            {"position", orNull(sample.position())},
            {"group_position", orNull(sample.groupPosition)},
            {"checkpoint_position", orNull(sample.checkpointPosition)},
            {"log_start", orNull(sample.logStart)},
            {"head", orNull(sample.head)},
            {"backlog", orNull(assessment.backlog)},
            {"lost", orNull(assessment.lost)},
            {"lag", lagJson(assessment.lag)},
            {"in_per_second", assessment.inPerSecond},
            {"out_per_second", assessment.outPerSecond},
            {"conditions", conditionsJson(assessment.conditions)},
            {"owner", sample.owner},
            {"error", errorOrNull(sample.error)}};
}

Json groupJson(const std::optional<GroupObservation>& group)
{
    if (!group)
        return {};
    return {{"state", group->state}, {"members", orNull(group->members)}, {"member_names", group->memberNames}};
}

Json reportJson(const ProjectionReport& report, TimePoint now, bool partitions)
{
    const ProjectionSample& sample = *report.sample;
    Json json{{"projection", sample.projection},
              {"at", time(sample.at)},
              {"age_ms", sample.at == TimePoint{} ? Json() : Json((now - sample.at).count())},
              {"fresh", sample.fresh}};
    json.update(toJson(report.assessment));
    json["objective_ms"] = milliseconds(report.objective);
    json["group"] = groupJson(sample.group);
    json["heartbeat"] = sample.heartbeat ? time(*sample.heartbeat) : Json();
    json["error"] = errorOrNull(sample.error);
    if (!partitions)
        return json;
    Json& all = json["partitions"] = Json::array();
    for (std::size_t i = 0; i < std::min(sample.partitions.size(), report.assessment.partitions.size()); ++i)
        all.push_back(partitionJson(sample.partitions[i], report.assessment.partitions[i]));
    return json;
}

Json sourceJson(const SourceStatus& source)
{
    return {{"name", source.name},
            {"kind", source.kind == SourceKind::Broker ? "broker" : "store"},
            {"state", toString(source.state)},
            {"since", time(source.since)},
            {"took_ms", source.took.count()},
            {"detail", source.detail},
            {"error", errorOrNull(source.error)}};
}

} // namespace

Json toJson(const Error& error)
{
    return {{"kind", projectionist::toString(error.kind)},
            {"what", error.what},
            {"why", error.why},
            {"next", error.next},
            {"retriable", error.retriable}};
}

Json toJson(const Diagnostic& diagnostic)
{
    const char* const level = diagnostic.level == DiagnosticLevel::Error     ? "error"
                              : diagnostic.level == DiagnosticLevel::Warning ? "warning"
                                                                             : "info";
    return {{"level", level},
            {"file", diagnostic.origin.file.string()},
            {"line", diagnostic.origin.line},
            {"column", diagnostic.origin.column},
            {"message", diagnostic.message},
            {"hint", diagnostic.hint}};
}

Json toJson(const Assessment& assessment)
{
    return {{"verdict", verdictJson(assessment.verdict)},      {"lag", lagJson(assessment.lag)},
            {"backlog", orNull(assessment.backlog)},           {"lost", orNull(assessment.lost)},
            {"in_per_second", orNull(assessment.inPerSecond)}, {"out_per_second", orNull(assessment.outPerSecond)},
            {"forecast", forecastJson(assessment.forecast)},   {"standstill_ms", assessment.standstill.count()},
            {"observations", assessment.observations}};
}

Json toJson(const Snapshot& snapshot, const std::vector<std::string>& projections, bool partitions)
{
    Json json{{"context", snapshot.context},
              {"cycle", snapshot.cycle},
              {"began", time(snapshot.began)},
              {"ended", time(snapshot.ended)},
              {"interval_ms", snapshot.interval.count()},
              {"partitions_asked", snapshot.partitionsAsked},
              {"partitions_answered", snapshot.partitionsAnswered}};
    Json& sources = json["sources"] = Json::array();
    for (const auto& source : snapshot.sources)
        sources.push_back(sourceJson(source));
    Json& reports = json["projections"] = Json::array();
    for (const auto& report : selected(snapshot, projections))
        reports.push_back(reportJson(*report, snapshot.ended, partitions));
    return json;
}

std::string text(const Json& json, bool oneLine)
{
    return json.dump(oneLine ? -1 : 2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace projectionist::ctl
