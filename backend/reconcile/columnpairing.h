// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/cellrules.h"
#include "backend/store/snapshotreader.h"

namespace projectionist {

/// SQL around a column's name that writes its value in one way, whatever server and type it comes from.
struct ColumnText
{
    std::string before{};
    std::string after{};

    [[nodiscard]] std::string of(const std::string& column) const { return before + column + after; }
};

/// How the values of two columns are compared.
struct ColumnPairing
{
    ValueClass valueClass = ValueClass::Exact;
    ColumnText expected;
    ColumnText actual;
    bool integers = false; ///< both of them: ordered as numbers
    bool text = false;     ///< a database compares them byte by byte, not as their types do
    std::string concern;   ///< what somebody should know who reads the result; empty = nothing
};

[[nodiscard]] ColumnPairing pairColumns(const ResultColumn& expected, const ResultColumn& actual,
                                        const ColumnRule& rule);

/// The same for a key's column: the texts are equal if and only if the values are, and bytes give their order (or
/// `integers`). An error says why the columns cannot be a key.
[[nodiscard]] tl::expected<ColumnPairing, std::string> pairKeys(const ResultColumn& expected,
                                                                const ResultColumn& actual, const ColumnRule& rule);

} // namespace projectionist
