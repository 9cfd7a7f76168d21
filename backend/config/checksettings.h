// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/checkschedule.h"
#include "backend/config/origin.h"
#include "backend/core/clock.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace projectionist {

enum class CheckKind : std::uint8_t
{
    Rows,   ///< two relations keyed alike, cell by cell
    Count,  ///< how many rows each has
    Groups, ///< how many rows, and sums of columns, for each group of rows that are alike in the key
    Events, ///< the table of a declared projection with the rows that its log makes
    Order   ///< versions of each key of the actual side, or of the projection's log: none is missing, none is doubled
};
/// "rows", "count", "groups", "events", "order".
[[nodiscard]] std::string_view toString(CheckKind kind) noexcept;
/// Its differences are rows of the read model, by its key.
[[nodiscard]] constexpr bool comparesRows(CheckKind kind) noexcept
{
    return kind == CheckKind::Rows || kind == CheckKind::Events;
}

/// What drift of a check means to whoever is on call.
enum class CheckSeverity : std::uint8_t
{
    Warning,
    Critical
};
/// "warning", "critical".
[[nodiscard]] std::string_view toString(CheckSeverity severity) noexcept;

enum class UnicodeForm : std::uint8_t
{
    AsIs,
    Nfc,
    Nfd,
    Nfkc,
    Nfkd
};
/// "as-is", "NFC", "NFD", "NFKC", "NFKD".
[[nodiscard]] std::string_view toString(UnicodeForm form) noexcept;

/// One side of a check: a table or a query, never both.
struct CheckSide
{
    std::string store{};
    std::string table{};  ///< as in SQL: "public.order_summary", "\"Billing\".\"Order Summary\""
    std::string query{};  ///< a SELECT without a semicolon at its end
    std::string filter{}; ///< a condition in SQL; empty = all rows

    bool operator==(const CheckSide&) const = default;
};

/// What counts as equal in one column, beside equal values; all of it is off unless it is written.
struct ColumnRule
{
    std::optional<double> absolute{}; ///< numbers may differ by this much, > 0
    std::optional<double> relative{}; ///< or by this part of the larger one, > 0
    std::optional<Duration> time{};   ///< times may differ by this much
    bool trim = false;                ///< blanks at both ends of a text do not count
    bool ignoreCase = false;          ///< as the store's lower() sees it
    UnicodeForm unicode = UnicodeForm::AsIs;

    bool operator==(const ColumnRule&) const = default;
};

/// Where a run of a check ends before its end, and says so.
struct CheckBudget
{
    std::optional<Duration> time{};     ///< without the time that somebody paused it; > 0
    std::optional<std::int64_t> rows{}; ///< of the larger side; > 0
    Duration snapshotAge{600'000};      ///< a snapshot is held no longer: a new one is taken, or the run fails; > 0

    bool operator==(const CheckBudget&) const = default;
};

/// A check leaves its stores alone while one of them exceeds any of this.
struct CheckThrottle
{
    std::optional<std::int64_t> activeSessions{}; ///< statements that others run at this moment; > 0
    std::optional<Duration> replicaDelay{};       ///< of its slowest replica, or of itself if it is one; > 0

    bool operator==(const CheckThrottle&) const = default;
};

/// A check compares a read model with its source of truth. Columns go by the names of the actual side; `pairs` tells
/// how the expected side calls them.
struct CheckSettings
{
    std::string name{};
    std::string context{};
    std::string projection{}; ///< "name" or "name:version"; empty = of none, then nothing is known of events in flight
    CheckKind kind = CheckKind::Rows;
    CheckSide expected{};
    CheckSide actual{};
    std::vector<std::string> key{};
    /// To compare; empty = all that both sides have. Kind Groups: "min(column)", "max(column)", and else sums.
    std::vector<std::string> columns{};
    std::vector<std::string> ignore{};          ///< of them
    std::map<std::string, std::string> pairs{}; ///< column of the actual side -> of the expected side
    std::map<std::string, ColumnRule> rules{};  ///< by column of the actual side
    std::vector<std::string> rowsKey{};         ///< kind Groups: rows of groups that differ are compared by it
    std::string version{};                      ///< kind Order: a column of whole numbers; empty = the log's events
    std::string settledBy{};                    ///< a column of times on both sides; empty = rows of any age
    Duration settledFor{0};                     ///< rows that are younger on either side are left out
    bool emptyIsDrift = false;                  ///< a side without rows is compared whatever comes of it
    Duration settle{2000};                      ///< before a difference is read again
    Duration statementTimeout{600'000};         ///< on both stores, in place of theirs
    CheckBudget budget{};
    CheckThrottle throttle{};
    std::size_t maxDifferences = 1000; ///< the comparison ends with so many
    CheckSeverity severity = CheckSeverity::Warning;
    std::optional<CheckSchedule> schedule{}; ///< nullopt: it is run by order only
    /// Columns of the key whose values make the key of the row's events in the log; nullopt: the key's only column;
    /// empty: no single key's events make a row.
    std::optional<std::vector<std::string>> eventKey{};
    std::string eventKeySeparator{};        ///< between these values
    std::vector<std::string> eraseEvents{}; ///< types of events that delete a row
    SettingOrigin origin{};

    /// How the expected side calls a column of the actual one.
    [[nodiscard]] const std::string& expectedName(const std::string& column) const;

    bool operator==(const CheckSettings&) const = default;
};

/// So many fit into memory with both their rows.
constexpr std::size_t mostCheckDifferences = 1'000'000;

} // namespace projectionist
