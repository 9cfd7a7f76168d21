// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/avroschema.h"

namespace projectionist {

// Values of Avro's types as JSON, by their logical types.

/// With its quotes; bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string jsonQuoted(std::string_view text);
/// A number, or a date or time as a string.
[[nodiscard]] std::string avroIntegerText(const AvroType& type, std::int64_t value);
/// JSON knows no NaN and no infinities: they are strings.
[[nodiscard]] std::string avroFloatText(float value);
[[nodiscard]] std::string avroFloatText(double value);
/// Of Bytes and Fixed: a decimal's number, a UUID, a duration, or "0x0aff".
[[nodiscard]] std::string avroBytesText(const AvroType& type, std::string_view bytes);

} // namespace projectionist
