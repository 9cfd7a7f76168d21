// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/deadletter/letterconnectors.h"
#include "backend/deadletter/lettersource.h"

#include <map>
#include <set>

namespace projectionist {

/// All events that a log holds of some keys.
struct EventsOfKeys
{
    struct OfKey
    {
        std::vector<LetterPlace> places{}; ///< by partition and offset; the first ones, see KeyPlaceSearch
        std::size_t count = 0;             ///< of all
    };
    std::map<std::string, OfKey> keys;   ///< that have events
    std::map<TopicPartition, Offset> to; ///< by partition: looked at up to here
    std::vector<std::string> lost;       ///< why there were more events than the log has now, a sentence each
};

/// Looks for all events of keys in the topics of a projection, from the beginning of the log. Belongs to one thread;
/// blocks.
class KeyPlaceSearch
{
public:
    /// At most `most` places of each key are kept.
    KeyPlaceSearch(const Workspace& workspace, const ProjectionSettings& projection, LetterConnectors connectors,
                   std::size_t most);

    /// Timeout: there was more to be read than `limit` allowed.
    [[nodiscard]] Result<EventsOfKeys> find(const std::set<std::string>& keys, Duration limit,
                                            const std::stop_token& stop);
    /// What was written since is added to what was found; `found` is of the same keys.
    [[nodiscard]] Result<void> goOn(EventsOfKeys& found, const std::set<std::string>& keys, Duration limit,
                                    const std::stop_token& stop);

private:
    [[nodiscard]] Result<void> connect();
    [[nodiscard]] Result<std::vector<PartitionBounds>> bounds();
    void tellLost(const std::vector<PartitionBounds>& bounds, const std::stop_token& stop, EventsOfKeys& found) const;

    const ProjectionSettings& m_projection;
    const BrokerSettings* m_settings = nullptr;
    const LetterConnectors m_connectors;
    const std::size_t m_most;
    std::unique_ptr<Broker> m_broker;
    std::unique_ptr<KeySearch> m_search;
};

} // namespace projectionist
