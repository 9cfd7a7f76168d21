// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filteroperands.h"

namespace projectionist {

/// Operators that make sense with a type, in the order in which completion offers them.
[[nodiscard]] const std::vector<FilterOperator>& filterOperatorsOf(FilterType type);
[[nodiscard]] bool isTextOperator(FilterOperator operation) noexcept;

/// What is wrong with a value of a known operand, without its place; nullopt if it fits. A text that stands for a time
/// becomes that time.
[[nodiscard]] std::optional<FilterProblem> checkFilterValue(const ParsedOperand& operand, FilterOperator operation,
                                                            const FilterSchema& schema, FilterLiteral& value);

} // namespace projectionist
