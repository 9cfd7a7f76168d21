// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/store/snapshotreader.h"

#include <memory>

namespace projectionist {

/// A reader of a PostgreSQL store that connects at begin(). Read-only is a property of its connection *and* of every
/// transaction. Each statement ends within the store's statementTimeout and 2 s, also when the server hangs; a line of
/// a stream comes within that time too. Fails only if the connection string cannot be read.
[[nodiscard]] Result<std::unique_ptr<SnapshotReader>> readPostgresSnapshot(const StoreSettings& settings);

} // namespace projectionist
