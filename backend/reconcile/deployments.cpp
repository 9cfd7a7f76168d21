// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/deployments.h"

#include "backend/core/format.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr const char* deployAct = "deploy";

} // namespace

AuditEntry entryOf(const Deployment& deployment, const std::string& context)
{
    AuditEntry entry;
    entry.context = context;
    entry.act = deployAct;
    entry.object = deployment.projection;
    entry.reason = deployment.release;
    entry.detail = formatRfc3339(deployment.at); // when it is told may be later
    entry.result = "done";
    return entry;
}

std::vector<Deployment> deploymentsOf(const std::string& context, const std::filesystem::path& trail)
{
    std::vector<Deployment> all;
    std::error_code ignored;
    if (!std::filesystem::exists(trail, ignored))
        return all;
    auto opened = AuditTrail::open(trail);
    AuditQuery query;
    query.context = context;
    query.act = deployAct;
    const auto entries = opened ? opened->read(query) : tl::unexpected(opened.error());
    if (entries)
        for (const auto& entry : *entries)
            if (const auto at = parseRfc3339(entry.detail))
                all.push_back({entry.object, entry.reason, *at});
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    return all;
}

} // namespace projectionist
