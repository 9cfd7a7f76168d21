// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/keyedrows.h"

namespace projectionist {

/// Refuses to compare a side without rows with one that has more than CheckSettings::maxDifferences: that is a wrong
/// name or a lost table, which nobody wants to be told row by row. Not if CheckSettings::emptyIsDrift.
[[nodiscard]] Result<void> refuseEmptySide(const CheckSettings& check, const SideReader& expected,
                                           const SideReader& actual);

/// Why such a side is not compared.
[[nodiscard]] Error emptySide(const CheckSettings& check, ComparedSide empty);

} // namespace projectionist
