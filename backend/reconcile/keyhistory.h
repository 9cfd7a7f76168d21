// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/appliedpositions.h"
#include "backend/deadletter/letterconnectors.h"
#include "backend/reconcile/causerules.h"

namespace projectionist {

/// Whose events, and what they say.
struct EventSource
{
    const Workspace& workspace;
    const ProjectionSettings& projection; ///< its context's broker is read
    std::vector<std::string> erases;      ///< types of events that delete a row
};

struct KeyHistory
{
    std::vector<LoggedEvent> events; ///< oldest first
    std::string gap;                 ///< why an event that was found is not among them; empty: all are
};

/// The last events of some keys that a projection is past.
struct KeyHistories
{
    std::map<std::string, KeyHistory> keys; ///< of which events were found
    NextOffsets applied;                    ///< the projection's; partitions that are missing were read to their heads
    std::string gap;                        ///< why not everything was searched; empty: it was
    bool deleted = false;                   ///< retention has deleted the beginning of a partition
};

/// Reads the projection's topics backwards for at most `limit`, and `most` events of each key. An Error: the broker
/// cannot be asked, or `stop`. Blocks; any thread.
[[nodiscard]] Result<KeyHistories> readKeyHistories(const EventSource& source, const std::set<std::string>& keys,
                                                    std::size_t most, const LetterConnectors& connectors,
                                                    const Clock& clock, Duration limit, const std::stop_token& stop);

} // namespace projectionist
