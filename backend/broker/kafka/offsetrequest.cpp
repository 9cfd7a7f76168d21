// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/offsetlookup.h"

#include <cstring>
#include <unordered_map>

namespace projectionist::kafka {

namespace {

ListPtr listOf(std::span<const OffsetQuestion* const> chunk)
{
    ListPtr list(rd_kafka_topic_partition_list_new(static_cast<int>(chunk.size())));
    for (const OffsetQuestion* question : chunk)
        rd_kafka_topic_partition_list_add(list.get(), question->id.topic.c_str(), question->id.partition)->offset =
            question->time;
    return list;
}

/// Also for the heads, and in all versions: offsets -1 and -2 go to the broker as they are.
rd_kafka_resp_err_t requestByTimes(rd_kafka_t* rk, std::span<const OffsetQuestion* const> chunk, int timeoutMs,
                                   std::vector<OffsetRow>& rows)
{
    const ListPtr list = listOf(chunk);
    const auto code = rd_kafka_offsets_for_times(rk, list.get(), timeoutMs);
    rows.assign(chunk.size(), {});
    bool allKnown = true;
    for (std::size_t i = 0; i < chunk.size(); ++i) {
        const auto& element = list->elems[i];
        rows[i] = {element.offset, element.err};
        allKnown = allKnown && element.err != RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    // No partition has a leader: each row knows its own reason better than the call.
    if (code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION && allKnown)
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    return code;
}

#if RD_KAFKA_VERSION >= 0x020300ff
rd_kafka_resp_err_t requestByAdmin(rd_kafka_t* rk, std::span<const OffsetQuestion* const> chunk, int timeoutMs,
                                   std::vector<OffsetRow>& rows)
{
    const ListPtr list = listOf(chunk);
    const OptionsPtr options(rd_kafka_AdminOptions_new(rk, RD_KAFKA_ADMIN_OP_LISTOFFSETS));
    char text[128]; // longer than we wait, see lastingOptions()
    rd_kafka_AdminOptions_set_request_timeout(options.get(), 300'000, text, sizeof text);
    const ErrorPtr isolation(rd_kafka_AdminOptions_set_isolation_level(
        options.get(),
        readsCommitted(rk) ? RD_KAFKA_ISOLATION_LEVEL_READ_COMMITTED : RD_KAFKA_ISOLATION_LEVEL_READ_UNCOMMITTED));
    const QueuePtr queue(rd_kafka_queue_new(rk));
    rd_kafka_ListOffsets(rk, list.get(), options.get(), queue.get());
    const EventPtr event(rd_kafka_queue_poll(queue.get(), timeoutMs));
    if (!event)
        return RD_KAFKA_RESP_ERR__TIMED_OUT;
    if (const auto code = rd_kafka_event_error(event.get()); code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return code;

    std::unordered_map<TopicPartition, std::size_t> indexes;
    for (std::size_t i = 0; i < chunk.size(); ++i)
        indexes.emplace(chunk[i]->id, i);
    rows.assign(chunk.size(), {-1, RD_KAFKA_RESP_ERR__TIMED_OUT});
    std::size_t count = 0;
    const auto* const* infos =
        rd_kafka_ListOffsets_result_infos(rd_kafka_event_ListOffsets_result(event.get()), &count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto* partition = rd_kafka_ListOffsetsResultInfo_topic_partition(infos[i]);
        // A row that its leader did not answer keeps "invalid" and says no error.
        if (const auto at = indexes.find({partition->topic, partition->partition});
            at != indexes.end() && (partition->err || partition->offset != RD_KAFKA_OFFSET_INVALID))
            rows[at->second] = {partition->offset, partition->err};
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}
#endif

} // namespace

bool readsCommitted(rd_kafka_t* rk)
{
    char value[32] = "";
    std::size_t size = sizeof value;
    return rd_kafka_conf_get(rd_kafka_conf(rk), "isolation.level", value, &size) != RD_KAFKA_CONF_OK ||
           std::strcmp(value, "read_uncommitted") != 0;
}

rd_kafka_resp_err_t requestOffsets(rd_kafka_t* rk, std::span<const OffsetQuestion* const> chunk, int timeoutMs,
                                   std::vector<OffsetRow>& rows)
{
#if RD_KAFKA_VERSION >= 0x020300ff
    if (rd_kafka_version() >= 0x020300ff)
        return requestByAdmin(rk, chunk, timeoutMs, rows);
#endif
    return requestByTimes(rk, chunk, timeoutMs, rows);
}

} // namespace projectionist::kafka
