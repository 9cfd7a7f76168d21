// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/eventlog.h"
#include "backend/config/workspace.h"
#include "backend/deadletter/connectrest.h"

namespace projectionist {

/// A topic with dead letters, or one where they wait to be tried again.
struct DeadLetterTopic
{
    std::string name;
    std::string why;      ///< "named", "pattern *-dlt", "Connect sink-orders"
    std::string source;   ///< an existing topic that the events come from, guessed by name; empty: no idea
    bool retry = false;   ///< a step of a retry chain: what lies here is tried again by itself
    std::string step;     ///< of the chain: "0", "30s"; empty if not numbered
    bool missing = false; ///< named or configured, but the cluster has no such topic (yet)
    bool silent = false;  ///< its connector writes no headers, so that its letters do not tell why they failed

    bool operator==(const DeadLetterTopic&) const = default;
};

/// The topics of a cluster that hold dead letters, sorted by name. Internal ones are none unless named. Cheap: meant to
/// be asked whenever the cluster has described itself, so that new topics are found.
[[nodiscard]] std::vector<DeadLetterTopic> findDeadLetterTopics(const ClusterDescription& cluster,
                                                                const DeadLetterSettings& settings,
                                                                std::span<const ConnectQueue> connect);

/// What the '*' of a pattern stands for in `name`, in any case of letters (several joined by '.'), and the chain's step
/// where the pattern ends in N; nullopt: it does not fit. See defaultLetterPatterns().
struct TopicMatch
{
    std::string star;
    std::string step;

    bool operator==(const TopicMatch&) const = default;
};
[[nodiscard]] std::optional<TopicMatch> matchTopic(std::string_view pattern, std::string_view name);

/// Which projection a letter belongs to: by the context's owners, then by the projections' own dead_letters, then by
/// the group that failed.
class LetterOwners
{
public:
    LetterOwners(const Workspace& workspace, const std::string& context);

    /// Index into projections(); nullopt: nobody's. `topic` may be a table's name; `group` may be empty.
    [[nodiscard]] std::optional<std::size_t> ownerOf(std::string_view topic, std::string_view group) const;
    [[nodiscard]] const std::vector<ProjectionSettings>& projections() const { return m_projections; }

private:
    std::vector<ProjectionSettings> m_projections;
    std::vector<std::pair<LetterOwner, std::size_t>> m_owners;
};

} // namespace projectionist
