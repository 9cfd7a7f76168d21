// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace projectionist {

/// Cells of a streamed row in the text format of PostgreSQL's COPY; nullopt is NULL. Cells between tabs, with
/// backslashes before what would be mistaken.
[[nodiscard]] std::vector<std::optional<std::string>> copyCells(std::string_view line);

/// Splits the raw cells of a line, without taking backslashes out; the views live as long as the line.
void splitCopyLine(std::string_view line, std::vector<std::string_view>& cells);

/// One raw cell.
[[nodiscard]] std::optional<std::string> copyCell(std::string_view raw);

} // namespace projectionist
