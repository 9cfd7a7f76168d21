// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/origin.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace projectionist {

/// What an expression makes of an event is put into a column. Expressions: "$.a.b[0]" of the payload, "header:NAME",
/// "key", "type", "topic", "partition", "offset", "timestamp", literals ("'text'", "12.5", "true", "false", "null");
/// "-" in front of a path or header negates its number; "a ?? b" takes b where a is absent or null, and "keep" at the
/// end of it leaves the column as it is. What is absent and has no "??" is an error.
struct ColumnExpression
{
    std::string column{};
    std::string expression{};

    bool operator==(const ColumnExpression&) const = default;
};

/// What becomes of events of some types.
struct DeclaredHandler
{
    std::vector<std::string> types{};
    std::string where{};                    ///< in the language of filters; empty = every event
    std::vector<ColumnExpression> set{};    ///< columns that get a value
    std::vector<ColumnExpression> add{};    ///< numbers that are added to columns; nothing counts as 0
    std::vector<ColumnExpression> append{}; ///< values that are put at the end of JSON arrays
    bool erase = false;                     ///< the row goes
    bool ignore = false;                    ///< nothing happens
    bool create = true;                     ///< false: where there is no row, nothing happens

    bool operator==(const DeclaredHandler&) const = default;
};

/// What is done with an event that no handler names.
enum class UnnamedEvent : std::uint8_t
{
    Refuse,
    Ignore,
    Erase ///< tombstones only: the row goes
};
/// "refuse", "ignore", "delete".
[[nodiscard]] std::string_view toString(UnnamedEvent rule) noexcept;

/// How events make the rows of one table: [projections.declared].
struct DeclaredProjectionSettings
{
    std::string store{};                     ///< empty: that of the checkpoint
    std::string table{};                     ///< as in SQL; empty: the read model
    std::vector<ColumnExpression> key{};     ///< the table's key
    std::vector<ColumnExpression> initial{}; ///< what a new row begins with, beside its key
    std::string type{};                      ///< expression; empty = as the context's dead letters have it
    /// Column of the newest event's version, see ProjectionSettings::eventVersion: events that are not newer than the
    /// row change nothing. Empty: every event counts.
    std::string version{};
    std::string partition{}; ///< columns of where the row's newest event stands; empty = none
    std::string position{};
    UnnamedEvent unknown = UnnamedEvent::Refuse;
    UnnamedEvent tombstone = UnnamedEvent::Refuse; ///< events without a value
    std::vector<DeclaredHandler> on{};             ///< all that name an event's type, one after the other
    SettingOrigin origin{};

    bool operator==(const DeclaredProjectionSettings&) const = default;
};

} // namespace projectionist
