// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

namespace projectionist {

/// An offset in a partition of an event log, 0 or more. "No offset" is std::optional, never a negative number.
using Offset = std::int64_t;

struct TopicPartition
{
    std::string topic;
    std::int32_t partition = 0;

    auto operator<=>(const TopicPartition&) const = default;
    bool operator==(const TopicPartition&) const = default;
};

/// "orders.events [3]"
[[nodiscard]] inline std::string toString(const TopicPartition& id)
{
    return id.topic + " [" + std::to_string(id.partition) + ']';
}

} // namespace projectionist

template<>
struct std::hash<projectionist::TopicPartition>
{
    std::size_t operator()(const projectionist::TopicPartition& id) const noexcept
    {
        return std::hash<std::string>{}(id.topic) ^ (static_cast<std::size_t>(id.partition) * 0x9e3779b97f4a7c15ULL);
    }
};
