// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/lettersource.h"
#include "backend/deadletter/sharedletters.h"

namespace projectionist {

/// Tells the index which of its letters are resolved now that `former` is so no more: letters of the broker at once,
/// and returns the tables whose rows are still to be marked, see markResolvedRows().
[[nodiscard]] std::set<std::string> markResolved(SharedLetters& letters, const ResolvedSet& former,
                                                 const ResolvedSet& present,
                                                 const std::function<bool(const std::string&)>& isTable);
/// The rows of one table. On the thread of its source, which alone knows their references.
void markResolvedRows(SharedLetters& letters, const LetterSource& source, const std::string& table);

} // namespace projectionist
