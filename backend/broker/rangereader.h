// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/record.h"
#include "backend/core/error.h"

#include <functional>
#include <memory>
#include <span>
#include <stop_token>

namespace projectionist {

struct LogRange
{
    TopicPartition id;
    Offset from = 0;
    Offset to = 0; ///< first that is not read; not above the head

    bool operator==(const LogRange&) const = default;
};

/// Reads parts of a log once, from one offset to another. Assigned partitions, no group, no commits; the isolation
/// level is that of the settings. One thread at a time.
class RangeReader
{
public:
    virtual ~RangeReader() = default;
    RangeReader(const RangeReader&) = delete;
    RangeReader& operator=(const RangeReader&) = delete;

    /// Gives all records of these ranges to `take`, those of a partition in the order of offsets, each partition once.
    /// Success means that all ranges were passed; where retention or compaction took records there are fewer. Timeout
    /// when nothing came for so long: what was given until then is a beginning. Values are cut to maxBytes.
    [[nodiscard]] virtual Result<void> read(std::span<const LogRange> ranges, std::size_t maxBytes,
                                            const std::function<void(const Record&)>& take, Duration quiet,
                                            const std::stop_token& stop) = 0;

protected:
    RangeReader() = default;
};

} // namespace projectionist
