// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/deadletter.h"
#include "backend/deadletter/lettersource.h"

#include <span>

namespace projectionist {

/// What a replay of a letter would do.
enum class ReplayVerdict : std::uint8_t
{
    Safe,           ///< it would be applied next for its key
    AfterEarlier,   ///< safe when earlier letters of its key have been replayed
    AlreadyApplied, ///< the read model holds it
    NewerApplied,   ///< the read model holds a newer event of its key, which the replay would overwrite
    WouldFailAgain, ///< it cannot be decoded today
    Unknown
};
/// "safe", "after-earlier", ...
[[nodiscard]] std::string_view toString(ReplayVerdict verdict) noexcept;

/// What the read model holds for a key; see RowQuerySettings.
struct RowState
{
    bool found = false;                  ///< false: nothing was applied for the key
    std::optional<std::int64_t> version; ///< of the last event applied
    std::string topic;                   ///< of that event; empty: not told
    std::optional<std::int32_t> partition;
    std::optional<Offset> position; ///< of that event itself, not of the next one
    std::optional<TimePoint> updatedAt;

    bool operator==(const RowState&) const = default;
};

/// What the source log holds behind a letter's origin with the same key.
struct LaterEvents
{
    std::vector<Offset> offsets;  ///< rising; of the origin's partition
    bool complete = false;        ///< everything that may have been applied was looked at, or enough was found
    std::string incompleteness{}; ///< why not, "retention deleted ..."; empty: no time
};

/// A letter to be judged, and what was found out about it.
struct LetterEvidence
{
    LetterPlace place;
    EventOrigin origin;
    std::string projection;
    std::optional<std::string> key;
    std::optional<std::int64_t> version;    ///< of the event, where the projection says how to find it
    std::optional<std::string> undecodable; ///< why its payload cannot be read
    Result<RowState> row =
        tl::unexpected(Error{ErrorKind::NotFound, "The row is not known", "nobody asked for it", {}});
    Result<LaterEvents> later =
        tl::unexpected(Error{ErrorKind::NotFound, "Later events are not known", "nobody asked for them", {}});
    std::optional<Offset> applied; ///< next offset of the origin's partition that the projection has to apply
};

/// A verdict with what it rests on.
struct LetterJudgement
{
    LetterPlace place;
    ReplayVerdict verdict = ReplayVerdict::Unknown;
    std::string why;             ///< one sentence
    std::size_t earlier = 0;     ///< letters of the same key that come before; also beside other verdicts
    std::optional<Offset> newer; ///< origin partition's offset of a later event that was applied
    std::optional<RowState> row;
};

/// Whether the row alone decides, so that the log need not be read.
[[nodiscard]] bool rowDecides(const LetterEvidence& letter);

/// Judges letters of any projections together, in the order given. `letters` are all that are still to be replayed: who
/// is not among them counts as settled. Letters of the same projection, origin partition and key are in each other's
/// way. The row decides where it tells a version or a position; else the log and how far the projection has come.
/// Without a row, too, the log is asked: a later event may have been applied to nothing, or have deleted the row.
[[nodiscard]] std::vector<LetterJudgement> judgeLetters(std::span<const LetterEvidence> letters);

} // namespace projectionist
