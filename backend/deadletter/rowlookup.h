// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/deadlettersettings.h"
#include "backend/deadletter/judge.h"
#include "backend/store/relationalstore.h"

#include <map>

namespace projectionist {

/// What the read model holds for each of these keys; one statement a key, each key once. Ends with the first Error that
/// would meet every key (no connection, no right, a mistake in the query) or on `stop`; what is wrong with one key's
/// row stands with that key.
[[nodiscard]] Result<std::map<std::string, Result<RowState>>> lookUpRows(RelationalStore& store,
                                                                         const RowQuerySettings& query,
                                                                         std::span<const std::string> keys,
                                                                         const std::stop_token& stop);

/// Keys of one lookUpRowsTogether().
inline constexpr std::size_t rowsTogether = 1000;

/// The same by one statement, RowQuerySettings::queryMany. An Error where its answer is not certain for every key: then
/// they have to be looked up one by one.
[[nodiscard]] Result<std::map<std::string, Result<RowState>>>
lookUpRowsTogether(RelationalStore& store, const RowQuerySettings& query, std::span<const std::string> keys);

} // namespace projectionist
