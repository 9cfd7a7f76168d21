// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace projectionist {

/// What a header tells. The words of toString() are used in the workspace file.
enum class HeaderRole : std::uint8_t
{
    OriginTopic,
    OriginPartition,
    OriginOffset,
    OriginTimestamp,
    OriginTimestampType,
    Consumer,
    Stage,
    Operation, ///< class or node that was at work
    Exception, ///< class that was thrown, or "class: message"
    Cause,     ///< class of its cause
    Message,
    CauseMessage,
    StackTrace,
    KeyException, ///< the same three for a key that could not be read
    KeyMessage,
    KeyStackTrace,
    Attempts,
    FirstFailedAt,
    FailedAt,
    NextAttempt,
    EventType,
    EventId,
    HeaderTypes, ///< names the headers that are JSON
    Note,        ///< shown, not used
};
constexpr std::size_t headerRoleCount = static_cast<std::size_t>(HeaderRole::Note) + 1;

/// How to read the bytes. Integer and Time look at the bytes, since frameworks disagree under the same name.
enum class HeaderEncoding : std::uint8_t
{
    Text,
    Integer,        ///< decimal text, or big-endian binary of 1 to 8 bytes
    Count,          ///< as Integer, but a single byte is always binary
    Time,           ///< an Integer of seconds, milliseconds, microseconds or .NET ticks, or text
    Uri,            ///< "kafka://topic/orders": the last part is meant
    TypeName,       ///< a class: of a list the first, without assembly, "urn:message:" and the like
    JavaSerialized, ///< never deserialised
};

/// How the headers of a letter that was dead-lettered twice lie.
enum class Repeats : std::uint8_t
{
    Appended,  ///< each time a whole block behind the others: last = newest
    Prepended, ///< each time a whole block before the others: first = newest
    Spring,    ///< origins appended or written once; exceptions and attempts replaced or appended
};

/// Whose time the record of a dead letter bears, unless the broker stamps it.
enum class Stamp : std::uint8_t
{
    Unknown,
    Writer, ///< when it was dead-lettered
    Event,  ///< the event's own
};

/// One header of a family. A row's place in its family is its priority for the role.
struct HeaderRow
{
    std::string_view name;
    HeaderRole role = HeaderRole::Note;
    HeaderEncoding encoding = HeaderEncoding::Text;
    int bias = 0; ///< added to an Attempts number to make it "times tried"
};

/// A convention: who writes which headers. All text is static or owned by whoever made the table.
struct HeaderFamily
{
    std::string_view id; ///< a stable word
    std::string_view label;
    std::span<const HeaderRow> rows; ///< at most 64
    /// Sets of names separated by blanks, sets by '|': the family is there when all names of one set are.
    std::string_view markers;
    Repeats repeats = Repeats::Appended;
    Stamp stamp = Stamp::Unknown;
    std::string_view prefix = {};         ///< of the names, where users may configure another
    std::string_view consumerPrefix = {}; ///< the group is this and the Consumer header
    bool payloadMayBeMissing = false;     ///< a null value may mean "left out"
    bool parks = false;                   ///< rows without an exception wait behind a failed one
    bool table = false; ///< columns of a database table: only for letters read from it; names in lower case without '_'
};

/// The built-in conventions; adding one is adding rows. What libraries for Kafka write,
[[nodiscard]] std::span<const HeaderFamily> kafkaFamilies();
/// what comes from other brokers and services, over bridges or in a record,
[[nodiscard]] std::span<const HeaderFamily> bridgedFamilies();
/// and the columns of database tables; then all of them.
[[nodiscard]] std::span<const HeaderFamily> tableFamilies();
[[nodiscard]] std::vector<HeaderFamily> builtinFamilies();
/// Headers that tell about the event itself, whoever wrote them: always looked at, never a hop.
[[nodiscard]] std::span<const HeaderRow> generalHeaders();

/// "origin-topic", "decimal"...: for the workspace file and for people.
[[nodiscard]] std::string_view toString(HeaderRole role) noexcept;
[[nodiscard]] std::string_view toString(HeaderEncoding encoding) noexcept;
[[nodiscard]] std::optional<HeaderRole> headerRoleFromString(std::string_view word) noexcept;
[[nodiscard]] std::optional<HeaderEncoding> headerEncodingFromString(std::string_view word) noexcept;

} // namespace projectionist
