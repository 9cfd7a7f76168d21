// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/rawletter.h"
#include "backend/projector/eventvalue.h"

#include <vector>

namespace projectionist {

/// An event as a declaration reads it: a view.
struct ProjectedEvent
{
    std::string_view topic;
    std::int32_t partition = 0;
    Offset offset = 0;
    std::optional<TimePoint> timestamp{};
    std::string_view type{}; ///< as the conventions of headers have it; empty: not told
    std::optional<std::string_view> key{};
    std::span<const RawHeader> headers{};
    std::optional<std::string_view> payload{}; ///< JSON; nullopt: a tombstone
};

/// What a declaration asks of one event, read once; for DeclaredProjection only. Used again, it costs less.
struct EventReading
{
    const ProjectedEvent* event = nullptr;
    std::string type;
    std::vector<EventValue> values; ///< of PayloadPaths
};

/// "orders.events [3] at 1204 (OrderPlaced)": for messages.
[[nodiscard]] std::string placeOf(const ProjectedEvent& event, std::string_view type);

} // namespace projectionist
