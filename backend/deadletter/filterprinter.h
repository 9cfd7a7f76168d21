// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filtertree.h"

#include <string>

namespace projectionist {

/// The canonical text: texts in double quotes, no parentheses that are not needed, one space between words.
/// analyseFilter makes the same tree of it.
[[nodiscard]] std::string printFilter(const FilterNode& node);
[[nodiscard]] std::string printFilterOperand(const FilterOperand& operand);
[[nodiscard]] std::string printFilterLiteral(const FilterLiteral& literal);
/// "==", "contains".
[[nodiscard]] const char* toString(FilterOperator operation) noexcept;

} // namespace projectionist
