// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/session.h"
#include "backend/reconcile/checkresult.h"

#include <atomic>

namespace projectionist::ctl {

/// Looks for the causes of what a run of `check` has confirmed, unless the user ends it: `stop` is set then, and there
/// are none.
void findCauses(const CheckSettings& check, CheckResult& result, const Workspace& workspace, Session& session,
                std::atomic<bool>& stop);

} // namespace projectionist::ctl
