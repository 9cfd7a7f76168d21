// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/sample.h"

#include <memory>
#include <string_view>

namespace projectionist {

/// What state a projection or a partition is in. See resources/help/verdicts.md for the rules.
enum class VerdictKind : std::uint8_t
{
    Idle, ///< OK with nothing arriving
    Ok,
    NotStarted,    ///< never committed a position
    CatchingUp,    ///< above the objective, shrinking
    Unknown,       ///< no fresh sample for three intervals, or the source cannot be reached
    FallingBehind, ///< backlog grows with confidence, or lag above the objective does not shrink
    Rewound,       ///< the position went back
    SourceFrozen,  ///< the head stands still while the write side produces
    Stopped,       ///< backlog, nothing advances, nobody lives
    Blocked,       ///< backlog, stands still while the worker lives
    LosingEvents,  ///< position below log start
};

/// 0 = fine, 1 = look at it (warning), 2 = act (critical). Monitoring plug-in exit codes follow it; Unknown is 2.
[[nodiscard]] int severity(VerdictKind kind) noexcept;
/// Higher is worse; sorts "worst first" and picks a projection's verdict from its partitions.
[[nodiscard]] int rank(VerdictKind kind) noexcept;
/// "falling-behind": for JSON, files, metrics. Stable.
[[nodiscard]] std::string_view toString(VerdictKind kind) noexcept;
/// The inverse of toString; nullopt for an unknown word.
[[nodiscard]] std::optional<VerdictKind> verdictKindFromString(std::string_view word) noexcept;
/// "Falling behind": for people.
[[nodiscard]] std::string_view label(VerdictKind kind) noexcept;

struct Verdict
{
    VerdictKind kind = VerdictKind::Unknown;
    TimePoint since{};                              ///< when this kind began
    std::string evidence;                           ///< whole sentences with the samples that led to it
    std::string rule;                               ///< the rule in words, for "why?"
    std::optional<TopicPartition> suspectPartition; ///< Blocked: where the suspect event is
    std::optional<Offset> suspectOffset;

    bool operator==(const Verdict&) const = default;
};

/// Ways in which lag in events misleads; each has its own words on screen. Bits.
enum Condition : std::uint32_t
{
    NoCondition = 0,
    LostEvents = 1U << 0,      ///< log start passed the position
    OpenTransaction = 1U << 1, ///< the end is beyond the last stable offset: cannot be read yet
    AbandonedTopic = 1U << 2,  ///< the group lives but has no member on this partition, and does not advance there
    AheadOfHead = 1U << 3,     ///< committed ahead of the sampled head
    NeverCommitted = 1U << 4,
    PositionsDisagree = 1U << 5, ///< group offset and checkpoint differ
    TopicRecreated = 1U << 6,    ///< the head went backwards
};

struct PartitionAssessment
{
    Verdict verdict;
    std::optional<Offset> backlog;
    std::optional<Offset> lost;
    TimeLag lag;
    double inPerSecond = 0;  ///< events written per second; >= 0
    double outPerSecond = 0; ///< events applied per second; >= 0
    std::uint32_t conditions = NoCondition;

    bool operator==(const PartitionAssessment&) const = default;
};

struct Forecast
{
    enum class Kind : std::uint8_t
    {
        None,          ///< too few samples to say
        Now,           ///< nothing to catch up
        CatchesUp,     ///< in `in`
        Breaches,      ///< within the objective now, above it in `in`
        NotConverging, ///< at the present rates never
    };
    Kind kind = Kind::None;
    Duration in{0};
    std::optional<Duration> lossIn; ///< until retention reaches the position, from both slopes

    bool operator==(const Forecast&) const = default;
};

/// "caught up in 46 s", "breaches in 58 m", "not converging", "now", "—".
[[nodiscard]] std::string toString(const Forecast& forecast);

/// What the evaluator says of one ProjectionSample.
struct Assessment
{
    Verdict verdict;
    std::vector<PartitionAssessment> partitions; ///< parallel to ProjectionSample::partitions
    std::optional<Offset> backlog;               ///< sum over partitions whose position is known
    std::optional<Offset> lost;
    TimeLag lag;                       ///< worst of the partitions
    std::optional<double> inPerSecond; ///< nullopt in the first second or two
    std::optional<double> outPerSecond;
    Forecast forecast;
    Duration standstill{0};                ///< time after which "does not move" is believed (learned)
    std::vector<std::string> observations; ///< rebalances, members, hot or unassigned partitions, gaps

    bool operator==(const Assessment&) const = default;
};

/// A sample and what was made of it; shared by all who show it.
struct ProjectionReport
{
    std::shared_ptr<const ProjectionSample> sample; ///< never null
    Assessment assessment;
    std::optional<Duration> objective; ///< for lag in time
};

} // namespace projectionist
