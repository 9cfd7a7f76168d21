// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace projectionist {

/// The candidate that a person most likely meant: fewest insertions, deletions, replacements and swaps of neighbours,
/// no more than a third of the word. Empty if there is none.
[[nodiscard]] std::string nearestWord(std::string_view word, const std::vector<std::string>& candidates);

/// "did you mean "x"?", or, without a likely one, "known: a, b, c" (at most twelve), or empty.
[[nodiscard]] std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

} // namespace projectionist
