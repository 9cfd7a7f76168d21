// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filterproblem.h"
#include "backend/deadletter/filtertree.h"

#include <optional>
#include <string_view>
#include <vector>

namespace projectionist {

/// How many bytes of a text that begins with a digit, or a minus and a digit, belong to its first value.
[[nodiscard]] std::size_t lengthOfFilterValue(std::string_view text);
/// A number, duration or time; if it is none, why not goes to `problems`, with `offset` added to the places.
[[nodiscard]] std::optional<FilterLiteral> parseFilterValue(std::string_view text, std::size_t offset,
                                                            std::vector<FilterProblem>& problems);

} // namespace projectionist
