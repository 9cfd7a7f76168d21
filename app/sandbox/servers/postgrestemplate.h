// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"

#include <filesystem>
#include <string>

namespace projectionist {

/// Where initdb and postgres are: the newest /usr/lib/postgresql/*/bin, else PATH.
[[nodiscard]] Result<std::filesystem::path> postgresProgramFolder();

/// Makes a fresh data folder (superuser "postgres", everybody on this machine trusted) that belongs to `user`. initdb
/// runs once a machine and version; later calls copy its result from the cache folder, which is ten times faster.
/// `folder` must not exist; its parent must belong to `user`.
[[nodiscard]] Result<void> makeDataFolder(const std::filesystem::path& programs, const std::filesystem::path& folder,
                                          const std::string& user);

} // namespace projectionist
