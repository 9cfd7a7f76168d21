// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/letterscanner.h"

namespace projectionist {

/// Everything a letter tells, for showing it. The same table and rules as the scan, so both say the same. Costs no more
/// than a copy of the letter and its decoded headers.
[[nodiscard]] DeadLetter decode(LetterScanner& scanner, const RawLetter& letter);

} // namespace projectionist
