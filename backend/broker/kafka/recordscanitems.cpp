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
    m_lastHeaderCount = 0;
    m_valueBytes = 0;
}

void ScanBatch::add(std::uint32_t slot, const rd_kafka_message_t& message, std::size_t maxValueBytes)
{
    Stored record;
    record.firstHeader = m_headers.size();
    record.partition = message.partition;
    record.offset = message.offset;
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    const std::int64_t time = rd_kafka_message_timestamp(&message, &type);
    if (type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE && time >= 0)
        record.timestamp = TimePoint(Duration(time));
    record.appendTime = type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME;
    record.keySize = message.key ? static_cast<std::uint32_t>(message.key_len) : null;
    record.wholeValueSize = message.len;
    m_valueBytes += message.len;
    record.valueSize = message.payload ? static_cast<std::uint32_t>(std::min(message.len, maxValueBytes)) : null;
    const std::size_t bytes = addHeaders(message, record);
    record.begin = m_bytes.size();
    m_bytes.resize(record.begin + bytes + (message.key ? record.keySize : 0) +
                   (message.payload ? record.valueSize : 0));
    char* to = m_bytes.data() + record.begin;
    const auto append = [&to](const void* from, std::uint32_t size) {
        if (from && size > 0)
            to = static_cast<char*>(std::memcpy(to, from, size)) + size;
    };
    append(message.key, record.keySize);
    append(message.payload, record.valueSize);
    for (std::uint32_t i = 0; i < record.headerCount; ++i)
        append(m_values[i], m_headers[record.firstHeader + i].valueSize);
    m_steps.push_back({slot, message.offset + 1, static_cast<std::uint32_t>(m_records.size())});
    m_records.push_back(record);
    m_lastFirstHeader = record.firstHeader;
    m_lastHeaderCount = record.headerCount;
}

std::size_t ScanBatch::addHeaders(const rd_kafka_message_t& message, Stored& record)
{
    m_values.clear();
    rd_kafka_headers_t* headers = nullptr;
    if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    std::size_t bytes = 0;
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR;
         ++i) {
        const std::string_view text(name);
        m_headers.push_back({placeOfName(text, i), static_cast<std::uint32_t>(text.size()),
                             value ? static_cast<std::uint32_t>(size) : null});
        m_values.push_back(value);
        bytes += value ? size : 0;
    }
    record.headerCount = static_cast<std::uint32_t>(m_values.size());
    return bytes;
}

std::size_t ScanBatch::placeOfName(std::string_view name, std::size_t header)
{
    if (header < m_lastHeaderCount) {
        const StoredHeader& last = m_headers[m_lastFirstHeader + header];
        if (name == std::string_view(m_bytes.data() + last.name, last.nameSize))
            return last.name;
    }
    m_bytes.insert(m_bytes.end(), name.begin(), name.end());
    return m_bytes.size() - name.size();
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
        headers[i].name = {m_bytes.data() + header.name, header.nameSize};
        headers[i].value = takeOr(header.valueSize);
    }
    view.headers = headers;
    return view;
}

} // namespace projectionist::kafka
