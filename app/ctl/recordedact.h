// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/console.h"

#include "backend/history/audittrail.h"

namespace projectionist::ctl {

/// Writes that this user is about to act into the audit trail. False, after a complaint, if it cannot: what cannot be
/// recorded is not to be done.
[[nodiscard]] bool recordAct(AuditEntry entry, const Console& console);

} // namespace projectionist::ctl
