// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/core/position.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace projectionist {

struct Header
{
    std::string name;
    std::optional<std::string> value; ///< bytes; nullopt = null header value

    bool operator==(const Header&) const = default;
};

/// One record of an event log. Key and value are bytes; nullopt is a null key or a tombstone.
struct Record
{
    TopicPartition id;
    Offset offset = 0;
    std::optional<TimePoint> timestamp;
    bool appendTime = false; ///< the timestamp is the broker's, not the producer's
    std::optional<std::string> key;
    std::optional<std::string> value;
    std::vector<Header> headers;
};

} // namespace projectionist
