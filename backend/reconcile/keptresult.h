// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/checkresult.h"

#include <functional>

namespace projectionist {

/// A result as the history keeps it: JSON, all but the differences in one line, and a line for each of them, so that
/// many need little more memory than their text; then likewise CheckResult::rows. Bytes that are no UTF-8 are kept as
/// U+FFFD.
void writeKept(const CheckResult& result, const std::function<void(const std::string& line)>& write);

/// Puts a result together again, line by line.
class KeptReader
{
public:
    /// False: the line is damaged, or of a newer version; nothing more can be read.
    [[nodiscard]] bool take(std::string_view line);
    /// nullopt: lines are missing.
    [[nodiscard]] std::optional<CheckResult> result() &&;

private:
    std::vector<CheckResult> m_results; ///< the next one has the rows of the one before
    std::size_t m_differences = 0;      ///< of the last one, that are still to come
    bool m_rows = true;                 ///< one more is to come after them
};

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
