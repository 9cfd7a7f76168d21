// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filteroperands.h"

namespace projectionist {

/// Reads an operator, `negated` after a `not`. One that does not fit is reported; then what follows is read as if the
/// operand were of any type. nullopt if there is none, which has been reported. An implementation detail of
/// analyseFilter.
[[nodiscard]] std::optional<FilterOperator> parseFilterOperator(FilterCursor& cursor, ParsedOperand& operand,
                                                                bool negated);

} // namespace projectionist
