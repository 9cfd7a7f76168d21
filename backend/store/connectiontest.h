// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/core/error.h"

namespace projectionist {

/// What a store said when somebody pressed "Test".
struct StoreTest
{
    std::string serverVersion; ///< "PostgreSQL 15.4"
    std::string user;          ///< that we are there
    std::string database;
    bool standby = false;   ///< a replica: cannot be written to by anybody
    bool encrypted = false; ///< the connection is inside TLS
    Duration took{0};

    bool operator==(const StoreTest&) const = default;
};

/// Connects, asks who we are, and disconnects; writes nothing. Each way to fail has its own kind, words and remedy:
/// name, refused, TLS, password, permission, database, missing service, a password file that libpq ignores. Blocks for
/// at most the timeout, plus what the system's resolver takes for the host name. Any thread.
[[nodiscard]] Result<StoreTest> testStore(const StoreSettings& settings, Duration timeout);

} // namespace projectionist
