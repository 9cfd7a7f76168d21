// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspacefile.h"
#include "backend/core/snapshot.h"

#include <nlohmann/json.hpp>

namespace projectionist::ctl {

/// Keys stay in the order in which they were written, so that people can read it too.
using Json = nlohmann::ordered_json;

/// Durations are in milliseconds (`_ms`), times RFC 3339, what is not known is null.
[[nodiscard]] Json toJson(const Snapshot& snapshot, const std::vector<std::string>& projections, bool partitions);
[[nodiscard]] Json toJson(const Assessment& assessment);
[[nodiscard]] Json toJson(const Error& error);
[[nodiscard]] Json toJson(const Diagnostic& diagnostic);

/// One line, or indented; bytes that are no UTF-8 are replaced. Ends with a line end.
[[nodiscard]] std::string text(const Json& json, bool oneLine);

template<typename T>
[[nodiscard]] Json orNull(const std::optional<T>& value)
{
    return value ? Json(*value) : Json();
}

} // namespace projectionist::ctl
