// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/config/workspace.h"
#include "backend/store/relationalstore.h"

namespace projectionist {

struct DiscoveredGroup
{
    std::string name;
    std::string state;               ///< as the broker says, for example "Stable"
    std::vector<std::string> topics; ///< with a committed offset, sorted
    std::optional<Offset> backlog;   ///< over all of them; nullopt if a head is not known
    std::optional<Error> error;

    bool operator==(const DiscoveredGroup&) const = default;
};

/// A topic whose name says that failed events go there.
struct DiscoveredDeadLetters
{
    std::string topic;
    bool retry = false;            ///< a retry topic: what is in it is tried again
    std::string source;            ///< the topic it belongs to, if there is one of that name
    std::optional<Offset> records; ///< between log start and head

    bool operator==(const DiscoveredDeadLetters&) const = default;
};

struct BrokerDiscovery
{
    std::vector<std::string> topics; ///< without internal ones and dead letters, sorted
    std::vector<DiscoveredGroup> groups;
    std::vector<DiscoveredDeadLetters> deadLetters;
    std::vector<Error> problems; ///< what could not be asked; the rest is still good
};

/// A table whose columns look like positions of projections.
struct DiscoveredCheckpoints
{
    std::string store;
    std::string table;    ///< "public.projection_checkpoint", for people
    std::string query;    ///< for CheckpointSettings; has $1 if the table serves several projections
    std::string evidence; ///< which columns were taken for what
    bool severalProjections = false;
    std::vector<std::pair<std::string, std::vector<std::string>>> projections; ///< name and topics, from its rows

    bool operator==(const DiscoveredCheckpoints&) const = default;
};

struct DiscoveredOutbox
{
    std::string store;
    std::string table;
    std::string query; ///< for WriteSideSettings
    std::string evidence;

    bool operator==(const DiscoveredOutbox&) const = default;
};

struct StoreDiscovery
{
    std::vector<DiscoveredCheckpoints> checkpoints;
    std::vector<DiscoveredOutbox> outboxes;
    std::vector<Error> problems;
};

/// A projection worth watching, ready to be ticked.
struct ProposedProjection
{
    ProjectionSettings settings; ///< without context
    std::string evidence;        ///< "group stable, 3 topics; checkpoints in public.checkpoint"
    std::optional<Offset> backlog;
    bool recommended = true; ///< false: a group that consoles or tests leave behind, or one without a life

    bool operator==(const ProposedProjection&) const = default;
};

/// Asks for all groups and what they have committed, and for all topics. Reads only; for the thread that owns the
/// broker.
[[nodiscard]] BrokerDiscovery discoverBroker(Broker& broker, Duration timeout);
/// Looks at tables and columns that this user may read. Reads only; for the thread that owns the store.
[[nodiscard]] StoreDiscovery discoverStore(RelationalStore& store, const std::string& name);

/// Groups and checkpoint tables put together where name and topics agree. Recommended ones first, then by name.
[[nodiscard]] std::vector<ProposedProjection> proposeProjections(const BrokerDiscovery& broker,
                                                                 std::span<const StoreDiscovery> stores);
/// A workspace of one context to save and to watch.
[[nodiscard]] Workspace proposeWorkspace(const std::string& context, const BrokerSettings& broker,
                                         std::span<const StoreSettings> stores,
                                         std::span<const ProposedProjection> projections,
                                         std::span<const DiscoveredOutbox> outboxes);

/// Whether a topic's name says that failed events go there: nullopt if not. `topics` to find its source among.
[[nodiscard]] std::optional<DiscoveredDeadLetters> asDeadLetters(const std::string& topic,
                                                                 std::span<const std::string> topics);

} // namespace projectionist
