// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/record.h"

#include <span>
#include <string_view>

namespace projectionist {

struct RawHeader
{
    std::string_view name;
    std::optional<std::string_view> value; ///< nullopt: a null value, which is not an empty one
};

/// A dead letter as it was read: a view, its owner keeps the bytes.
struct RawLetter
{
    std::string_view topic;
    std::int32_t partition = 0;
    Offset offset = 0;
    std::optional<TimePoint> timestamp;
    bool appendTime = false; ///< the timestamp is the broker's
    std::optional<std::string_view> key;
    std::optional<std::string_view> value;
    std::size_t valueSize = 0; ///< of the whole value where only its beginning was read; else 0
    std::span<const RawHeader> headers;
    /// Read from a database table: the id of the table's family ("axon"); the headers are its columns. Empty: a record.
    std::string_view table = {};
};

/// A view of `record`; `headers` is filled anew and has to live as long.
[[nodiscard]] inline RawLetter viewOf(const Record& record, std::vector<RawHeader>& headers)
{
    headers.clear();
    for (const auto& header : record.headers)
        headers.push_back({header.name, header.value});
    RawLetter letter;
    letter.topic = record.id.topic;
    letter.partition = record.id.partition;
    letter.offset = record.offset;
    letter.timestamp = record.timestamp;
    letter.appendTime = record.appendTime;
    letter.key = record.key;
    letter.value = record.value;
    letter.headers = headers;
    return letter;
}

} // namespace projectionist
