// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/groupqueries.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

namespace projectionist::kafka {

namespace {

Error mockError(std::string what)
{
    return {ErrorKind::NotFound, std::move(what), "The embedded broker keeps no list of groups and their members",
            "Name the groups in the workspace; their positions can be read", false};
}

GroupMember memberOf(const rd_kafka_MemberDescription_t* description)
{
    const auto text = [](const char* value) { return std::string(value ? value : ""); };
    GroupMember member{text(rd_kafka_MemberDescription_consumer_id(description)),
                       text(rd_kafka_MemberDescription_client_id(description)),
                       text(rd_kafka_MemberDescription_host(description)),
                       {}};
    if (const auto* assignment = rd_kafka_MemberDescription_assignment(description)) {
        const auto* list = rd_kafka_MemberAssignment_partitions(assignment);
        for (int i = 0; list && i < list->cnt; ++i)
            member.assignment.push_back({list->elems[i].topic, list->elems[i].partition});
    }
    std::ranges::sort(member.assignment);
    return member;
}

GroupDescription descriptionOf(const rd_kafka_ConsumerGroupDescription_t* group)
{
    GroupDescription description;
    description.state = rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupDescription_state(group));
    for (std::size_t i = 0; i < rd_kafka_ConsumerGroupDescription_member_count(group); ++i)
        description.members.push_back(memberOf(rd_kafka_ConsumerGroupDescription_member(group, i)));
    return description;
}

/// A group of the new protocol (KIP-848) looks dead to librdkafka before 2.10; the list of groups knows better.
void correctNewProtocol(Handle& handle, std::vector<GroupDescription>& groups, SteadyTime deadline)
{
    const auto suspicious = [](const GroupDescription& group) { return !group.error && group.state == "Dead"; };
    if (rd_kafka_version() >= 0x020a00ff || std::ranges::none_of(groups, suspicious))
        return;
    std::vector<Error> ignored; // the descriptions stand as they are then
    const auto listed = listGroups(handle, deadline, ignored);
    if (!listed)
        return;
    for (GroupDescription& group : groups) {
        const auto known = std::ranges::find(*listed, group.name, &GroupSummary::name);
        if (!suspicious(group) || known == listed->end() || known->state == "Dead")
            continue;
        group.state = known->state;
        group.error = Error{ErrorKind::NotFound, fmt::format("Members of group \"{}\" are not known", group.name),
                            fmt::format("The group uses the new consumer protocol, which librdkafka {} cannot describe",
                                        rd_kafka_version_str()),
                            "Use librdkafka 2.10 or later; positions are right without it", false};
    }
}

OptionsPtr positionOptions(rd_kafka_t* rk, void* opaque)
{
    OptionsPtr options = lastingOptions(rk, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS);
    // Without it the offsets of open transactions would count as committed.
    const ErrorPtr stable(rd_kafka_AdminOptions_set_require_stable_offsets(options.get(), 1));
    rd_kafka_AdminOptions_set_opaque(options.get(), opaque);
    return options;
}

std::string textOf(std::span<const TopicPartition> partitions)
{
    std::string text;
    for (const TopicPartition& id : partitions)
        text += toString(id) + '\n';
    return text;
}

void sendPositionsQuery(rd_kafka_t* rk, const GroupOffsetsQuery& query, void* opaque, rd_kafka_queue_t* queue)
{
    ListPtr list;
    if (!query.partitions.empty()) {
        list.reset(rd_kafka_topic_partition_list_new(static_cast<int>(query.partitions.size())));
        for (const TopicPartition& id : query.partitions)
            rd_kafka_topic_partition_list_add(list.get(), id.topic.c_str(), id.partition);
    }
    using RequestPtr =
        std::unique_ptr<rd_kafka_ListConsumerGroupOffsets_t, Deleter<rd_kafka_ListConsumerGroupOffsets_destroy>>;
    const RequestPtr request(rd_kafka_ListConsumerGroupOffsets_new(query.group.c_str(), list.get()));
    rd_kafka_ListConsumerGroupOffsets_t* requests[] = {request.get()};
    rd_kafka_ListConsumerGroupOffsets(rk, requests, 1, positionOptions(rk, opaque).get(), queue);
}

rd_kafka_resp_err_t receivePositions(const Handle& handle, rd_kafka_event_t* event, GroupOffsets& answer)
{
    std::size_t count = 0;
    const auto* const* groups =
        rd_kafka_ListConsumerGroupOffsets_result_groups(rd_kafka_event_ListConsumerGroupOffsets_result(event), &count);
    if (count == 0)
        return RD_KAFKA_RESP_ERR__BAD_MSG;
    if (const auto* error = rd_kafka_group_result_error(groups[0]))
        return rd_kafka_error_code(error);
    std::vector<const rd_kafka_topic_partition_t*> elements; // sorting these moves less than sorting the answer
    const auto* list = rd_kafka_group_result_partitions(groups[0]);
    for (int i = 0; list && i < list->cnt; ++i)
        elements.push_back(&list->elems[i]);
    std::sort(elements.begin(), elements.end(), [](const auto* a, const auto* b) {
        const int topics = std::strcmp(a->topic, b->topic);
        return topics < 0 || (topics == 0 && a->partition < b->partition);
    });
    answer.offsets.reserve(elements.size());
    for (const auto* element : elements) {
        GroupOffset offset{{element->topic, element->partition}, {}, {}};
        if (element->err != RD_KAFKA_RESP_ERR_NO_ERROR)
            offset.error = handle.explain(element->err, fmt::format("Position of group \"{}\" in {} cannot be read",
                                                                    answer.group, toString(offset.id)));
        else if (element->offset >= 0)
            offset.position = element->offset;
        answer.offsets.push_back(std::move(offset));
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

void sendDescribe(rd_kafka_t* rk, std::string_view group, void* opaque, rd_kafka_queue_t* queue)
{
    const OptionsPtr options = lastingOptions(rk, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS);
    rd_kafka_AdminOptions_set_opaque(options.get(), opaque);
    const std::string name(group);
    const char* names[] = {name.c_str()};
    rd_kafka_DescribeConsumerGroups(rk, names, 1, options.get(), queue);
}

/// The list as it was asked for before there were admin requests. It bears what the newer one of librdkafka 2.0.2
/// stumbles over.
Result<std::vector<GroupSummary>> listGroupsPlainly(const Handle& handle, const std::string& what, SteadyTime deadline,
                                                    std::vector<Error>& errors)
{
    const rd_kafka_group_list* list = nullptr;
    const auto code = rd_kafka_list_groups(handle.get(), nullptr, &list, std::max(1, millisecondsUntil(deadline)));
    const std::unique_ptr<const rd_kafka_group_list, Deleter<rd_kafka_group_list_destroy>> owned(list);
    if (!list)
        return tl::unexpected(handle.explain(code, what));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        errors.push_back(handle.explain(RD_KAFKA_RESP_ERR__TIMED_OUT, what));
    std::vector<GroupSummary> groups;
    for (int i = 0; i < list->group_cnt; ++i)
        groups.push_back({list->groups[i].group, list->groups[i].state, list->groups[i].protocol_type});
    std::ranges::sort(groups, {}, &GroupSummary::name);
    return groups;
}

/// Each broker is asked for itself and ended in time: only requests that look for a coordinator need lastingOptions().
EventPtr requestList(const Handle& handle, SteadyTime deadline)
{
    const QueuePtr queue(rd_kafka_queue_new(handle.get()));
    const OptionsPtr options(rd_kafka_AdminOptions_new(handle.get(), RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS));
    char text[128];
    rd_kafka_AdminOptions_set_request_timeout(options.get(), std::max(1, millisecondsUntil(deadline) * 9 / 10), text,
                                              sizeof text);
    rd_kafka_ListConsumerGroups(handle.get(), options.get(), queue.get());
    return EventPtr(rd_kafka_queue_poll(queue.get(), millisecondsUntil(deadline)));
}

bool isParseError(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__BAD_MSG || code == RD_KAFKA_RESP_ERR__UNDERFLOW;
}

} // namespace

Result<std::vector<GroupSummary>> listGroups(Handle& handle, SteadyTime deadline, std::vector<Error>& errors)
{
    handle.serve();
    const auto what = fmt::format("Groups of broker \"{}\" cannot be listed", handle.name());
    if (handle.isMock(deadline).value_or(false))
        return tl::unexpected(mockError(what));
    const EventPtr event = requestList(handle, deadline);
    const auto code = event ? rd_kafka_event_error(event.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    if (isParseError(code))
        return listGroupsPlainly(handle, what, deadline, errors);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tl::unexpected(handle.explain(code, what));

    const auto* result = rd_kafka_event_ListConsumerGroups_result(event.get());
    std::size_t count = 0;
    const auto* const* failures = rd_kafka_ListConsumerGroups_result_errors(result, &count);
    const std::span failed(failures, count);
    if (std::ranges::any_of(failed, [](const auto* error) { return isParseError(rd_kafka_error_code(error)); }))
        return listGroupsPlainly(handle, what, deadline, errors);
    for (const auto* error : failed)
        errors.push_back(handle.explain(rd_kafka_error_code(error), what));
    const auto* const* listings = rd_kafka_ListConsumerGroups_result_valid(result, &count);
    if (count == 0 && !failed.empty())
        return tl::unexpected(errors.back());
    std::vector<GroupSummary> groups;
    for (std::size_t i = 0; i < count; ++i)
        groups.push_back({rd_kafka_ConsumerGroupListing_group_id(listings[i]),
                          rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupListing_state(listings[i])),
                          rd_kafka_ConsumerGroupListing_is_simple_consumer_group(listings[i]) ? "" : "consumer"});
    std::ranges::sort(groups, {}, &GroupSummary::name);
    return groups;
}

Result<std::vector<GroupDescription>> GroupDescriptions::ask(Handle& handle, std::span<const std::string> groups,
                                                             SteadyTime deadline)
{
    handle.serve();
    if (groups.empty())
        return std::vector<GroupDescription>{};
    if (handle.isMock(deadline).value_or(false)) // it would never answer, and the handle could not be closed
        return tl::unexpected(mockError(fmt::format("Groups of broker \"{}\" cannot be described", handle.name())));
    const std::vector<std::string_view> names(groups.begin(), groups.end());
    std::vector<GroupDescription> described(groups.size());
    const auto codes = m_requests.run(handle, names, deadline,
                                      {[](std::size_t) { return std::string(); },
                                       [&](std::size_t i, void* opaque, rd_kafka_queue_t* queue) {
                                           sendDescribe(handle.get(), names[i], opaque, queue);
                                       },
                                       [&](std::size_t i, rd_kafka_event_t* event, Duration) {
                                           std::size_t count = 0;
                                           const auto* const* results = rd_kafka_DescribeConsumerGroups_result_groups(
                                               rd_kafka_event_DescribeConsumerGroups_result(event), &count);
                                           if (count == 0)
                                               return RD_KAFKA_RESP_ERR__BAD_MSG;
                                           if (const auto* error = rd_kafka_ConsumerGroupDescription_error(results[0]))
                                               return rd_kafka_error_code(error);
                                           described[i] = descriptionOf(results[0]);
                                           return RD_KAFKA_RESP_ERR_NO_ERROR;
                                       }});
    for (std::size_t i = 0; i < groups.size(); ++i) {
        described[i].name = groups[i];
        if (codes[i] != RD_KAFKA_RESP_ERR_NO_ERROR)
            described[i].error = handle.explain(codes[i], fmt::format("Group \"{}\" cannot be described", groups[i]));
    }
    if (std::ranges::all_of(codes, isSilence))
        return tl::unexpected(*described.front().error);
    if (std::ranges::none_of(codes, isSilence)) // else the list would only cost time: a broker hangs
        correctNewProtocol(handle, described, deadline);
    return described;
}

Result<std::vector<GroupOffsets>> PositionQueries::ask(Handle& handle, std::span<const GroupOffsetsQuery> queries,
                                                       SteadyTime deadline)
{
    handle.serve();
    std::vector<std::string_view> names;
    std::vector<GroupOffsets> answers(queries.size());
    names.reserve(queries.size());
    for (std::size_t i = 0; i < queries.size(); ++i) {
        answers[i].group = queries[i].group;
        names.push_back(queries[i].group);
    }
    const auto codes = m_requests.run(handle, names, deadline,
                                      {[&](std::size_t i) { return textOf(queries[i].partitions); },
                                       [&](std::size_t i, void* opaque, rd_kafka_queue_t* queue) {
                                           sendPositionsQuery(handle.get(), queries[i], opaque, queue);
                                       },
                                       [&](std::size_t i, rd_kafka_event_t* event, Duration late) {
                                           answers[i].late = late;
                                           return receivePositions(handle, event, answers[i]);
                                       }});
    for (std::size_t i = 0; i < queries.size(); ++i)
        if (codes[i] != RD_KAFKA_RESP_ERR_NO_ERROR)
            answers[i].error =
                handle.explain(codes[i], fmt::format("Positions of group \"{}\" cannot be read", queries[i].group));
    if (std::ranges::none_of(codes, isSilence))
        handle.log().succeeded();
    if (!codes.empty() && std::ranges::all_of(codes, isSilence))
        return tl::unexpected(*answers.front().error);
    return answers;
}

} // namespace projectionist::kafka
