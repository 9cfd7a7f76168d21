// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <QString>
#include <QStringList>
#include <vector>

namespace projectionist {

/// What is typed into a filter bar: words that must all be found somewhere in the row, and comparisons of a column, as
/// in `state=Blocked lag>30s "out/s"<10 -demo`. Values with units (30s, 5m) are milliseconds, as raw values are.
struct FilterTerm
{
    enum class Kind
    {
        Contains,
        Equals,
        Differs,
        Less,
        Greater
    };
    Kind kind = Kind::Contains;
    bool negated = false; ///< of Contains
    int column = -1;      ///< -1: any
    QString text;
    double number = 0; ///< of Less and Greater

    bool operator==(const FilterTerm&) const = default;
};

struct ParsedFilter
{
    std::vector<FilterTerm> terms;
    QString error; ///< what cannot be understood; the terms are empty then
};

[[nodiscard]] ParsedFilter parseFilter(const QString& text, const QStringList& columns);
/// The term that filters for (or out) a value of a column, quoted where need be.
[[nodiscard]] QString filterTermFor(const QString& column, const QString& value, bool out);

} // namespace projectionist
