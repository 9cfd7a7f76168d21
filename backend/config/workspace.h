// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace projectionist {

enum class Environment : std::uint8_t
{
    Development,
    Test,
    Production
};
[[nodiscard]] const char* toString(Environment environment) noexcept;

/// Where a setting came from, for messages: file, line and column (1-based; 0 = not from a file).
struct Origin
{
    std::filesystem::path file;
    int line = 0;
    int column = 0;

    bool operator==(const Origin&) const = default;
};

/// Brokers: resolved librdkafka properties (references read, ${env:} and ${file:} replaced).
struct BrokerSettings
{
    std::string name;
    std::map<std::string, std::string> properties;
    Origin origin;

    bool operator==(const BrokerSettings&) const = default;
};

/// Read and write stores: a libpq connection string (URI or key=value), resolved.
struct StoreSettings
{
    std::string name;
    std::string connection; ///< may hold a password: never shown, see maskedConnection
    Duration statementTimeout{5000};
    Origin origin;

    bool operator==(const StoreSettings&) const = default;
};

/// A checkpoint query: rows of (topic text, partition int, position bigint [, updated_at timestamptz]). $1 is the
/// projection's name if the text holds $1. position is the next offset to apply.
struct CheckpointSettings
{
    std::string store;
    std::string query;

    bool operator==(const CheckpointSettings&) const = default;
};

/// An outbox query: one row of (pending bigint, oldest timestamptz [, written bigint]).
struct WriteSideSettings
{
    std::string name;
    std::string context;
    std::string store;
    std::string query;
    std::vector<std::string> topics; ///< what it feeds
    Origin origin;

    bool operator==(const WriteSideSettings&) const = default;
};

struct ProjectionSettings
{
    std::string name;
    std::string version; ///< "v2"; may be empty
    std::string context;
    std::vector<std::string> topics;
    std::string group; ///< consumer group; empty = none
    std::optional<CheckpointSettings> checkpoint;
    std::string readModel;             ///< "public.order_summary"; for people
    std::optional<Duration> objective; ///< for lag in time
    Origin origin;

    bool operator==(const ProjectionSettings&) const = default;
};

struct ContextSettings
{
    std::string name;
    Environment environment = Environment::Development;
    std::string color; ///< "#d55e00"; empty = by environment
    std::string broker;
    std::vector<std::string> stores;
    Duration interval{1000};    ///< between sampling cycles
    std::string sandboxControl; ///< path of a sandbox's control socket; empty = not a sandbox
    Origin origin;

    bool operator==(const ContextSettings&) const = default;
};

/// A workspace file after reading: complete, checked, secrets resolved.
struct Workspace
{
    std::filesystem::path file; ///< empty: made in memory
    std::string currentContext;
    std::vector<ContextSettings> contexts;
    std::vector<BrokerSettings> brokers;
    std::vector<StoreSettings> stores;
    std::vector<ProjectionSettings> projections;
    std::vector<WriteSideSettings> writeSides;

    [[nodiscard]] const ContextSettings* context(const std::string& name) const;
    [[nodiscard]] const BrokerSettings* broker(const std::string& name) const;
    [[nodiscard]] const StoreSettings* store(const std::string& name) const;
    [[nodiscard]] std::vector<ProjectionSettings> projectionsOf(const std::string& contextName) const;

    bool operator==(const Workspace&) const = default;
};

/// The connection string with every password replaced by "***"; for status lines and messages.
[[nodiscard]] std::string maskedConnection(const std::string& connection);

} // namespace projectionist
