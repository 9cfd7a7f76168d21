// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/checkresult.h"

namespace projectionist {

// A result as the history keeps it: JSON, all but the differences in one line, and a line for each of them, so that
// many need little more memory than their text. Bytes that are no UTF-8 are kept as U+FFFD.

/// Without differences.
[[nodiscard]] std::string keptHead(const CheckResult& result);
[[nodiscard]] std::string keptDifference(const RowDifference& difference);

/// nullopt: the line is damaged, or of a newer version.
[[nodiscard]] std::optional<CheckResult> headFrom(std::string_view line);
/// `head` tells how many cells there must be.
[[nodiscard]] std::optional<RowDifference> differenceFrom(std::string_view line, const CheckResult& head);

/// The value of an enum that toString() calls so; nullopt if none is.
template<typename Enum>
[[nodiscard]] std::optional<Enum> valueCalled(std::string_view word)
{
    for (std::uint8_t i = 0; i < 32; ++i) // more than any of them has
        if (toString(static_cast<Enum>(i)) == word)
            return static_cast<Enum>(i);
    return std::nullopt;
}

} // namespace projectionist
