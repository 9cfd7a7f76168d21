// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/recordedact.h"

#include "backend/config/workspacefile.h"

namespace projectionist::ctl {

bool recordAct(AuditEntry entry, const Console& console)
{
    entry.at = SystemClock().now();
    entry.who = actingUser();
    auto trail = AuditTrail::open(auditFile(stateDirectory()));
    const auto recorded = trail ? trail->append(entry) : tl::unexpected(trail.error());
    if (!recorded)
        console.complain("nothing was done, since it could not be recorded: " + toString(recorded.error()));
    return recorded.has_value();
}

} // namespace projectionist::ctl
