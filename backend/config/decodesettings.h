// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
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

/// One header, or one column of a table, that the user explains.
struct HeaderMapping
{
    std::string name{}; ///< "$.error.class": not a header but a place in the value, which is JSON
    HeaderRole role = HeaderRole::Note;
    HeaderEncoding encoding = HeaderEncoding::Text;

    bool operator==(const HeaderMapping&) const = default;
};

/// A convention of the user's own.
struct HeaderProfile
{
    std::string name{}; ///< shown as the family
    /// The id of a built-in family whose headers are meant under another prefix: "connect" and "__streams.errors.".
    std::string like{};
    std::string prefix{};
    std::vector<HeaderMapping> headers{};
    std::vector<std::string> markers{}; ///< all must be there; empty: any one of `headers` (or of the family's markers)
    Repeats repeats = Repeats::Appended;
    Stamp stamp = Stamp::Unknown;
    bool table = false;    ///< columns of a database table, see RawLetter::table
    std::string payload{}; ///< "$.payload": where the event stands in the value; empty: the value is the event
    /// "$.key", "$.headers": where its key and its headers stand, these as members of an object; empty: they are the
    /// record's.
    std::string eventKey{};
    std::string eventHeaders{};
    std::vector<std::string> base64{}; ///< which of them are so written: "payload", "event_key", "event_headers"

    bool operator==(const HeaderProfile&) const = default;
};

/// The user's word on groups. The first rule whose patterns all match decides. Patterns: '*' any text, '?' any
/// character; an empty pattern matches everything.
struct GroupRule
{
    enum class Action : std::uint8_t
    {
        Merge, ///< all that match are one group
        Split, ///< those that match leave their group for one of their own
    };
    std::string name{};
    Action action = Action::Merge;
    std::string exception{}; ///< of the root cause
    std::string message{};
    std::string eventType{};

    bool operator==(const GroupRule&) const = default;
};

/// Everything about decoding and grouping that the workspace may say.
struct DecodeSettings
{
    std::vector<HeaderProfile> profiles{};
    std::vector<std::string> wrappers{};     ///< more exception classes that only carry another
    std::vector<std::string> libraries{};    ///< more prefixes of frames that are not the application's
    std::vector<std::string> applications{}; ///< prefixes of frames that are, whatever the lists say
    std::vector<GroupRule> groupRules{};

    bool operator==(const DecodeSettings&) const = default;
};

/// "origin-topic", "integer"...: for the workspace file and for people.
[[nodiscard]] std::string_view toString(HeaderRole role) noexcept;
[[nodiscard]] std::string_view toString(HeaderEncoding encoding) noexcept;
[[nodiscard]] std::optional<HeaderRole> headerRoleFromString(std::string_view word) noexcept;
[[nodiscard]] std::optional<HeaderEncoding> headerEncodingFromString(std::string_view word) noexcept;
[[nodiscard]] std::string_view toString(Repeats repeats) noexcept;
[[nodiscard]] std::string_view toString(Stamp stamp) noexcept;
[[nodiscard]] std::string_view toString(GroupRule::Action action) noexcept;
/// Every word, in the order of the values.
[[nodiscard]] std::vector<std::string> headerRoleWords();
[[nodiscard]] std::vector<std::string> headerEncodingWords();

} // namespace projectionist
