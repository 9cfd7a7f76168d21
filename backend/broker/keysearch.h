// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/record.h"
#include "backend/config/workspace.h"
#include "backend/core/error.h"

#include <functional>
#include <memory>
#include <span>
#include <stop_token>

namespace projectionist {

/// Events to look for in one partition.
struct KeyRange
{
    TopicPartition id;
    Offset from = 0;               ///< first offset to look at
    std::optional<Offset> until{}; ///< first not to look at; nullopt, or beyond it: the head when the search begins
    std::vector<std::string> keys; ///< bytes, each once
};

/// What became of a range. Compaction keeps the newest event of each key, so that a key that went on is found in a
/// compacted topic as well, but for tombstones that were cleaned away.
struct KeyRangeOutcome
{
    Offset from = 0;      ///< where looking began: above KeyRange::from where retention has passed
    Offset passed = 0;    ///< looked at up to here
    bool complete = true; ///< nothing more was to be looked at, or to be found
    std::optional<Error> error{};
};

/// An event of a key that was looked for, while somebody is told of it.
struct FoundEvent
{
    Offset offset = 0;
    std::function<Record(std::size_t maxBytes)> record{}; ///< all of it, its value cut to so many bytes
};

/// Finds events by their keys, by reading the log. Assigned partitions, no group, no commits; the isolation level is
/// that of the settings. An object belongs to one thread.
class KeySearch
{
public:
    virtual ~KeySearch() = default;
    KeySearch(const KeySearch&) = delete;
    KeySearch& operator=(const KeySearch&) = delete;

    /// Tells of an event: the range, the key in it, the event. False: no more of this key; a range whose keys are all
    /// through is read no further.
    using Found = std::function<bool(std::size_t range, std::size_t key, const FoundEvent& event)>;
    /// Offsets that were looked at, of all ranges, and that there are.
    using Progress = std::function<void(std::uint64_t done, std::uint64_t total)>;
    /// All ranges in one pass, an outcome for each. Ends at `limit` or on `stop` with what there is. A partition may be
    /// in one range only. Events come in the order of offsets within a range.
    [[nodiscard]] virtual Result<std::vector<KeyRangeOutcome>> find(std::span<const KeyRange> ranges,
                                                                    const Found& found, const Progress& progress,
                                                                    Duration limit, const std::stop_token& stop) = 0;

protected:
    KeySearch() = default;
};

/// Settings are checked here; the first search connects.
[[nodiscard]] Result<std::unique_ptr<KeySearch>> searchKafkaKeys(const BrokerSettings& settings);

} // namespace projectionist
