// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"

#include <filesystem>
#include <functional>
#include <string_view>

namespace projectionist {

/// Where a symbolic link, as dotfile managers make them, leads to; the link stays one when its target is written.
[[nodiscard]] std::filesystem::path throughLinks(const std::filesystem::path& file);

/// Writes a file whole or not at all: to a temporary one beside it, synced, renamed. `ownerOnly`: nobody else may read
/// it; else it keeps its rights, and a new one may be read by all. `check` sees what was written before it takes the
/// place of the old one.
[[nodiscard]] Result<void>
writeWholeFile(const std::filesystem::path& file, std::string_view text, bool ownerOnly,
               const std::function<Result<void>(const std::filesystem::path& written)>& check = {});
/// What writeWholeFile() says when the system refused, by errno.
[[nodiscard]] Error fileNotSaved(const std::filesystem::path& file, int code);

} // namespace projectionist
