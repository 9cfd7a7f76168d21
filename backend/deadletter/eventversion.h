// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/deadletter.h"

namespace projectionist {

/// The number that an event bears at `place`, see ProjectionSettings::eventVersion; nullopt: none is there.
[[nodiscard]] std::optional<std::int64_t> eventVersion(const DeadLetter& letter, const std::string& place);

/// Why nobody can read the letter's payload; nullopt: it can be read, or nobody knows. JSON has to be whole where the
/// version stands in it, where a header says that it is JSON, and where it begins like that. Of Avro and Protobuf only
/// a registry's schema tells.
[[nodiscard]] std::optional<std::string> undecodableToday(const DeadLetter& letter, const std::string& place);

} // namespace projectionist
