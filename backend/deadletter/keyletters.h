// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/core/deadletter.h"
#include "backend/deadletter/letterconnectors.h"
#include "backend/history/resolvedletters.h"

#include <set>

namespace projectionist {

/// An open dead letter with a key that was asked for.
struct KeyLetter
{
    std::string key;
    std::string reference; ///< see LetterSource::reference(); empty: its source does not answer
    EventOrigin origin;
    std::string eventType; ///< empty: not told
    std::optional<TimePoint> arrived;

    bool operator==(const KeyLetter&) const = default;
};

struct KeyLetters
{
    std::vector<KeyLetter> letters; ///< in the order in which they were read
    std::string gap;                ///< why there may be more, a sentence without a full stop; empty: that is all
};

/// Open letters of one projection with these keys, from all topics and tables of
/// the context; those that are resolved are left out. Reads all letters there are, for at most `limit`. Blocks, and
/// returns soon after `stop`; any thread.
[[nodiscard]] KeyLetters findLettersOfKeys(const Workspace& workspace, const ProjectionSettings& projection,
                                           const std::set<std::string>& keys, const LetterConnectors& connectors,
                                           const Clock& clock, const std::vector<ResolvedLetter>& resolved,
                                           Duration limit, const std::stop_token& stop);

} // namespace projectionist
