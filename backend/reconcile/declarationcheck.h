// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/reconcile/comparisonplan.h"

namespace projectionist {

/// The projection of a check, if it is declared; else null. It is of the workspace.
[[nodiscard]] const ProjectionSettings* declaredProjection(const CheckSettings& check, const Workspace& workspace);
/// A check of kind Events as its run sees it: the declared table with its key on the actual side. As it is where the
/// projection is not declared.
[[nodiscard]] CheckSettings checkOfDeclaration(CheckSettings check, const Workspace& workspace);
/// What keeps a check of kind Events from running, by the workspace alone.
[[nodiscard]] std::vector<CheckFinding> lintDeclaration(const CheckSettings& check, const Workspace& workspace);

} // namespace projectionist
