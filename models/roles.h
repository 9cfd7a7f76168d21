// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Qt>

namespace projectionist {

/// Roles beside Qt's own that every table model of this folder answers. Display texts are made when asked for.
enum Role : int
{
    RawRole = Qt::UserRole + 1, ///< what is sorted, compared and filtered: numbers without units, durations in
                                ///< milliseconds, times in milliseconds since 1970; invalid where it is not known
    OrderRole,                  ///< in column 0: int, rank of the verdict; rows move only when it changes
    CopyRole,                   ///< QString for the clipboard and files: plain digits, RFC 3339, never a grouping space
    ColorRole,                  ///< int, ColorMeaning of the text
    VerdictRole,                ///< int, VerdictKind; in the state columns
    SecondaryRole,              ///< QString, shown dimmed behind the text: "v2"
    SparklineRole,              ///< Sparkline; in ProjectionTableModel::LagHistory
    StaleRole,                  ///< bool: the row is no fresh sample and is drawn grey
};

/// What a colour is to say; the theme knows which colour that is.
enum class ColorMeaning : int
{
    Normal,
    Muted,
    Good,
    Info,
    Warning,
    Critical
};

} // namespace projectionist
