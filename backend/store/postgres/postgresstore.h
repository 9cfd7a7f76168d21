// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/store/relationalstore.h"

#include <memory>

namespace projectionist {

enum class Access : std::uint8_t
{
    ReadOnly,
    ReadWrite
};

/// A PostgreSQL store that connects at its first use and again after it was lost. Every call returns also when the
/// server hangs: connecting within connect_timeout (5 s an address unless the connection string says otherwise), a
/// statement within the store's statementTimeout and 2 s. Cells are text: UTF-8, UTC, ISO dates, bytea as \x....
/// ReadOnly is a property of the connection *and* of every transaction. Fails only if the connection string cannot be
/// read.
[[nodiscard]] Result<std::unique_ptr<RelationalStore>> connectPostgres(const StoreSettings& settings, Access access);

} // namespace projectionist
