// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace projectionist {

/// Reads a number from whatever a framework wrote: ASCII digits first, then big-endian two's complement of 8, 4, 1
/// (unsigned) or 2 to 7 bytes (Java's BigInteger). nullopt: no number.
[[nodiscard]] std::optional<std::int64_t> integerOf(std::string_view bytes) noexcept;
/// The same, but one byte is always binary: old Spring releases wrote attempts so.
[[nodiscard]] std::optional<std::int64_t> countOf(std::string_view bytes) noexcept;
/// Seconds, milliseconds, microseconds, .NET ticks or nanoseconds, told apart by their size; nullopt: no point in time.
[[nodiscard]] std::optional<TimePoint> timeOfNumber(std::int64_t number) noexcept;
/// integerOf + timeOfNumber, else text: ISO 8601, PostgreSQL's, and "yyyy-MM-dd HH:mm:ss:ffffff Z". Without a zone:
/// UTC.
[[nodiscard]] std::optional<TimePoint> timeOf(std::string_view bytes) noexcept;

/// "orders" of "kafka://topic/orders" and of "arn:aws:sqs:eu-west-1:1:orders".
[[nodiscard]] std::string_view lastPartOfUri(std::string_view uri) noexcept;
/// "Acme.OrderPlaced" of "Acme.OrderPlaced, Acme.Contracts, Version=1.0;Acme.IEvent" and "urn:message:Acme:OrderPlaced"
/// without "urn:message:".
[[nodiscard]] std::string_view typeNameOf(std::string_view text) noexcept;

/// The text of a JSON string with its quotes; nullopt if it is none.
[[nodiscard]] std::optional<std::string> jsonText(std::string_view json);
/// Whether spring_json_header_types (a JSON object of names) names the header.
[[nodiscard]] bool namesHeader(std::string_view headerTypes, std::string_view name) noexcept;

/// Valid UTF-8 of what may be anything: bytes that are none become U+FFFD.
[[nodiscard]] std::string readable(std::string_view bytes);
/// "ac ed 00 05", at most `limit` bytes of it, then "… (1204 bytes)".
[[nodiscard]] std::string hexOf(std::string_view bytes, std::size_t limit = 64);
/// What can be read in a binary, four characters and more in a row, and its size; for serialised objects, which are
/// never deserialised.
[[nodiscard]] std::string printableParts(std::string_view bytes);

} // namespace projectionist
