// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/checksettings.h"
#include "backend/config/deadlettersettings.h"
#include "backend/config/projectorsettings.h"

namespace projectionist {

enum class Environment : std::uint8_t
{
    Development,
    Test,
    Production
};
[[nodiscard]] const char* toString(Environment environment) noexcept;

/// A configuration of another tool that a broker's properties start from.
struct BrokerReference
{
    enum class Kind : std::uint8_t
    {
        None,
        PropertiesFile,
        Kcat,
        Kafkactl
    };
    Kind kind = Kind::None;
    std::string file;    ///< as written, "~/" allowed; empty = where that tool looks for it
    std::string context; ///< of kafkactl; empty = its current one

    bool operator==(const BrokerReference&) const = default;
};

/// Brokers: resolved librdkafka properties (references read, ${env:} and ${file:} replaced).
struct BrokerSettings
{
    std::string name;
    std::map<std::string, std::string> properties;
    SettingOrigin origin;
    BrokerReference reference; ///< kept for saving; its properties are in `properties` already
    /// Own properties with their ${...}, as the file has them; saved in place of the value in `properties`, so whoever
    /// changes a property changes or erases it here too. Beside a reference only these are saved.
    std::map<std::string, std::string> written;

    bool operator==(const BrokerSettings&) const = default;
};

/// Read and write stores: a libpq connection string (URI or key=value), resolved.
struct StoreSettings
{
    std::string name;
    std::string connection; ///< may hold a password: never shown, see maskedConnection
    Duration statementTimeout{5000};
    SettingOrigin origin;
    /// The connection with its ${...}, as the file has it; saved in place of `connection` unless empty.
    std::string written;

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
    SettingOrigin origin;

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
    SettingOrigin origin;
    std::vector<std::string> deadLetters{};     ///< topics (patterns too) and tables whose letters are its own
    std::optional<RowQuerySettings> rowQuery{}; ///< for judging whether an event may be applied again
    std::string eventVersion{}; ///< "$.version" or "header:version": what the row's version is compared with
    std::optional<DeclaredProjectionSettings> declared{}; ///< how events make rows, for those who fold the log

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
    SettingOrigin origin;
    DeadLetterSettings deadLetters{};

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
    std::vector<CheckSettings> checks;

    [[nodiscard]] const ContextSettings* context(const std::string& name) const;
    [[nodiscard]] const BrokerSettings* broker(const std::string& name) const;
    [[nodiscard]] const StoreSettings* store(const std::string& name) const;
    [[nodiscard]] std::vector<ProjectionSettings> projectionsOf(const std::string& contextName) const;

    bool operator==(const Workspace&) const = default;
};

/// The connection string with every password replaced by "***"; for status lines and messages.
[[nodiscard]] std::string maskedConnection(const std::string& connection);

} // namespace projectionist
