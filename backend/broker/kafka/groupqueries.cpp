// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/groupqueries.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace projectionist::kafka {

namespace {

/// An admin request that times out before the protocol requests that it consists of have ended aborts the process in
/// all versions so far, when their answers come late (librdkafka issues 4605 and 3663). So it lives long, and we stop
/// to wait for it at our own deadline; socket.timeout.ms ends what it consists of.
constexpr int requestLifetimeMs = 300'000;

OptionsPtr optionsFor(const Handle& handle, rd_kafka_admin_op_t operation)
{
    OptionsPtr options(rd_kafka_AdminOptions_new(handle.get(), operation));
    char text[128];
    rd_kafka_AdminOptions_set_request_timeout(options.get(), requestLifetimeMs, text, sizeof text);
    return options;
}

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

GroupDescription descriptionOf(const Handle& handle, const rd_kafka_ConsumerGroupDescription_t* group)
{
    GroupDescription description;
    description.name = rd_kafka_ConsumerGroupDescription_group_id(group);
    if (const auto* error = rd_kafka_ConsumerGroupDescription_error(group)) {
        description.error = handle.explain(rd_kafka_error_code(error),
                                           fmt::format("Group \"{}\" cannot be described", description.name));
        return description;
    }
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

/// The requests of one PositionQueries::ask().
class PositionRound
{
public:
    PositionRound(Handle& handle, std::span<const GroupOffsetsQuery> queries, SteadyTime deadline)
        : m_handle(handle)
        , m_queries(queries)
        , m_deadline(deadline)
        , m_queue(rd_kafka_queue_new(handle.get()))
        , m_answers(queries.size())
        , m_codes(queries.size(), RD_KAFKA_RESP_ERR__TIMED_OUT)
    {
    }

    void run(const std::vector<std::size_t>& order)
    {
        constexpr std::size_t maxInFlight = 16;
        std::size_t next = 0;
        std::size_t inFlight = 0;
        while (next < order.size() || inFlight > 0) {
            while (inFlight < maxInFlight && next < order.size()) {
                send(order[next++]);
                ++inFlight;
            }
            const EventPtr event(rd_kafka_queue_poll(m_queue.get(), millisecondsUntil(m_deadline)));
            if (!event)
                return; // deadline; what comes later goes with the queue
            --inFlight;
            receive(event.get());
        }
    }

    [[nodiscard]] bool silent(std::size_t index) const { return isSilence(m_codes[index]); }
    [[nodiscard]] std::vector<GroupOffsets> takeAnswers()
    {
        for (std::size_t i = 0; i < m_answers.size(); ++i) {
            m_answers[i].group = m_queries[i].group;
            if (m_codes[i] != RD_KAFKA_RESP_ERR_NO_ERROR)
                m_answers[i].error = m_handle.explain(
                    m_codes[i], fmt::format("Positions of group \"{}\" cannot be read", m_queries[i].group));
        }
        return std::move(m_answers);
    }

private:
    void send(std::size_t index)
    {
        const GroupOffsetsQuery& query = m_queries[index];
        ListPtr list;
        if (!query.partitions.empty()) {
            list.reset(rd_kafka_topic_partition_list_new(static_cast<int>(query.partitions.size())));
            for (const TopicPartition& id : query.partitions)
                rd_kafka_topic_partition_list_add(list.get(), id.topic.c_str(), id.partition);
        }
        const OptionsPtr options = optionsFor(m_handle, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS);
        // Without it the offsets of open transactions would count as committed.
        const ErrorPtr stable(rd_kafka_AdminOptions_set_require_stable_offsets(options.get(), 1));
        rd_kafka_AdminOptions_set_opaque(options.get(), reinterpret_cast<void*>(index));
        using RequestPtr =
            std::unique_ptr<rd_kafka_ListConsumerGroupOffsets_t, Deleter<rd_kafka_ListConsumerGroupOffsets_destroy>>;
        const RequestPtr request(rd_kafka_ListConsumerGroupOffsets_new(query.group.c_str(), list.get()));
        rd_kafka_ListConsumerGroupOffsets_t* requests[] = {request.get()};
        rd_kafka_ListConsumerGroupOffsets(m_handle.get(), requests, 1, options.get(), m_queue.get());
    }

    void receive(rd_kafka_event_t* event)
    {
        const auto index = reinterpret_cast<std::size_t>(rd_kafka_event_opaque(event));
        auto code = rd_kafka_event_error(event);
        const rd_kafka_group_result_t* result = nullptr;
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
            std::size_t count = 0;
            const auto* const* groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
                rd_kafka_event_ListConsumerGroupOffsets_result(event), &count);
            result = count > 0 ? groups[0] : nullptr;
            const auto* error = result ? rd_kafka_group_result_error(result) : nullptr;
            code = !result ? RD_KAFKA_RESP_ERR__BAD_MSG : error ? rd_kafka_error_code(error) : code;
        }
        m_codes[index] = code;
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
            fill(m_answers[index], m_queries[index].group, rd_kafka_group_result_partitions(result));
    }

    void fill(GroupOffsets& answer, const std::string& group, const rd_kafka_topic_partition_list_t* list) const
    {
        for (int i = 0; list && i < list->cnt; ++i) {
            const auto& element = list->elems[i];
            GroupOffset offset{{element.topic, element.partition}, {}, {}};
            if (element.err != RD_KAFKA_RESP_ERR_NO_ERROR)
                offset.error =
                    m_handle.explain(element.err, fmt::format("Position of group \"{}\" in {} cannot be read", group,
                                                              toString(offset.id)));
            else if (element.offset >= 0)
                offset.position = element.offset;
            answer.offsets.push_back(std::move(offset));
        }
        std::ranges::sort(answer.offsets, {}, &GroupOffset::id);
    }

    Handle& m_handle;
    const std::span<const GroupOffsetsQuery> m_queries;
    const SteadyTime m_deadline;
    const QueuePtr m_queue;
    std::vector<GroupOffsets> m_answers;
    std::vector<rd_kafka_resp_err_t> m_codes; ///< parallel to the answers
};

} // namespace

Result<std::vector<GroupSummary>> listGroups(Handle& handle, SteadyTime deadline, std::vector<Error>& errors)
{
    handle.serve();
    const auto what = fmt::format("Groups of broker \"{}\" cannot be listed", handle.name());
    if (handle.isMock(deadline))
        return tl::unexpected(mockError(what));
    const QueuePtr queue(rd_kafka_queue_new(handle.get()));
    const OptionsPtr options = optionsFor(handle, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS);
    rd_kafka_ListConsumerGroups(handle.get(), options.get(), queue.get());
    const EventPtr event(rd_kafka_queue_poll(queue.get(), millisecondsUntil(deadline)));
    const auto code = event ? rd_kafka_event_error(event.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tl::unexpected(handle.explain(code, what));

    const auto* result = rd_kafka_event_ListConsumerGroups_result(event.get());
    std::size_t count = 0;
    const auto* const* failures = rd_kafka_ListConsumerGroups_result_errors(result, &count);
    const std::size_t failed = count;
    for (std::size_t i = 0; i < failed; ++i)
        errors.push_back(handle.explain(rd_kafka_error_code(failures[i]), what));
    const auto* const* listings = rd_kafka_ListConsumerGroups_result_valid(result, &count);
    if (count == 0 && failed > 0)
        return tl::unexpected(errors.back());
    std::vector<GroupSummary> groups;
    for (std::size_t i = 0; i < count; ++i)
        groups.push_back({rd_kafka_ConsumerGroupListing_group_id(listings[i]),
                          rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupListing_state(listings[i])),
                          rd_kafka_ConsumerGroupListing_is_simple_consumer_group(listings[i]) ? "" : "consumer"});
    std::ranges::sort(groups, {}, &GroupSummary::name);
    return groups;
}

Result<std::vector<GroupDescription>> describeGroups(Handle& handle, std::span<const std::string> groups,
                                                     SteadyTime deadline)
{
    handle.serve();
    if (groups.empty())
        return std::vector<GroupDescription>{};
    const auto what = fmt::format("Groups of broker \"{}\" cannot be described", handle.name());
    if (handle.isMock(deadline)) // it would never answer, and the handle could not be closed
        return tl::unexpected(mockError(what));
    const std::set<std::string> names(groups.begin(), groups.end());
    std::vector<const char*> pointers;
    for (const std::string& name : names)
        pointers.push_back(name.c_str());
    const QueuePtr queue(rd_kafka_queue_new(handle.get()));
    const OptionsPtr options = optionsFor(handle, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS);
    rd_kafka_DescribeConsumerGroups(handle.get(), pointers.data(), pointers.size(), options.get(), queue.get());
    const EventPtr event(rd_kafka_queue_poll(queue.get(), millisecondsUntil(deadline)));
    const auto code = event ? rd_kafka_event_error(event.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tl::unexpected(handle.explain(code, what));

    std::size_t count = 0;
    const auto* const* results = rd_kafka_DescribeConsumerGroups_result_groups(
        rd_kafka_event_DescribeConsumerGroups_result(event.get()), &count);
    std::vector<GroupDescription> described;
    for (std::size_t i = 0; i < count; ++i)
        described.push_back(descriptionOf(handle, results[i]));
    correctNewProtocol(handle, described, deadline);

    std::map<std::string_view, const GroupDescription*> byName;
    for (const GroupDescription& group : described)
        byName.emplace(group.name, &group);
    std::vector<GroupDescription> ordered;
    for (const std::string& name : groups) {
        const auto found = byName.find(name);
        ordered.push_back(found != byName.end()
                              ? *found->second
                              : GroupDescription{name, "", {}, errorFor(RD_KAFKA_RESP_ERR__BAD_MSG, what)});
    }
    return ordered;
}

Result<std::vector<GroupOffsets>> PositionQueries::ask(Handle& handle, std::span<const GroupOffsetsQuery> queries,
                                                       SteadyTime deadline)
{
    handle.serve();
    std::vector<std::size_t> order(queries.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::ranges::stable_partition(order, [&](std::size_t i) { return !m_silent.contains(queries[i].group); });
    PositionRound round(handle, queries, deadline);
    round.run(order);
    m_silent.clear();
    for (std::size_t i = 0; i < queries.size(); ++i)
        if (round.silent(i))
            m_silent.insert(queries[i].group);
    auto answers = round.takeAnswers();
    if (m_silent.size() == queries.size() && !queries.empty())
        return tl::unexpected(*answers.front().error);
    if (m_silent.empty())
        handle.log().succeeded();
    return answers;
}

} // namespace projectionist::kafka
