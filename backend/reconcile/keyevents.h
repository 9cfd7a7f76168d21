// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/keysearch.h"
#include "backend/broker/rangereader.h"
#include "backend/reconcile/causerules.h"

#include <map>
#include <set>

namespace projectionist {

/// The last events of keys.
struct KeyEvents
{
    std::map<std::string, std::vector<LoggedEvent>> events; ///< newest first; keys without any are not in it
    std::string gap;                                        ///< why there may be older ones; empty: all was searched
};

/// Reads an event that was found.
using ReadEvent = std::function<LoggedEvent(const Record&)>;

/// Looks for the last `most` events of each key, backwards from the ends of `spans` in ever larger portions, until each
/// key has so many or its first one, whose version is 1 or less, or the starts are reached, or the time is over. `from`
/// of a span is the first offset to look at, and `to` the first not to look at; a partition may be in one span only.
/// Blocks; the thread of `search`.
[[nodiscard]] Result<KeyEvents> findLastEvents(KeySearch& search, std::span<const LogRange> spans,
                                               const std::set<std::string>& keys, std::size_t most,
                                               const ReadEvent& read, const Clock& clock, Duration limit,
                                               const std::stop_token& stop);

} // namespace projectionist
