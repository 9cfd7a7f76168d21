// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/judge.h"
#include "backend/deadletter/keyletters.h"
#include "backend/reconcile/cause.h"
#include "backend/reconcile/deployments.h"

namespace projectionist {

/// An event of a differing row's key, with what the rules look at.
struct LoggedEvent
{
    KeyEvent event;
    std::string eventId;                 ///< empty: not told
    std::optional<std::int64_t> version; ///< see ProjectionSettings::eventVersion
    bool erases = false;                 ///< the row has to be gone after it
    bool ahead = false;                  ///< the projection may have been before it when the row was read

    bool operator==(const LoggedEvent&) const = default;
};

/// What was found out about one confirmed difference.
struct CauseEvidence
{
    bool expected = false;                     ///< the source of truth has the row
    bool actual = false;                       ///< the read model has it
    std::vector<LoggedEvent> events;           ///< the key's last ones, oldest first
    std::string logGap;                        ///< why there may be others; empty: the whole log was searched
    bool passed = false;                       ///< the positions of the projection are known
    bool deleted = false;                      ///< retention has deleted the beginning of the log
    std::optional<KeyLetter> letter;           ///< the newest open dead letter of the key
    std::optional<RowState> row;               ///< what the projection's row_query says
    std::string rowGap{"nobody asked for it"}; ///< why not; of no account where `row` is there
};

/// A cause, and the events that it says were passed over.
struct FoundCause
{
    DifferenceCause cause;
    std::vector<LetterPlace> skipped;
};

/// The first rule that fits decides, about the events that the row should hold or does; where none does the cause is
/// Unknown, and its text says what is missing.
[[nodiscard]] FoundCause causeOf(const CauseEvidence& all);

/// Tells those whose skipped events stand side by side in a partition that they are one gap.
void joinGaps(std::vector<FoundCause>& causes);

/// Tells rows that a handler made wrong of which release the worker was: the last one of their projection's that was
/// deployed within the day before the first of the events that they hold. `deployments`: of the projection, oldest
/// first.
void tellDeployments(std::vector<FoundCause>& causes, const std::vector<Deployment>& deployments);

} // namespace projectionist
