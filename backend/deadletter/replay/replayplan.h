// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/judge.h"

#include <filesystem>
#include <map>
#include <vector>

namespace projectionist {

enum class ReplayTargetKind : std::uint8_t
{
    Origin,  ///< each letter to the topic its event came from
    Topic,   ///< all to ReplayTarget::topic: a retry topic, or any other
    Command, ///< a program that applies one event: gets it on standard input, exit code 0 = applied
    Rows     ///< of a reprojection: we write the rows of the keys, by the projection's declaration
};

struct ReplayTarget
{
    ReplayTargetKind kind = ReplayTargetKind::Origin;
    std::string topic{};
    std::vector<std::string> command{}; ///< program and arguments; no shell

    bool operator==(const ReplayTarget&) const = default;
};
/// Records are written to topics of the broker, whose consumers get them.
[[nodiscard]] inline bool isOfBroker(const ReplayTarget& target) noexcept
{
    return target.kind == ReplayTargetKind::Origin || target.kind == ReplayTargetKind::Topic;
}

enum class ReplayPartition : std::uint8_t
{
    Same, ///< the origin's number; refused where the target has fewer
    ByKey ///< murmur2 of the key as the Java client does; letters without key go where the producer likes
};

enum class ReplayTimestamp : std::uint8_t
{
    Event, ///< of the original record, where the letter tells it; else the letter's
    Now
};

struct ReplayHeaders
{
    bool stripFailure = true;        ///< headers of all known families, of every hop
    std::vector<std::string> keep{}; ///< names that stay although they are such headers
    std::vector<std::string> drop{}; ///< names that go although they are none
    std::vector<std::pair<std::string, std::string>> add{};

    bool operator==(const ReplayHeaders&) const = default;
};

/// One letter of a plan, in the order of sending.
struct PlannedLetter
{
    std::string reference; ///< see LetterSource::reference(): the exact source position, for good
    LetterPlace place;
    bool table = false; ///< of a table, else of the broker
    EventOrigin origin;
    std::optional<std::string> key; ///< bytes, whole
    std::uint64_t fingerprint = 0;  ///< hash that its group is known by
    std::uint64_t digest = 0;       ///< of key and value as planned: another letter at that place is not sent
    std::string eventType{};
    std::string eventId{};
    ReplayVerdict verdict = ReplayVerdict::Unknown;
    std::string why{}; ///< the verdict's sentence
    int replays = 0;   ///< how often it was replayed before, by its headers; the loop guard counts these
    std::optional<std::string> edited{}; ///< the value to send instead; needs `edit_before_replay` in the workspace
    bool operator==(const PlannedLetter&) const = default;
};

/// The letters of a reprojection are no failures: they are the events themselves, as they lie in the log.
[[nodiscard]] bool isEvent(const PlannedLetter& letter);

/// A key whose row a check found wrong.
struct ReprojectedKey
{
    std::vector<std::string> row; ///< values of the check's key columns
    std::string events;           ///< key of its events, bytes
    std::size_t count = 0;        ///< of its events when the plan was made

    bool operator==(const ReprojectedKey&) const = default;
};

/// What a plan is for that sends all events of some keys once more, from the first one of the log on. To a command
/// each event is a letter; for ReplayTargetKind::Rows each key is one, its last event.
struct Reprojection
{
    std::string check;
    std::uint64_t run = 0; ///< of the check, in its history; 0: it is not kept
    std::vector<ReprojectedKey> keys{};

    bool operator==(const Reprojection&) const = default;
};

/// A letter of the same key that is not in the plan although it comes before one that is.
struct LetterLeftBehind
{
    std::string reference;
    std::optional<std::string> key;
    std::string before; ///< reference of the first planned letter that would overtake it
    bool operator==(const LetterLeftBehind&) const = default;
};

/// How far partitions reach: the offset of the next record.
using LogHeads = std::map<TopicPartition, Offset>;

/// A consumer group that reads a target topic, so that it gets the replayed events too.
struct ReplayReceiver
{
    std::string group;
    std::string topic;
    std::string state;      ///< "Stable", "Empty", ... as the broker says
    std::string projection; ///< that it feeds; empty: none of the workspace
    bool wanted = false;    ///< the projection whose letters these are
    bool operator==(const ReplayReceiver&) const = default;
};

/// What a look before the first letter found. Nothing was written by it.
struct ReplayDryRun
{
    TimePoint at{};
    std::vector<std::string> passed;   ///< sentences: what was looked at and is fine
    std::vector<std::string> warnings; ///< may be gone along with, after having been read
    std::vector<std::string> refusals; ///< the plan cannot be run
    std::size_t gone = 0;              ///< letters that are no longer there, or are other letters now
    std::uint64_t bytes = 0;           ///< of keys, values and headers that would be sent

    bool operator==(const ReplayDryRun&) const = default;
};

/// A frozen replay: exactly these letters, in this order, to this target. New failures never join it. Made by
/// planReplay(), kept as a file that a colleague can review, executed by a ReplayRun.
struct ReplayPlan
{
    static constexpr int currentFormat = 1;
    static constexpr int mostReplays = 2; ///< the loop guard: a third replay of a letter is refused

    std::string id; ///< "20261121-142530-7f3a9c0e": header projectionist-replay-id begins with it
    TimePoint made{};
    std::string madeBy; ///< user@host
    std::string reason; ///< by the user; may be empty outside of production
    std::string context;
    bool production = false;
    std::string cluster;    ///< the broker's cluster id: the plan runs nowhere else
    std::string projection; ///< whose letters these are; empty: several, or not known
    std::string group;      ///< consumer group whose position proves that an event was passed; empty: none
    std::string where;      ///< filter that chose the letters; for people
    ReplayTarget target;
    ReplayPartition partition = ReplayPartition::ByKey;
    ReplayTimestamp timestamp = ReplayTimestamp::Event;
    ReplayHeaders headers;
    double rate = 10; ///< letters per second
    /// Letters of each step (of a reprojection: keys, whose events stay together); then the rest in steps of the last.
    std::vector<std::size_t> ladder{1, 5, 25};
    Duration proofWithin{60'000}; ///< a step that has no proof by then stops the run
    std::vector<PlannedLetter> letters;
    std::vector<LetterLeftBehind> leftBehind;
    LogHeads targetHeads; ///< when it was made: who sends one of its letters later is found behind them
    std::vector<ReplayReceiver> receivers;
    ReplayDryRun dryRun;
    std::optional<Reprojection> reprojection{}; ///< nullopt: the letters are dead letters

    bool operator==(const ReplayPlan&) const = default;
};

/// JSON, two spaces, keys and values that are not UTF-8 as base64. The file is written whole or not at all.
[[nodiscard]] std::string replayPlanText(const ReplayPlan& plan);
[[nodiscard]] Result<void> saveReplayPlan(const ReplayPlan& plan, const std::filesystem::path& file);
/// InvalidData: not JSON, of a newer format, or a field is missing, unknown or makes no sense; says which. A file that
/// was changed since it was made is told by its checksum (Conflict).
[[nodiscard]] Result<ReplayPlan> loadReplayPlan(const std::filesystem::path& file);
[[nodiscard]] Result<ReplayPlan> parseReplayPlan(std::string_view text);

} // namespace projectionist
