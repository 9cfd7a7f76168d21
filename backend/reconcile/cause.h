// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/core/position.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace projectionist {

/// Why a row of a read model is not what it should be.
enum class DriftCause : std::uint8_t
{
    DeadLetter,      ///< an event of the key was dead-lettered and is not resolved
    SkippedEvents,   ///< applied positions have a gap where an event of the key is
    OutOfOrder,      ///< the row holds an older event than the last one that was applied to the key
    AppliedTwice,    ///< an event of the key is in the log, or was applied, more than once
    EraseNotHandled, ///< the key's last event deletes it, and the row is still there
    WrongHandler,    ///< the last event of the key was applied, and yet the row is wrong
    NoEvents,        ///< the log holds no event of the key (any more)
    Unknown
};
/// "dead letter", "skipped events", "out of order", ...
[[nodiscard]] std::string_view toString(DriftCause cause) noexcept;

/// An event of a differing row's key, as it stands in the log.
struct KeyEvent
{
    TopicPartition id;
    Offset offset = 0;
    TimePoint at{};
    std::string type{}; ///< as the projection's settings find it; empty: not told

    bool operator==(const KeyEvent&) const = default;
};

/// The likely cause of one difference, with what it rests on.
struct DifferenceCause
{
    DriftCause cause = DriftCause::Unknown;
    std::string text;               ///< one sentence, for a cell: "event was dead-lettered 13:41:21Z"
    std::string rule;               ///< which rule chose it, in words
    std::vector<KeyEvent> events{}; ///< the key's last ones, oldest first
    std::string letter{};           ///< reference of the dead letter; empty: none

    bool operator==(const DifferenceCause&) const = default;
};

} // namespace projectionist
