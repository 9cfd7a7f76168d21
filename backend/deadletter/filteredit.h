// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"
#include "backend/deadletter/filterschema.h"
#include "backend/deadletter/filtertree.h"

#include <optional>
#include <string>
#include <string_view>

namespace projectionist {

/// That an operand has a value, or, if `excluded`, that it has not; no value: that it is absent. For a click on a cell.
[[nodiscard]] FilterNode filterCondition(FilterOperand operand, std::optional<FilterLiteral> value, bool excluded);

/// The filter that also asks for `condition`: what the user wrote stays as it is, an `or` gets parentheses, and a
/// condition that is there already is not added again. Configuration error if `text` has mistakes.
[[nodiscard]] Result<std::string> addFilterCondition(std::string_view text, const FilterNode& condition,
                                                     const FilterSchema& schema);

} // namespace projectionist
