// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filteroperands.h"

namespace projectionist {

/// Reads the value, or for `in` the list, after an operator, and checks that it fits. What does not is reported and
/// missing in the result. An implementation detail of analyseFilter.
[[nodiscard]] std::vector<FilterLiteral> parseFilterValues(FilterCursor& cursor, const FilterSchema& schema,
                                                           const ParsedOperand& operand, FilterOperator operation);

/// A value for examples: `"text"`, `3`, `6h`.
[[nodiscard]] std::string exampleFilterValue(const ParsedOperand& operand);

} // namespace projectionist
