// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"

namespace projectionist {

/// What the handlers of a projection do, as a declaration; nullopt for ops_console, whose rows are made of the events
/// of many keys, each counted once.
[[nodiscard]] std::optional<DeclaredProjectionSettings> declarationOf(const std::string& projection);

} // namespace projectionist
