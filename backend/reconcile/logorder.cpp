// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/logorder.h"

#include "backend/core/format.h"
#include "backend/deadletter/eventversion.h"
#include "backend/deadletter/headervalue.h"
#include "backend/deadletter/payloaddecode.h"
#include "backend/reconcile/sampledflight.h"
#include "backend/reconcile/versionfollower.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr Duration logAskTimeout{10'000};
constexpr Duration logQuietLimit{30'000};
constexpr std::size_t mostOfEvent = 1 << 20; ///< bytes, in which a version is looked for
constexpr std::size_t mostKeysFollowed = 2'000'000;
constexpr std::int64_t eventsASign = 10'000;

std::optional<ProjectionSettings> projectionIn(const CheckSettings& check, const Workspace& workspace)
{
    const auto place = projectionOf(check, workspace);
    return place ? std::optional(workspace.projectionsOf(check.context)[*place]) : std::nullopt;
}

class LogOrder
{
public:
    LogOrder(const CheckSettings& check, const ProjectionSettings& projection, CheckPace& pace, CheckResult& result)
        : m_check(check), m_projection(projection), m_pace(pace), m_result(result)
    {
    }

    /// An open `decoder` reads payloads of Avro and Protobuf; nullptr: no registry is named.
    Result<void> read(Broker& broker, RangeReader& reader, PayloadDecoder* decoder, const std::stop_token& stop)
    {
        const auto ranges = rangesOf(broker);
        if (!ranges)
            return tl::unexpected(ranges.error());
        const std::stop_callback forward(stop, [this] { m_enough.request_stop(); });
        const bool inHeader = m_projection.eventVersion.starts_with("header:");
        const auto done = reader.read(
            *ranges, inHeader ? 0 : mostOfEvent, [&](const Record& record) { take(record, decoder, stop); },
            logQuietLimit, m_enough.get_token());
        if (!done && (m_result.complete || stop.stop_requested()))
            return done;
        for (const auto& range : *ranges)
            m_result.through[range.id] = range.to;
        m_result.expectedRows = m_result.actualRows = m_events;
        tellWhatIsNotKnown();
        return {};
    }

private:
    Result<std::vector<LogRange>> rangesOf(Broker& broker)
    {
        const auto cluster = broker.describe(logAskTimeout);
        if (!cluster)
            return tl::unexpected(cluster.error());
        std::vector<TopicPartition> ids;
        for (const auto& topic : m_projection.topics) {
            const auto found = std::ranges::find(cluster->topics, topic, &TopicDescription::name);
            if (found == cluster->topics.end())
                return tl::unexpected(Error{ErrorKind::NotFound, fmt::format("Topic \"{}\" cannot be read", topic),
                                            "the cluster has no such topic",
                                            "See whether the projection's topics are written as they are called.",
                                            false});
            if (found->error)
                return tl::unexpected(*found->error);
            for (std::int32_t partition = 0; partition < found->partitions; ++partition)
                ids.push_back({topic, partition});
        }
        const auto bounds = broker.bounds(ids, logAskTimeout);
        if (!bounds)
            return tl::unexpected(bounds.error());
        std::vector<LogRange> ranges;
        for (const auto& row : *bounds) {
            if (row.error)
                return tl::unexpected(*row.error);
            ranges.push_back({row.id, row.start, row.head});
            m_total += row.head - row.start;
        }
        return ranges;
    }

    void take(const Record& record, PayloadDecoder* decoder, const std::stop_token& stop)
    {
        if (!m_result.complete)
            return;
        if (m_events > 0 && m_events % eventsASign == 0 && !mayGoOn())
            return;
        ++m_events;
        if (!record.key || !record.value) { // a tombstone ends the key; it has no version of its own
            m_withoutKey += record.key ? 0 : 1;
            return;
        }
        const auto version = versionOf(record, decoder, stop);
        if (!version) {
            ++m_withoutVersion;
            return;
        }
        auto problem = m_follower.take(record.id, record.offset, *record.key, *version);
        if (!problem)
            return;
        if (m_result.differences.size() == m_check.maxDifferences) {
            m_result.complete = false;
            m_enough.request_stop();
            return;
        }
        RowDifference one{{readable(*record.key), toString(record.id), std::to_string(record.offset)}, {}, {}, {}, {}};
        one.actual = {Cell(std::move(problem->problem)), Cell(std::move(problem->finding))};
        one.state = DriftState::Confirmed;
        m_result.differences.push_back(std::move(one));
    }

    bool mayGoOn()
    {
        const auto step = m_pace.step({m_events, m_events, m_total, m_result.differences.size()});
        if (step == CheckStep::NewSnapshot)
            m_pace.waitForTurn();
        m_result.ending = m_pace.ending();
        if (m_result.ending.empty())
            return true;
        m_result.ending += "; not all events were looked at";
        m_result.complete = false;
        m_enough.request_stop();
        return false;
    }

    std::optional<std::int64_t> versionOf(const Record& record, PayloadDecoder* decoder,
                                          const std::stop_token& stop) const
    {
        DeadLetter event;
        for (const auto& header : record.headers) {
            event.headers.emplace_back();
            event.headers.back().name = header.name;
            event.headers.back().value = header.value;
        }
        event.value = record.value;
        if (const auto bytes = registryBytes(*record.value); decoder && bytes)
            if (auto decoded = decoder->decode(*bytes, stop))
                event.value = std::move(decoded->json);
        return eventVersion(event, m_projection.eventVersion);
    }

    void tellWhatIsNotKnown()
    {
        const auto tell = [&](std::uint64_t count, const std::string& text, const std::string& next) {
            if (count > 0)
                m_result.findings.push_back(
                    {DiagnosticLevel::Warning, {}, formatNumber(static_cast<std::int64_t>(count)) + ' ' + text, next});
        };
        tell(m_withoutKey, "events have no key, and were not followed", {});
        tell(m_withoutVersion,
             fmt::format("events bear no version at {}, and were not followed", m_projection.eventVersion),
             "see whether the projection's event_version is right");
        tell(m_follower.notFollowed(),
             fmt::format("events are of keys beyond the first {}, and were not followed",
                         formatNumber(mostKeysFollowed)),
             {});
    }

    const CheckSettings& m_check;
    const ProjectionSettings& m_projection;
    CheckPace& m_pace;
    CheckResult& m_result;
    VersionFollower m_follower{mostKeysFollowed};
    std::stop_source m_enough;
    std::int64_t m_events = 0;
    std::int64_t m_total = 0;
    std::uint64_t m_withoutKey = 0;
    std::uint64_t m_withoutVersion = 0;
};

} // namespace

bool isOfLog(const CheckSettings& check)
{
    return check.kind == CheckKind::Order && check.actual == CheckSide{};
}

std::vector<CheckFinding> lintLogOrder(const CheckSettings& check, const Workspace& workspace)
{
    const auto projection = projectionIn(check, workspace);
    const auto* const context = workspace.context(check.context);
    if (!projection)
        return {{DiagnosticLevel::Error,
                 {},
                 "the projection whose log is to be looked at is not there",
                 "add projection = \"...\""}};
    if (projection->eventVersion.empty())
        return {{DiagnosticLevel::Error,
                 {},
                 fmt::format("nobody knows where the events of projection \"{}\" bear their version", projection->name),
                 "add event_version = \"$.version\" or \"header:version\" to the projection"}};
    if (!context || !workspace.broker(context->broker))
        return {{DiagnosticLevel::Error, {}, "the context has no broker", "add broker = \"...\" to the context"}};
    return {};
}

Result<void> compareLogOrder(const CheckSettings& check, const Workspace& workspace, const LetterConnectors& connectors,
                             const Clock& clock, CheckPace& pace, const std::stop_token& stop, CheckResult& result)
{
    for (const auto& finding : lintLogOrder(check, workspace))
        return tl::unexpected(Error{ErrorKind::Configuration, fmt::format("Check \"{}\" cannot be run", check.name),
                                    finding.text, finding.next, false});
    const auto& context = *workspace.context(check.context);
    const auto& settings = *workspace.broker(context.broker);
    auto broker = connectors.broker(settings);
    auto reader = connectors.ranges(settings);
    if (!broker || !reader)
        return tl::unexpected(broker ? reader.error() : broker.error());
    std::optional<PayloadDecoder> decoder;
    if (context.deadLetters.schemaRegistry)
        decoder.emplace(*context.deadLetters.schemaRegistry, clock);
    result.engine = CheckEngine::Log;
    result.why = "the projection's topics are read from their starts";
    result.rule = "events do not change, so nothing is read again";
    result.keyColumns = {"key", "partition", "offset"};
    result.columns = {"problem", "finding"};
    const auto projection = *projectionIn(check, workspace);
    return LogOrder(check, projection, pace, result).read(**broker, **reader, decoder ? &*decoder : nullptr, stop);
}

} // namespace projectionist
