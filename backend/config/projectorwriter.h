// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/projectorsettings.h"

namespace projectionist {

/// [projections.declared] and what belongs to it, as it stands below its [[projections]].
[[nodiscard]] std::string declarationToml(const DeclaredProjectionSettings& declared);

} // namespace projectionist
