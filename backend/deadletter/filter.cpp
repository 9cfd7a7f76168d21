// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filter.h"

#include <fmt/format.h>

namespace projectionist {

Result<std::shared_ptr<const FilterProgram>> compileFilter(std::string_view text, const FilterSchema& schema,
                                                           const FilterMoment& moment)
{
    const auto analysis = analyseFilter(text, schema);
    if (analysis.ok())
        return std::make_shared<const FilterProgram>(analysis.tree, schema, moment);
    const auto& first = analysis.problems.front();
    return tl::make_unexpected(Error{ErrorKind::Configuration, "The filter has a mistake",
                                     fmt::format("at byte {}: {}", first.offset + 1, toString(first)),
                                     "Correct it; the language is described under Filters in the help."});
}

} // namespace projectionist
