// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/comparing.h"

#include <fmt/format.h>

namespace projectionist {

Result<void> limitStatements(SnapshotReader& reader, const CheckPace& pace)
{
    const auto limit = pace.statementLimit();
    if (!limit)
        return {};
    return reader.query(fmt::format("SELECT pg_catalog.set_config('statement_timeout', '{}', true)", limit->count()))
        .map([](const Rows&) {});
}

} // namespace projectionist
