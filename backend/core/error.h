// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

namespace projectionist {

enum class ErrorKind : std::uint8_t
{
    NameNotFound,   ///< DNS does not know the host
    Refused,        ///< nobody listens there
    Unreachable,    ///< no route, connection lost, no broker available
    Timeout,        ///< connected, or at least not refused, but no answer in time
    Tls,            ///< handshake, certificate or host name
    Authentication, ///< the server knows us not
    Permission,     ///< the server knows us and says no
    NotFound,       ///< topic, group, database, table or file does not exist
    InvalidData,    ///< an answer, a row or a record that makes no sense
    Configuration,  ///< our own settings are wrong
    Conflict,       ///< somebody else holds it, or it changed under us
    Resource,       ///< disk full, file locked, out of memory or descriptors
    Cancelled,      ///< we were asked to stop
    Internal,       ///< a fault of this program
};

/// What every failing function returns. Texts are whole sentences without a trailing newline, never contain a
/// password, and are shown to the user as they are.
struct Error
{
    ErrorKind kind = ErrorKind::Internal;
    std::string what; ///< what failed, with the object's name
    std::string why;  ///< the cause as far as it is known
    std::string next; ///< what the user can do
    bool retriable = false;

    bool operator==(const Error&) const = default;
};

template<typename T>
using Result = tl::expected<T, Error>;

/// A stable lower-case word for logs, JSON and tests, for example "authentication".
[[nodiscard]] const char* toString(ErrorKind kind) noexcept;

/// "what: why. next" on one line, without empty parts.
[[nodiscard]] std::string toString(const Error& error);

} // namespace projectionist
