// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/letterdesk.h"

namespace projectionist {

/// The letter at this offset of "orders-dlt", and in the row of the same number.
[[nodiscard]] LetterView listedLetter(Offset offset);
/// The newest of `total` letters in one group, as the desk answers.
[[nodiscard]] std::shared_ptr<LetterBoard> letterBoard(const LetterQuery& query, std::size_t total);

} // namespace projectionist
