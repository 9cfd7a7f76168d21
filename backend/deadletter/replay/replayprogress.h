// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/core/error.h"
#include "backend/core/position.h"

#include <optional>
#include <string>
#include <vector>

namespace projectionist {

enum class ReplayLetterState : std::uint8_t
{
    Waiting, ///< not sent
    Sending, ///< under way, not acknowledged
    Unknown, ///< it is not known whether it was sent: the runner ended, or the broker did not answer in time
    Sent,    ///< acknowledged by the broker, or applied by the command
    Refused, ///< will not be sent: the target does not take it, or it is not the letter of the plan; see `why`
    HeldBack ///< will not be sent: an earlier letter of its key was not
};
/// "waiting", "sending", ...
[[nodiscard]] std::string_view toString(ReplayLetterState state) noexcept;

enum class ReplayLight : std::uint8_t
{
    Off,       ///< its turn has not come
    Waiting,   ///< for the proof
    On,        ///< proved
    Broken,    ///< the contrary was seen, or the proof did not come in time
    Unprovable ///< nothing can tell; see ReplayProgress::unprovable
};
[[nodiscard]] std::string_view toString(ReplayLight light) noexcept;

/// One letter, in the order of the plan.
struct ReplayLetterProgress
{
    ReplayLetterState state = ReplayLetterState::Waiting;
    ReplayLight produced = ReplayLight::Off; ///< acknowledged; of a command: exit code 0
    ReplayLight passed = ReplayLight::Off;   ///< the group's position, or the checkpoint, is beyond it
    ReplayLight notBack = ReplayLight::Off;  ///< no dead letter came of it
    ReplayLight row = ReplayLight::Off;      ///< its row of the read model changed
    std::size_t step = 0;                    ///< in which it was sent, from 1; 0: not yet
    std::optional<TopicPartition> id{};      ///< where it was written
    std::optional<Offset> offset{};
    std::optional<TimePoint> sentAt{};
    std::string why{};      ///< of its state, or of the light that is broken: a sentence
    std::string cameBack{}; ///< reference of the dead letter that came of it

    bool operator==(const ReplayLetterProgress&) const = default;
};

enum class ReplayState : std::uint8_t
{
    Starting, ///< checks before the first letter; after a crash: finds out what was sent
    Sending,
    Proving,    ///< all letters of the step are sent: waits for the proof
    Paused,     ///< by the user
    Cancelling, ///< waits for letters under way
    Cancelled,  ///< by the user; may be resumed
    Stopped,    ///< by itself, see `stop`; may be resumed
    Refused,    ///< did not begin, nothing was sent by this start; see `trouble`
    Finished    ///< no letter is left
};
[[nodiscard]] std::string_view toString(ReplayState state) noexcept;
/// Nothing more will happen.
[[nodiscard]] bool hasEnded(ReplayState state) noexcept;

/// Why a run stopped by itself.
enum class ReplayStop : std::uint8_t
{
    None,
    CameBack,      ///< a replayed letter is a dead letter again
    LagGrew,       ///< a receiving projection is behind by more than its objective
    NoProof,       ///< not within the plan's proofWithin
    TargetRefused, ///< the target takes no letter at all: no such topic, no permission
    Unclear,       ///< whether letters were sent cannot be found out at present
    AnotherRun,    ///< somebody else sends letters of this plan
    Failed         ///< the journal cannot be written, a server is away for too long
};
[[nodiscard]] std::string_view toString(ReplayStop stop) noexcept;

struct ReplayCounts
{
    std::size_t letters = 0;
    std::size_t done = 0;     ///< sent
    std::size_t proved = 0;   ///< of those: no light is waiting or broken
    std::size_t inFlight = 0; ///< sending or unknown
    std::size_t notSent = 0;  ///< waiting, refused or held back
    std::size_t refused = 0;  ///< of those: refused or held back

    bool operator==(const ReplayCounts&) const = default;
};
[[nodiscard]] ReplayCounts countsOf(const std::vector<ReplayLetterProgress>& letters);

/// A run as of one moment. Immutable once published.
struct ReplayProgress
{
    std::string plan; ///< its id
    TimePoint at{};
    TimePoint began{}; ///< first start of the plan on this machine
    ReplayState state = ReplayState::Starting;
    ReplayStop stop = ReplayStop::None;
    std::string why{};                   ///< of a stop, in one sentence, with numbers
    std::vector<std::string> facts;      ///< what it rests on, a sentence each: positions, references, lags
    std::optional<Error> trouble{};      ///< what does not work at present, or why it was refused
    std::size_t step = 0;                ///< from 1
    std::size_t stepLetters = 0;         ///< of this step
    std::size_t stepBegin = 0;           ///< index of its first letter
    std::optional<TimePoint> until{};    ///< when the run stops if the proof of this step has not come
    std::vector<std::string> unprovable; ///< what cannot be proved and why, a sentence each: "no consumer group known"
    std::vector<ReplayLetterProgress> letters;
    ReplayCounts counts;

    bool operator==(const ReplayProgress&) const = default;
};

} // namespace projectionist
