// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/checksettings.h"
#include "models/zone.h"

#include <QStringList>

namespace projectionist {

// What a form says of a check, as texts. Columns, rules and pairs are CheckColumnsModel's.

/// One side as it is typed; what is not said with `asks` is kept for who goes back to it.
struct SideDraft
{
    bool asks = false; ///< a query in place of a table
    QString store;
    QString table;
    QString query;
    QString filter;

    bool operator==(const SideDraft&) const = default;
};

struct CheckDraft
{
    QString name;
    QString projection;
    CheckKind kind = CheckKind::Rows;
    SideDraft expected{};
    SideDraft actual{};
    QString key;     ///< see listText()
    QString sums;    ///< kind Groups
    QString rowsKey; ///< kind Groups
    QString version; ///< kind Order
    QString settledBy;
    QString settledFor;
    QString schedule; ///< empty: by order only
    QString timeZone;
    CheckSeverity severity = CheckSeverity::Warning;
    QString maxDifferences;
    QString statementTimeout;
    QString settle;
    QString snapshotAge;
    QString budgetTime; ///< empty: no limit, as the next three
    QString budgetRows;
    QString activeSessions;
    QString replicaDelay;
    bool emptyIsDrift = false;
    bool ownEventKey = false; ///< `eventKey` counts; else it is the key's only column
    QString eventKey;
    QString eventKeySeparator;
    QString eraseEvents;

    bool operator==(const CheckDraft&) const = default;
};

[[nodiscard]] CheckDraft draftOf(const CheckSettings& check);
/// Puts into a check what the draft says, and leaves the rest of it as it is. What makes no sense is told, a sentence
/// each, and not put in. What does not belong to the kind is cleared.
[[nodiscard]] QStringList fillCheck(const CheckDraft& draft, CheckSettings& check);

/// "id, region": names with commas, quotes or blanks at their ends stand in double quotes, which are doubled within.
[[nodiscard]] QString listText(const std::vector<std::string>& names);
[[nodiscard]] std::vector<std::string> listOf(const QString& text);

/// "next: 15:00:00, 15:15:00, 15:30:00 UTC", what is wrong with it, or that there is none.
[[nodiscard]] QString scheduleText(const QString& schedule, const QString& timeZone, TimePoint now, Zone zone);

/// The kinds that a form offers, the usual one first.
[[nodiscard]] const std::vector<CheckKind>& offeredKinds();
[[nodiscard]] bool hasExpectedSide(CheckKind kind);
[[nodiscard]] bool hasActualSide(CheckKind kind);
[[nodiscard]] bool hasKey(CheckKind kind);

} // namespace projectionist
