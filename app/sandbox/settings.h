// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/core/error.h"

namespace projectionist {

/// What all processes of one sandbox have to know; the supervisor writes it to a file of mode 0600.
struct SandboxSettings
{
    std::map<std::string, std::string> broker; ///< librdkafka properties
    std::string postgres;                      ///< connection string; may hold a password
    std::string replica;                       ///< likewise of its standby; empty: there is none
    std::string schema = "sandbox_orders";     ///< everything in PostgreSQL is in it
    std::string topic = "orders.events";       ///< of the events; see deadLetterTopic()
    int partitions = 12;
    double rate = 50;    ///< events per second, mean of an hour
    bool steady = false; ///< the same load all the time
    std::uint64_t seed = 1;
    std::uint64_t badEvery = 6000;  ///< one event in so many is refused by a projection; 0 = none
    std::uint64_t eraseEvery = 200; ///< one event in so many erases an old order; 0 = none
    std::uint64_t history = 0;      ///< events written at once at the beginning
    std::filesystem::path faults;   ///< file that says which faults are active

    [[nodiscard]] BrokerSettings brokerSettings() const;
    [[nodiscard]] StoreSettings storeSettings() const;
    [[nodiscard]] StoreSettings replicaSettings() const;
    [[nodiscard]] std::string deadLetterTopic(const std::string& projection) const;
    /// The other ones keep theirs in the table dead_letter.
    [[nodiscard]] static bool hasDeadLetterTopic(const std::string& projection);
    [[nodiscard]] std::vector<std::string> topics() const; ///< with the dead-letter topics

    bool operator==(const SandboxSettings&) const = default;
};

/// The three read models, in the order of the workspace.
[[nodiscard]] const std::vector<std::string>& projectionNames();
/// The consumer group of parcel_tracking.
[[nodiscard]] std::string groupOf(const SandboxSettings& settings);

[[nodiscard]] Result<void> save(const SandboxSettings& settings, const std::filesystem::path& file);
[[nodiscard]] Result<SandboxSettings> loadSettings(const std::filesystem::path& file);

/// Writes a file of mode 0600 in one step: readers see the old text or the new one.
[[nodiscard]] Result<void> replaceFile(const std::filesystem::path& file, const std::string& text);

} // namespace projectionist
