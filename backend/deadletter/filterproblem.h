// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace projectionist {

/// What is wrong at a place of a filter's text. Offsets and lengths are bytes of UTF-8; length 0 means that something
/// is missing there.
struct FilterProblem
{
    std::size_t offset = 0;
    std::size_t length = 0;
    std::string message; ///< "unknown field `projecton`"
    std::string hint;    ///< "did you mean `projection`?"; may be empty
    bool operator==(const FilterProblem&) const = default;
};

/// "message; hint".
[[nodiscard]] std::string toString(const FilterProblem& problem);
/// For terminals: each problem below the line of text that it is in, with its place underlined.
[[nodiscard]] std::string explainProblems(std::string_view text, const std::vector<FilterProblem>& problems);
/// "did you mean `x`?", or "known: `a`, `b`" for a few, or empty.
[[nodiscard]] std::string suggestFilterWord(std::string_view word, const std::vector<std::string>& known);

} // namespace projectionist
