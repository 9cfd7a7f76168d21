// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/topicadmin.h"

#include "backend/broker/kafka/adminrequest.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

using namespace kafka;
using NewTopicPtr = std::unique_ptr<rd_kafka_NewTopic_t, Deleter<rd_kafka_NewTopic_destroy>>;
using DeleteTopicPtr = std::unique_ptr<rd_kafka_DeleteTopic_t, Deleter<rd_kafka_DeleteTopic_destroy>>;

/// What is asked of all topics. `fine` is the outcome of NO_ERROR, `already` that of `alreadyCode`.
struct Order
{
    rd_kafka_admin_op_t operation;
    TopicOutcome fine;
    rd_kafka_resp_err_t alreadyCode;
    TopicOutcome already;
    const char* verb;
};

/// The broker names the topics in the order it likes.
std::vector<TopicResult> resultsOf(const std::vector<std::string>& names, const rd_kafka_topic_result_t** results,
                                   std::size_t count, const Order& order)
{
    std::vector<TopicResult> answers;
    for (const std::string& name : names) {
        const auto* const found = std::find_if(results, results + count, [&](const rd_kafka_topic_result_t* result) {
            return name == rd_kafka_topic_result_name(result);
        });
        const auto code = found == results + count ? RD_KAFKA_RESP_ERR__BAD_MSG : rd_kafka_topic_result_error(*found);
        TopicResult answer{name, order.fine, {}};
        if (code == order.alreadyCode) {
            answer.outcome = order.already;
        } else if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
            answer.outcome = TopicOutcome::Failed;
            answer.error = errorFor(code, fmt::format("Topic \"{}\" cannot be {}", name, order.verb));
            if (const char* text = found == results + count ? nullptr : rd_kafka_topic_result_error_string(*found))
                answer.error->why = text;
        }
        answers.push_back(std::move(answer));
    }
    return answers;
}

/// `send` sends the request, `topicsOf` finds the topics in its answer.
template<typename Send, typename TopicsOf>
Result<std::vector<TopicResult>> carryOut(const BrokerSettings& settings, const Order& order,
                                          const std::vector<std::string>& names, Duration timeout, Send&& send,
                                          TopicsOf&& topicsOf)
{
    const auto handle = openAdmin(settings);
    if (!handle)
        return tl::unexpected(handle.error());
    const AdminRequest request(**handle, order.operation, timeout);
    send((*handle)->get(), request.options(), request.queue());
    auto event = request.answer(fmt::format("Topics of broker \"{}\" cannot be {}", settings.name, order.verb));
    if (!event && event.error().kind == ErrorKind::Timeout)
        event.error().next += ". It may have been done nevertheless; asking again does no harm";
    if (!event)
        return tl::unexpected(event.error());
    std::size_t count = 0;
    const rd_kafka_topic_result_t** results = topicsOf(event->get(), &count);
    return resultsOf(names, results, count, order);
}

Result<NewTopicPtr> newTopic(const TopicSpec& topic)
{
    char text[256] = "";
    NewTopicPtr made(rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions, topic.replication, text, sizeof text));
    if (!made)
        return tl::unexpected(Error{ErrorKind::Configuration, fmt::format("Topic \"{}\" cannot be created", topic.name),
                                    text, "Correct its name and number of partitions", false});
    for (const auto& [name, value] : topic.config)
        rd_kafka_NewTopic_set_config(made.get(), name.c_str(), value.c_str());
    return made;
}

} // namespace

Result<std::vector<TopicResult>> createTopics(const BrokerSettings& settings, std::span<const TopicSpec> topics,
                                              Duration timeout)
{
    std::vector<NewTopicPtr> owned;
    std::vector<rd_kafka_NewTopic_t*> pointers;
    std::vector<std::string> names;
    for (const TopicSpec& topic : topics) {
        auto made = newTopic(topic);
        if (!made)
            return tl::unexpected(made.error());
        pointers.push_back(made->get());
        names.push_back(topic.name);
        owned.push_back(std::move(*made));
    }
    if (names.empty())
        return std::vector<TopicResult>{};
    return carryOut(
        settings,
        {RD_KAFKA_ADMIN_OP_CREATETOPICS, TopicOutcome::Created, RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS,
         TopicOutcome::Existed, "created"},
        names, timeout,
        [&](rd_kafka_t* rk, const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
            rd_kafka_CreateTopics(rk, pointers.data(), pointers.size(), options, queue);
        },
        [](rd_kafka_event_t* event, std::size_t* count) {
            return rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), count);
        });
}

Result<std::vector<TopicResult>> deleteTopics(const BrokerSettings& settings, std::span<const std::string> topics,
                                              Duration timeout)
{
    std::vector<DeleteTopicPtr> owned;
    std::vector<rd_kafka_DeleteTopic_t*> pointers;
    for (const std::string& topic : topics)
        pointers.push_back(owned.emplace_back(rd_kafka_DeleteTopic_new(topic.c_str())).get());
    if (topics.empty())
        return std::vector<TopicResult>{};
    return carryOut(
        settings,
        {RD_KAFKA_ADMIN_OP_DELETETOPICS, TopicOutcome::Deleted, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,
         TopicOutcome::Absent, "deleted"},
        {topics.begin(), topics.end()}, timeout,
        [&](rd_kafka_t* rk, const rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
            rd_kafka_DeleteTopics(rk, pointers.data(), pointers.size(), options, queue);
        },
        [](rd_kafka_event_t* event, std::size_t* count) {
            return rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), count);
        });
}

} // namespace projectionist
