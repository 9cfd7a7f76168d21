// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/keysearch.h"
#include "backend/broker/rangereader.h"
#include "backend/deadletter/lettersource.h"

#include <map>
#include <set>

namespace projectionist {

/// Where the last events of keys stand.
struct KeyPlaces
{
    std::map<std::string, std::vector<LetterPlace>> places; ///< newest first; keys without any are not in it
    std::string gap;                                        ///< why there may be older ones; empty: all was searched
};

/// Looks for the last `most` events of each key, backwards from the ends of `spans` in ever larger portions, until each
/// key has so many, the starts are reached, or the time is over. `from` of a span is the first offset to look at, and
/// `to` the first not to look at; a partition may be in one span only. Blocks; the thread of `search`.
[[nodiscard]] Result<KeyPlaces> findLastEvents(KeySearch& search, std::span<const LogRange> spans,
                                               const std::set<std::string>& keys, std::size_t most, const Clock& clock,
                                               Duration limit, const std::stop_token& stop);

} // namespace projectionist
