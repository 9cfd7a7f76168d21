// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filtercursor.h"

namespace projectionist {

/// What stands at the left of a comparison, with what is known of it. An implementation detail of analyseFilter.
struct ParsedOperand
{
    FilterOperand operand;
    FilterType type = FilterType::Any;
    const FilterField* field = nullptr; ///< of Field
    bool known = true;                  ///< false: a field that is not there, which has been reported
    std::string source;                 ///< as messages name it
};

/// nullopt if there is none; then that has been reported, and the cursor has not gone on.
[[nodiscard]] std::optional<ParsedOperand> parseFilterOperand(FilterCursor& cursor, const FilterSchema& schema);

} // namespace projectionist
