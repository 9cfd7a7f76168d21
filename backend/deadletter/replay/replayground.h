// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/replay/replaychecks.h"
#include "backend/deadletter/replay/replayletters.h"

namespace projectionist {

// What planning and a later dry run have in common.

struct ReplayGround
{
    const ContextSettings* context = nullptr; ///< of the workspace
    std::shared_ptr<const DecodeRules> rules;
};
/// Configuration: there is no such context, or its rules contradict each other.
[[nodiscard]] Result<ReplayGround> replayGround(const Workspace& workspace, const std::string& context);

/// The broker, and what it says of itself; nullptr where the context has none.
[[nodiscard]] Result<std::pair<Broker*, ClusterDescription>> brokerOfReplay(ReplayLetters& reader,
                                                                            const ContextSettings& context);

/// Counts what is to be sent.
class OutgoingCounter
{
public:
    /// The cluster's topics tell where keys lead; it has to live as long.
    explicit OutgoingCounter(const ClusterDescription& cluster) : m_cluster(cluster) {}

    void add(const OutgoingRecord& record, const ReplayLetter& letter);
    [[nodiscard]] const OutgoingNumbers& numbers() const { return m_numbers; }

private:
    [[nodiscard]] std::int32_t partitionsOf(const std::string& topic) const;

    const ClusterDescription& m_cluster;
    OutgoingNumbers m_numbers;
};

} // namespace projectionist
