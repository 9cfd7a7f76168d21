// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/rawletter.h"

namespace projectionist {

/// Headers that Spring Cloud Stream wrote into the value: FF, count, then for each a length byte, the name, four bytes
/// of length, and JSON; then the payload. Appends views to `headers` and returns the payload; nullopt: the value is not
/// of that form, and nothing was appended.
[[nodiscard]] std::optional<std::string_view> takeEmbeddedHeaders(std::string_view value,
                                                                  std::vector<RawHeader>& headers);

} // namespace projectionist
