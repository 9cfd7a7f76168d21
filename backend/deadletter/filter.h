// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"
#include "backend/deadletter/filterparser.h"
#include "backend/deadletter/filterprogram.h"

#include <memory>
#include <string_view>

namespace projectionist {

/// From text to what FilterRun evaluates, for those who need no tree and no places of mistakes. The Configuration error
/// names the first mistake and its column; explainProblems() shows all.
[[nodiscard]] Result<std::shared_ptr<const FilterProgram>>
compileFilter(std::string_view text, const FilterSchema& schema, const FilterMoment& moment);

} // namespace projectionist
