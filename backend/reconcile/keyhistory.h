// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/appliedpositions.h"
#include "backend/deadletter/letterconnectors.h"
#include "backend/deadletter/letterscanner.h"
#include "backend/deadletter/payloaddecode.h"
#include "backend/reconcile/keyevents.h"

namespace projectionist {

/// Whose events, and what they say.
struct EventSource
{
    const Workspace& workspace;
    const ProjectionSettings& projection; ///< its context's broker is read
    std::vector<std::string> erases;      ///< types of events that delete a row
};

/// The last events of some keys.
struct KeyHistories
{
    std::map<std::string, std::vector<LoggedEvent>> keys; ///< oldest first, of which events were found
    NextOffsets applied;                                  ///< the projection's, when begin() was called
    std::string gap;                                      ///< why not everything was searched; empty: it was
    bool deleted = false;                                 ///< retention has deleted the beginning of a partition
};

/// Reads the projection's topics backwards, from where it is. Rows of the read model are read between begin() and
/// read(): events that are not LoggedEvent::ahead were applied before, and the one that a row holds is found. Blocks;
/// belongs to one thread.
class KeyHistoryReader
{
public:
    KeyHistoryReader(EventSource source, const LetterConnectors& connectors, const Clock& clock, std::stop_token stop)
        : m_source(std::move(source)), m_connectors(connectors), m_clock(clock), m_stop(std::move(stop))
    {
    }

    /// An Error: the broker cannot be asked. Positions that cannot be read are not known: partitions are read to their
    /// heads then.
    [[nodiscard]] Result<void> begin();
    /// At most `most` events of each key, in at most `limit`.
    [[nodiscard]] Result<KeyHistories> read(const std::set<std::string>& keys, std::size_t most, Duration limit);

private:
    [[nodiscard]] Result<void> connect();
    [[nodiscard]] Result<ClusterDescription> describe();
    [[nodiscard]] Result<std::vector<TopicPartition>> partitions();
    [[nodiscard]] NextOffsets positions();
    [[nodiscard]] Result<std::vector<LogRange>> spans();
    [[nodiscard]] LoggedEvent eventOf(const Record& record);

    const EventSource m_source;
    const LetterConnectors& m_connectors;
    const Clock& m_clock;
    const std::stop_token m_stop;
    std::optional<LetterScanner> m_scanner;
    std::optional<PayloadDecoder> m_decoder; ///< nullopt: no registry is named
    std::unique_ptr<Broker> m_broker;
    std::unique_ptr<KeySearch> m_search;
    std::vector<TopicPartition> m_partitions;
    KeyHistories m_histories;
};

} // namespace projectionist
