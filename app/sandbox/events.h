// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/producer.h"

#include <nlohmann/json.hpp>

namespace projectionist {

/// A domain event of orders and parcels. On the wire: key = aggregate, value = JSON, headers type, version, id,
/// correlation-id, occurred-at (RFC 3339).
struct Event
{
    std::string id;            ///< unique; the aggregate and its sequence: "ORD-0001042-3"
    std::string type;          ///< "OrderPlaced", ...
    int version = 1;           ///< of the type's schema
    std::string aggregate;     ///< "ORD-0001042", "PRC-0000977"; events of one are in order
    std::int64_t sequence = 0; ///< counts the events of the aggregate from 1
    std::string correlationId; ///< the order that it all began with
    TimePoint occurredAt{};
    nlohmann::json data;         ///< the payload; also holds the sequence
    std::int32_t partition = -1; ///< where it was read; -1 before it is published
    Offset position = -1;
    bool takenForNew = false; ///< delivered again, and the handler does not see that it was applied
};

[[nodiscard]] OutgoingRecord toRecord(const Event& event, const std::string& topic);
/// InvalidData: no event of ours.
[[nodiscard]] Result<Event> toEvent(const Record& record);
/// Why the handlers' decoder cannot read it: a field of a version that is newer than the decoder; nullopt: it can.
[[nodiscard]] std::optional<std::string> undecodable(const Event& event);

} // namespace projectionist
