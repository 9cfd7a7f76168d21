// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/position.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace projectionist {

/// What is wrong with an event's version beside those before it.
struct VersionProblem
{
    std::string problem; ///< "gap", "duplicate", "step back"
    std::string finding; ///< a sentence that names both offsets

    bool operator==(const VersionProblem&) const = default;
};

/// Follows the versions of each key through a log, partition by partition. Remembers 40 bytes or so for a key, whatever
/// its length, and nothing of keys beyond the largest number of them.
class VersionFollower
{
public:
    explicit VersionFollower(std::size_t mostKeys) : m_mostKeys(mostKeys) {}

    /// The next event of a partition.
    [[nodiscard]] std::optional<VersionProblem> take(const TopicPartition& id, Offset offset, std::string_view key,
                                                     std::int64_t version);
    /// Events of keys that were too many.
    [[nodiscard]] std::uint64_t notFollowed() const { return m_notFollowed; }

private:
    struct Highest
    {
        std::int64_t version = 0;
        Offset offset = 0;
    };
    const std::size_t m_mostKeys;
    std::unordered_map<std::size_t, Highest> m_keys; ///< by the hash of partition and key
    std::uint64_t m_notFollowed = 0;
};

} // namespace projectionist
