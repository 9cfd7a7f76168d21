// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/deadlettersettings.h"
#include "backend/deadletter/lettersource.h"
#include "backend/store/relationalstore.h"

namespace projectionist {

/// Dead letters that lie in a table of a database, best opened read-only. Read in portions by key, each its own short
/// statement; then looked at every second: new and changed rows are told by xmin, deleted ones by the count of rows.
/// Views have neither and are read again as a whole, as are tables whose looks take long less often, so that no more
/// than a tenth of the time is spent in them. A changed row is removed and added anew. The topic of its letters is
/// `settings.name`; a reference is that name, '#', and the key's values percent-encoded, with ',' between.
[[nodiscard]] std::unique_ptr<LetterSource> makeTableLetters(LetterTableSettings settings,
                                                             std::unique_ptr<RelationalStore> store);

} // namespace projectionist
