// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace projectionist {

/// The whole content of a file or pipe, as Kubernetes and process substitution hand over secrets through one, or the
/// reason why not, as the end of a sentence. Of more than `mostBytes` nothing is kept.
[[nodiscard]] tl::expected<std::string, std::string> readWholeFile(const std::filesystem::path& file,
                                                                   std::uintmax_t mostBytes);

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
