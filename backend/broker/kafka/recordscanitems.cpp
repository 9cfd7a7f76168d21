// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/recordscanitems.h"

#include <algorithm>
#include <cstring>

namespace projectionist::kafka {

void ScanBatch::clear()
{
    m_steps.clear();
    m_records.clear();
    m_headers.clear();
    m_bytes.clear();
}

void ScanBatch::append(const void* data, std::size_t size)
{
    const auto* bytes = static_cast<const char*>(data);
    m_bytes.insert(m_bytes.end(), bytes, bytes + size);
}

void ScanBatch::add(std::uint32_t slot, const rd_kafka_message_t& message, std::size_t maxValueBytes)
{
    Stored record;
    record.begin = m_bytes.size();
    record.firstHeader = m_headers.size();
    record.partition = message.partition;
    record.offset = message.offset;
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    const std::int64_t time = rd_kafka_message_timestamp(&message, &type);
    if (type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && time >= 0)
        record.timestamp = TimePoint(Duration(time));
    record.appendTime = type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME;
    if (message.key) {
        record.keySize = static_cast<std::uint32_t>(message.key_len);
        append(message.key, message.key_len);
    }
    if (message.payload) {
        record.wholeValueSize = message.len;
        record.valueSize = static_cast<std::uint32_t>(std::min(message.len, maxValueBytes));
        append(message.payload, record.valueSize);
    }
    addHeaders(message, record);
    m_steps.push_back({slot, message.offset + 1, static_cast<std::uint32_t>(m_records.size())});
    m_records.push_back(record);
}

void ScanBatch::addHeaders(const rd_kafka_message_t& message, Stored& record)
{
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
        StoredHeader header{static_cast<std::uint32_t>(std::strlen(name)), null};
        append(name, header.nameSize);
        if (value) {
            header.valueSize = static_cast<std::uint32_t>(size);
            append(value, size);
        }
        m_headers.push_back(header);
        ++record.headerCount;
    }
}

RecordView ScanBatch::record(std::uint32_t at, std::vector<HeaderView>& headers) const
{
    const Stored& stored = m_records[at];
    const char* bytes = m_bytes.data() + stored.begin;
    const auto take = [&bytes](std::uint32_t size) {
        const std::string_view text(bytes, size);
        bytes += size;
        return text;
    };
    const auto takeOr = [&](std::uint32_t size) { return size == null ? std::nullopt : std::optional(take(size)); };
    RecordView view;
    view.partition = stored.partition;
    view.offset = stored.offset;
    view.timestamp = stored.timestamp;
    view.appendTime = stored.appendTime;
    view.key = takeOr(stored.keySize);
    view.value = takeOr(stored.valueSize);
    view.valueSize = stored.wholeValueSize;
    headers.resize(stored.headerCount);
    for (std::uint32_t i = 0; i < stored.headerCount; ++i) {
        const StoredHeader& header = m_headers[stored.firstHeader + i];
        headers[i].name = take(header.nameSize);
        headers[i].value = takeOr(header.valueSize);
    }
    view.headers = headers;
    return view;
}

} // namespace projectionist::kafka
