// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filterschema.h"

namespace projectionist {

/// What a filter may name and a list may be sorted by, in the order of letterSchema(). The comments are its names.
enum class LetterField : std::uint8_t
{
    Projection,      ///< projection
    Consumer,        ///< consumer
    Topic,           ///< topic: or table, where the letter lies
    Exception,       ///< exception
    Pattern,         ///< message-pattern
    Frame,           ///< frame
    EventType,       ///< event
    Origin,          ///< origin
    Family,          ///< family
    Group,           ///< group: fingerprint, 16 hexadecimal digits
    State,           ///< state
    Partition,       ///< partition
    AtOffset,        ///< offset
    OriginPartition, ///< origin-partition
    OriginOffset,    ///< origin-offset
    Attempts,        ///< attempts
    Hops,            ///< hops
    Size,            ///< size: of the value, in bytes
    Arrived,         ///< arrived
    EventTime,       ///< event-time
    FailedAt,        ///< failed-at
    NextAttempt,     ///< next-attempt
    Delay,           ///< delay: from the event to its arrival as a dead letter
    HasPayload,      ///< has-payload
    Parked,          ///< parked
    Age,             ///< age: since it arrived; no column
    Message,         ///< message: asked of the letter, unless its pattern says as much
    Key,             ///< key: likewise, unless it was short enough to be kept
    EventId,         ///< event-id: asked of the letter
};
inline constexpr std::size_t letterFieldCount = static_cast<std::size_t>(LetterField::EventId) + 1;

/// What was done with a letter here. The words are those of the filter: "open", "replayed", "resolved".
enum class LetterState : std::uint8_t
{
    Open,
    Replayed,
    Resolved,
};

[[nodiscard]] const FilterSchema& letterSchema();
/// As in the schema: "message-pattern".
[[nodiscard]] const std::string& nameOf(LetterField field);

} // namespace projectionist
