// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/history/audittrail.h"

namespace projectionist {

/// From then on another version of a projection's worker ran, as somebody has told.
struct Deployment
{
    std::string projection;
    std::string release; ///< "4.18"; empty: not told
    TimePoint at{};

    bool operator==(const Deployment&) const = default;
};

/// How the audit trail has it.
[[nodiscard]] AuditEntry entryOf(const Deployment& deployment, const std::string& context);
/// Those of a context that the trail has, oldest first; none where it cannot be read.
[[nodiscard]] std::vector<Deployment> deploymentsOf(const std::string& context, const std::filesystem::path& trail);

} // namespace projectionist
