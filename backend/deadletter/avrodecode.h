// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/avroschema.h"

namespace projectionist {

/// How large a text may become that is made of a payload of `size` bytes. Names of fields are longer than values, but
/// no schema may make gigabytes of a few bytes.
[[nodiscard]] std::size_t mostDecodedBytes(std::size_t size) noexcept;

/// One value in Avro's binary encoding, which has to end where `bytes` end, as JSON. Decimals are numbers; dates, times
/// and timestamps are ISO 8601, as far as they are within the years 0 to 9999; bytes are "0x0aff"; of a union other
/// than of null and one type the value stands in an object by its type's name, as in Avro's JSON encoding. The error
/// says why it cannot be decoded. libavro is not used: it allocates what a length within the payload claims.
[[nodiscard]] tl::expected<std::string, std::string> decodeAvro(const AvroSchema& schema, std::string_view bytes);

} // namespace projectionist
