// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/core/failure.h"
#include "backend/core/position.h"

#include <optional>

namespace projectionist {

/// Where an event was when it failed, as far as the dead letter tells. Empty or nullopt: not told.
struct EventOrigin
{
    std::string topic;
    std::optional<std::int32_t> partition;
    std::optional<Offset> offset;
    std::optional<TimePoint> timestamp; ///< of the event's record there

    /// Precise enough to fetch the original record.
    [[nodiscard]] bool exact() const { return !topic.empty() && partition && offset; }
    bool operator==(const EventOrigin&) const = default;
};

/// What the time of arrival was taken from; some frameworks keep the event's own timestamp on the dead letter.
enum class ArrivalBasis : std::uint8_t
{
    Unknown,       ///< the record bears the event's time, and nothing else tells
    AppendTime,    ///< the broker's clock
    WriterTime,    ///< the clock of whoever wrote the dead letter
    FailureHeader, ///< a header or column that says when it failed
    Assumed,       ///< the record's timestamp; it is not known what this framework writes there
};

/// Bits of DeadLetter::flags and of a scanned letter.
enum LetterFlag : std::uint32_t
{
    NullKey = 1U << 0,
    NullValue = 1U << 1,         ///< no value: a tombstone, or (with PayloadMissing) left out by the framework
    EmptyValue = 1U << 2,        ///< a value of no bytes, which is not the same
    PayloadMissing = 1U << 3,    ///< the original has to be fetched by the origin
    PayloadCut = 1U << 4,        ///< the value is longer than what was read
    NullText = 1U << 5,          ///< the value is the four bytes "null": a tombstone through a JSON serialiser
    StackCut = 1U << 6,          ///< the writer cut the stack trace: the root may be missing
    EmbeddedHeaders = 1U << 7,   ///< the headers were inside the value
    JavaSerialized = 1U << 8,    ///< a header holds a serialised Java object, which is never deserialised
    ParkedBehind = 1U << 9,      ///< did not fail itself: waits behind a failed event of the same sequence
    HeaderUndecodable = 1U << 10 ///< a known header holds bytes that make no sense
};

/// One time that the event was given up and passed on.
struct FailureHop
{
    std::string family; ///< whose headers told, "Spring Kafka"
    EventOrigin from;
    std::string consumer; ///< group that failed; empty: not told
    std::string stage;    ///< step or executing class, where the family names one
    std::string exception;
    std::string message;
    std::optional<std::int64_t> attempts;
    std::optional<TimePoint> failedAt;
    std::vector<std::size_t> headers; ///< positions in DeadLetter::headers

    bool operator==(const FailureHop&) const = default;
};

struct DecodedHeader
{
    std::string name;
    std::optional<std::string> value; ///< bytes as read
    std::string family;               ///< empty: not a header of a known family
    std::string role;                 ///< "origin-offset"; empty with family
    std::string text;                 ///< decoded, UTF-8; hexadecimal where the bytes make no sense
    bool ofEvent = false;             ///< known by its role, but the event's own: not written when it failed

    bool operator==(const DecodedHeader&) const = default;
};

/// Why a letter is in its group; fingerprint is the hash of these parts.
struct GroupReason
{
    int version = 0;
    std::string exception;
    std::string frame;   ///< normalised
    std::string message; ///< normalised; only where there is no frame
    std::string origin;  ///< only where nothing else is known
    std::string eventType;
    std::string rule; ///< the user's rule that decided or split, or empty

    bool operator==(const GroupReason&) const = default;
};

/// A dead letter, decoded for showing.
struct DeadLetter
{
    TopicPartition id; ///< where the letter lies
    Offset offset = 0;
    std::vector<std::string> families; ///< every one whose headers are there, oldest hop first
    std::vector<FailureHop> hops;      ///< oldest first
    EventOrigin origin;                ///< of the oldest hop: where the event really came from
    std::string consumer;              ///< of the newest hop that tells
    std::optional<std::int64_t> attempts;
    std::optional<TimePoint> failedAt; ///< by a header's word
    std::optional<TimePoint> arrived;  ///< when it became a dead letter
    ArrivalBasis arrivedBy = ArrivalBasis::Unknown;
    std::optional<TimePoint> eventTime; ///< of the original record
    std::optional<TimePoint> nextAttempt;
    std::string eventType;
    std::string eventId;
    Failure failure;
    std::uint32_t flags = 0; ///< LetterFlag
    std::uint64_t fingerprint = 0;
    GroupReason reason;
    std::vector<DecodedHeader> headers; ///< all, in their order
    /// So many of the last ones are the event's, which the envelope around it is to have; then no others are.
    std::optional<std::size_t> envelopeHeaders;
    std::optional<std::string> key;   ///< of the event
    std::optional<std::string> value; ///< without embedded headers
    std::size_t valueSize = 0;        ///< in bytes, also where the value was cut
};

} // namespace projectionist
