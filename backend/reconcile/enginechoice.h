// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/checksides.h"
#include "backend/reconcile/comparing.h"

namespace projectionist {

/// Compares both sides, which have begun, by the engine that suits them; Compared::why tells how and why.
[[nodiscard]] Result<Compared> compareSides(const CheckSides& sides, std::size_t most, const Clock& clock,
                                            CheckPace& pace, CheckEngine& engine);

} // namespace projectionist
