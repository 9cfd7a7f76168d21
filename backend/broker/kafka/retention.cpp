// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/retention.h"

#include "backend/broker/kafka/adminrequest.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <map>

namespace projectionist {

namespace {

using namespace kafka;
using ResourcePtr = std::unique_ptr<rd_kafka_ConfigResource_t, Deleter<rd_kafka_ConfigResource_destroy>>;

/// -1 is how Kafka writes "without limit".
std::optional<std::int64_t> limitOf(const std::map<std::string_view, std::string_view>& settings, std::string_view name)
{
    const auto found = settings.find(name);
    std::int64_t limit = -1;
    if (found != settings.end())
        std::from_chars(found->second.data(), found->second.data() + found->second.size(), limit);
    return limit < 0 ? std::nullopt : std::optional(limit);
}

TopicRetention retentionOf(const rd_kafka_ConfigResource_t* resource)
{
    TopicRetention retention;
    retention.topic = rd_kafka_ConfigResource_name(resource);
    if (const auto code = rd_kafka_ConfigResource_error(resource); code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        retention.error = errorFor(code, fmt::format("Retention of topic \"{}\" is not known", retention.topic));
        if (const char* text = rd_kafka_ConfigResource_error_string(resource))
            retention.error->why = text;
        return retention;
    }
    std::size_t count = 0;
    const auto* const* entries = rd_kafka_ConfigResource_configs(resource, &count);
    std::map<std::string_view, std::string_view> settings;
    for (std::size_t i = 0; i < count; ++i)
        if (const char* value = rd_kafka_ConfigEntry_value(entries[i]))
            settings.emplace(rd_kafka_ConfigEntry_name(entries[i]), value);
    const std::string_view policy = settings.contains("cleanup.policy") ? settings["cleanup.policy"] : "delete";
    retention.deletes = policy.find("delete") != std::string_view::npos;
    retention.compacts = policy.find("compact") != std::string_view::npos;
    if (retention.deletes) {
        if (const auto keeps = limitOf(settings, "retention.ms"))
            retention.keeps = Duration(*keeps);
        retention.bytes = limitOf(settings, "retention.bytes");
    }
    retention.largest = limitOf(settings, "max.message.bytes");
    retention.appendTime = settings["message.timestamp.type"] == "LogAppendTime";
    return retention;
}

/// Waits for a connection to tell.
bool isEmbedded(Handle& handle, SteadyTime deadline, const std::stop_token& stop)
{
    constexpr auto slice = std::chrono::milliseconds(100);
    std::optional<bool> mock;
    while (!mock && !stop.stop_requested() && std::chrono::steady_clock::now() < deadline)
        mock = handle.isMock(std::min(deadline, std::chrono::steady_clock::now() + slice));
    return mock.value_or(false);
}

} // namespace

Result<std::vector<TopicRetention>> topicRetention(const BrokerSettings& settings, std::span<const std::string> topics,
                                                   Duration timeout, const std::stop_token& stop)
{
    if (topics.empty())
        return std::vector<TopicRetention>{};
    const auto handle = openAdmin(settings);
    if (!handle)
        return tl::unexpected(handle.error());
    const auto what = fmt::format("Retention of the topics of broker \"{}\" is not known", settings.name);
    const auto began = std::chrono::steady_clock::now();
    if (isEmbedded(**handle, began + timeout, stop))
        return tl::unexpected(
            Error{ErrorKind::NotFound, what, "The embedded broker keeps no settings of topics", {}, false});
    timeout -= std::min(timeout, std::chrono::ceil<Duration>(std::chrono::steady_clock::now() - began));
    std::vector<ResourcePtr> owned;
    std::vector<rd_kafka_ConfigResource_t*> resources;
    for (const auto& topic : topics)
        resources.push_back(
            owned.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str())).get());
    const AdminRequest request(**handle, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout);
    rd_kafka_DescribeConfigs((*handle)->get(), resources.data(), resources.size(), request.options(), request.queue());
    const auto event = request.answer(what, stop);
    if (!event)
        return tl::unexpected(event.error());
    std::size_t count = 0;
    const auto* const* answers =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event->get()), &count);
    std::map<std::string, TopicRetention> found;
    for (std::size_t i = 0; i < count; ++i) {
        TopicRetention retention = retentionOf(answers[i]);
        found.insert_or_assign(retention.topic, std::move(retention));
    }
    std::vector<TopicRetention> rows;
    for (const auto& topic : topics) {
        TopicRetention& row = found[topic];
        if (row.topic.empty()) {
            row.topic = topic;
            row.error =
                errorFor(RD_KAFKA_RESP_ERR__BAD_MSG, fmt::format("Retention of topic \"{}\" is not known", topic));
        }
        rows.push_back(row);
    }
    return rows;
}

} // namespace projectionist
