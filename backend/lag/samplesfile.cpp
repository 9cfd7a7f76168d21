// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/samplesfile.h"

#include "backend/core/format.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <nlohmann/json.hpp>

namespace projectionist {

namespace {

using Json = nlohmann::json;

template<typename T>
void put(Json& object, const char* name, const std::optional<T>& value)
{
    if (value)
        object[name] = *value;
}

template<typename T>
std::optional<T> get(const Json& object, const char* name)
{
    const auto it = object.find(name);
    return it == object.end() || it->is_null() ? std::nullopt : std::optional<T>(it->get<T>());
}

/// Bounded, so that sums and differences of whatever a file says cannot overflow.
std::optional<std::int64_t> getInteger(const Json& object, const char* name, std::int64_t least = 0,
                                       std::int64_t most = 1'000'000'000'000'000)
{
    const auto json = get<Json>(object, name);
    if (!json)
        return std::nullopt;
    if (!json->is_number_integer())
        throw std::runtime_error(fmt::format("\"{}\" is not a whole number", name));
    const bool huge = json->is_number_unsigned() && json->get<std::uint64_t>() > static_cast<std::uint64_t>(most);
    if (huge || json->get<std::int64_t>() < least || json->get<std::int64_t>() > most)
        throw std::runtime_error(fmt::format("\"{}\" is not between {} and {}", name, least, most));
    return json->get<std::int64_t>();
}

std::optional<TimePoint> getTime(const Json& object, const char* name)
{
    const auto text = get<std::string>(object, name);
    if (!text)
        return std::nullopt;
    const auto time = parseRfc3339(*text);
    if (!time)
        throw std::runtime_error(fmt::format("\"{}\" is not a time such as 2026-11-21T14:02:11.042Z", name));
    return time;
}

Json errorJson(const Error& error)
{
    return {{"kind", toString(error.kind)},
            {"what", error.what},
            {"why", error.why},
            {"next", error.next},
            {"retriable", error.retriable}};
}

std::optional<Error> getError(const Json& object)
{
    const auto json = get<Json>(object, "error");
    if (!json)
        return std::nullopt;
    Error error{ErrorKind::Internal, json->value("what", ""), json->value("why", ""), json->value("next", ""),
                json->value("retriable", false)};
    const auto word = json->value("kind", "internal");
    for (int i = 0; i <= static_cast<int>(ErrorKind::Internal); ++i)
        if (word == toString(static_cast<ErrorKind>(i)))
            error.kind = static_cast<ErrorKind>(i);
    return error;
}

Json lagJson(const TimeLag& lag)
{
    return {{"ms", lag.value.count()}, {"origin", toString(lag.origin)}};
}

TimeLag getLag(const Json& object)
{
    const auto json = get<Json>(object, "lag");
    if (!json)
        return {};
    const auto word = json->value("origin", "exact");
    for (int i = 0; i <= static_cast<int>(LagOrigin::AtLeast); ++i)
        if (word == toString(static_cast<LagOrigin>(i)))
            return {Duration(getInteger(*json, "ms").value_or(0)), static_cast<LagOrigin>(i)};
    throw std::runtime_error("\"origin\" of \"lag\" is \"" + word + "\", which is none of the known words");
}

Json partitionJson(const PartitionSample& sample)
{
    Json json{{"topic", sample.id.topic}, {"partition", sample.id.partition}};
    put(json, "group_position", sample.groupPosition);
    put(json, "checkpoint_position", sample.checkpointPosition);
    if (sample.checkpointTime)
        json["checkpoint_time"] = formatRfc3339(*sample.checkpointTime);
    put(json, "log_start", sample.logStart);
    put(json, "head", sample.head);
    put(json, "end", sample.end);
    if (sample.lag.origin != LagOrigin::Unknown)
        json["lag"] = lagJson(sample.lag);
    if (!sample.owner.empty())
        json["owner"] = sample.owner;
    if (sample.error)
        json["error"] = errorJson(*sample.error);
    return json;
}

PartitionSample getPartition(const Json& json)
{
    PartitionSample sample;
    const auto partition = getInteger(json, "partition", 0, std::numeric_limits<std::int32_t>::max());
    if (!partition)
        throw std::runtime_error("\"partition\" is missing");
    sample.id = {json.at("topic").get<std::string>(), static_cast<std::int32_t>(*partition)};
    sample.groupPosition = getInteger(json, "group_position");
    sample.checkpointPosition = getInteger(json, "checkpoint_position");
    sample.checkpointTime = getTime(json, "checkpoint_time");
    sample.logStart = getInteger(json, "log_start");
    sample.head = getInteger(json, "head");
    sample.end = getInteger(json, "end");
    sample.lag = getLag(json);
    sample.owner = json.value("owner", "");
    sample.error = getError(json);
    return sample;
}

SamplesHeader getHeader(const Json& json)
{
    if (json.value("format", "") != "projectionist-samples" || json.value("version", 0) != 1)
        throw std::runtime_error(R"(the first line is not {"format":"projectionist-samples","version":1,...})");
    SamplesHeader header;
    header.projection = json.value("projection", "");
    if (const auto ms = getInteger(json, "objective_ms"))
        header.settings.objective = Duration(*ms);
    constexpr std::int64_t day = 86'400'000;
    header.settings.interval = Duration(getInteger(json, "interval_ms", 1, day).value_or(1000));
    header.settings.rebuild = json.value("rebuild", false);
    for (const auto& text : json.value("known_resets", std::vector<std::string>()))
        header.settings.knownResets.push_back(getTime({{"known_resets", text}}, "known_resets").value());
    return header;
}

std::optional<int> getMembers(const Json& json)
{
    const auto members = getInteger(json, "members", 0, std::numeric_limits<int>::max());
    return members ? std::optional(static_cast<int>(*members)) : std::nullopt;
}

void getSides(const Json& json, ProjectionSample& sample)
{
    if (const auto group = get<Json>(json, "group"))
        sample.group = GroupObservation{group->value("state", ""), getMembers(*group),
                                        group->value("names", std::vector<std::string>())};
    if (const auto side = get<Json>(json, "write_side"))
        sample.writeSide = WriteSideObservation{getInteger(*side, "pending").value_or(0), getTime(*side, "oldest"),
                                                getInteger(*side, "written")};
}

ProjectionSample getSample(const Json& json, const std::string& projection)
{
    ProjectionSample sample;
    sample.projection = projection;
    const auto at = getTime(json, "at");
    if (!at)
        throw std::runtime_error("\"at\" is missing");
    sample.at = *at;
    sample.monotonic = Duration(getInteger(json, "monotonic_ms").value_or(at->time_since_epoch().count()));
    sample.fresh = json.value("fresh", true);
    for (const auto& partition : json.value("partitions", Json::array()))
        sample.partitions.push_back(getPartition(partition));
    std::sort(sample.partitions.begin(), sample.partitions.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
    getSides(json, sample);
    sample.heartbeat = getTime(json, "heartbeat");
    sample.error = getError(json);
    return sample;
}

} // namespace

std::string samplesHeaderLine(const SamplesHeader& header)
{
    Json json{{"format", "projectionist-samples"},
              {"version", 1},
              {"projection", header.projection},
              {"interval_ms", header.settings.interval.count()},
              {"rebuild", header.settings.rebuild}};
    if (header.settings.objective)
        json["objective_ms"] = header.settings.objective->count();
    for (const auto reset : header.settings.knownResets)
        json["known_resets"].push_back(formatRfc3339(reset));
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string sampleLine(const ProjectionSample& sample)
{
    Json json{{"at", formatRfc3339(sample.at)}, {"monotonic_ms", sample.monotonic.count()}, {"fresh", sample.fresh}};
    json["partitions"] = Json::array();
    for (const auto& partition : sample.partitions)
        json["partitions"].push_back(partitionJson(partition));
    if (sample.group) {
        json["group"] = {{"state", sample.group->state}, {"names", sample.group->memberNames}};
        put(json["group"], "members", sample.group->members);
    }
    if (sample.heartbeat)
        json["heartbeat"] = formatRfc3339(*sample.heartbeat);
    if (sample.writeSide) {
        json["write_side"] = {{"pending", sample.writeSide->pending}};
        put(json["write_side"], "written", sample.writeSide->written);
        if (sample.writeSide->oldest)
            json["write_side"]["oldest"] = formatRfc3339(*sample.writeSide->oldest);
    }
    if (sample.error)
        json["error"] = errorJson(*sample.error);
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<RecordedSession> readSamples(std::istream& in, const std::string& name)
{
    RecordedSession session;
    std::string line;
    bool headed = false;
    for (int number = 1; std::getline(in, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos)
            continue;
        try {
            const Json json = Json::parse(line);
            if (headed)
                session.samples.push_back(getSample(json, session.header.projection));
            else
                session.header = getHeader(json);
            headed = true;
        } catch (const std::exception& fault) {
            return tl::unexpected(Error{ErrorKind::InvalidData, fmt::format("{}:{}: not a sample", name, number),
                                        fault.what(), "See samples-format.md in the help for the format.", false});
        }
    }
    if (!headed)
        return tl::unexpected(Error{ErrorKind::InvalidData, name + ": no samples", "the file is empty",
                                    "Record a session first.", false});
    return session;
}

Result<RecordedSession> readSamples(const std::filesystem::path& file)
{
    std::ifstream in(file);
    if (!in)
        return tl::unexpected(Error{ErrorKind::NotFound, "Cannot open " + file.string(),
                                    "it does not exist or is not readable", "Check the path.", false});
    return readSamples(in, file.string());
}

Result<SamplesWriter> SamplesWriter::create(const std::filesystem::path& file, const SamplesHeader& header)
{
    std::ofstream out(file, std::ios::trunc);
    out << samplesHeaderLine(header) << '\n' << std::flush;
    if (!out)
        return tl::unexpected(Error{ErrorKind::Resource, "Cannot write " + file.string(),
                                    "the file could not be created", "Check the folder's rights and free space.",
                                    false});
    return SamplesWriter(std::move(out), file.string());
}

Result<void> SamplesWriter::append(const ProjectionSample& sample)
{
    m_out << sampleLine(sample) << '\n' << std::flush;
    if (!m_out)
        return tl::unexpected(Error{ErrorKind::Resource, "Cannot write " + m_name,
                                    "writing failed; the disk may be full", "Free some space and record again.",
                                    false});
    return {};
}

std::vector<Assessment> replay(const RecordedSession& session)
{
    Evaluator evaluator(session.header.settings);
    std::vector<Assessment> made;
    made.reserve(session.samples.size());
    for (const auto& sample : session.samples)
        made.push_back(evaluator.step(sample, sample.at, sample.monotonic));
    return made;
}

} // namespace projectionist
