// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/checksettings.h"

#include <string_view>

namespace projectionist {

/// What a column's values are, as far as it matters for when two of them are equal.
enum class ValueClass : std::uint8_t
{
    Exact,   ///< equal if and only if their texts are: integers, booleans, uuid, bytea, enums, text
    Number,  ///< numeric and floats: scale and the sign of zero do not count; NaN equals NaN
    Numbers, ///< arrays and ranges of them; the bounds of arrays count
    Json,    ///< as jsonb has it; the scale of numbers does not count
    Time     ///< timestamps and dates
};

using Cell = std::optional<std::string>;

/// Whether two cells hold the same value. NULL equals NULL and nothing else.
[[nodiscard]] bool sameCell(ValueClass valueClass, const ColumnRule& rule, const Cell& expected, const Cell& actual);

/// A number without what makes no difference: "1.50" -> "1.5", "-0" -> "0", "1e+3" -> "1000". What is no number, "NaN"
/// and "Infinity" among them, stays.
[[nodiscard]] std::string plainNumber(std::string_view text);

} // namespace projectionist
