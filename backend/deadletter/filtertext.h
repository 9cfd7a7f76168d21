// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filterproblem.h"

#include <string>
#include <string_view>
#include <vector>

namespace projectionist {

/// A text as a literal in double quotes. Control characters, bytes that are no UTF-8, and characters that change the
/// direction of writing are escaped, so that a filter made from a hostile value looks like what it is.
[[nodiscard]] std::string quoteFilterText(std::string_view text);
/// A regular expression as a literal: what stands between the quotes is the expression, without escapes of ours.
[[nodiscard]] std::string quoteFilterPattern(std::string_view pattern);
/// What a literal's inside means; escapes that are none are reported at their place, counted from `offset`.
[[nodiscard]] std::string unescapeFilterText(std::string_view inside, std::size_t offset,
                                             std::vector<FilterProblem>& problems);
/// The regular expression of a literal's inside: only the quote itself loses its backslash.
[[nodiscard]] std::string unescapeFilterPattern(std::string_view inside, char quote);

/// The character that a text begins with, and its length: 0 if the bytes are no UTF-8. Not for empty texts.
struct FilterCodePoint
{
    char32_t value = 0;
    std::size_t length = 0;
};
[[nodiscard]] FilterCodePoint firstCodePoint(std::string_view text);

} // namespace projectionist
