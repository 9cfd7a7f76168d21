// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace projectionist {

/// Values and keys as TOML has them.
[[nodiscard]] std::string tomlText(const std::string& text);
/// Queries read best as they were written: literal lines, unless they hold what literal text cannot.
[[nodiscard]] std::string tomlLines(const std::string& text);
[[nodiscard]] std::string tomlKey(const std::string& name);
[[nodiscard]] std::string tomlList(const std::vector<std::string>& values);

} // namespace projectionist
