// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/checkresult.h"

#include <functional>
#include <span>

namespace projectionist {

enum class DifferenceFormat : std::uint8_t
{
    Csv,       ///< a line each, with both rows side by side; NULL is an empty field, an empty text is ""
    JsonLines, ///< an object each
    SqlKeys    ///< one SELECT whose rows are the keys, as text
};
/// By the end of a file's name: ".csv", ".jsonl", ".sql"; nullopt for any other.
[[nodiscard]] std::optional<DifferenceFormat> differenceFormatOf(std::string_view file);

/// Takes a piece of the export; an error ends it.
using WriteDifferences = std::function<Result<void>(std::string_view)>;

/// Writes the differences with these indexes, at least one, in this order. Nothing in it can steer a terminal, is taken
/// for a formula by a spreadsheet or, in SQL, leaves its quotes. `goOn` is asked now and then, with how many are
/// written; false ends it with Cancelled.
[[nodiscard]] Result<void> exportDifferences(const CheckResult& result, std::span<const std::uint32_t> differences,
                                             DifferenceFormat format, const WriteDifferences& write,
                                             const std::function<bool(std::size_t done)>& goOn);

} // namespace projectionist
