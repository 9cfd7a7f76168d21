// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/relationshape.h"

namespace projectionist {

/// Keys between which pieces of about so many rows lie, as SQL, from the server's statistics on a column; empty = one
/// piece.
[[nodiscard]] Result<std::vector<std::string>> keyBorders(SnapshotReader& reader, const RelationShape& shape,
                                                          const std::string& column, std::int64_t rowsAPiece);

/// A condition on the column, which is SQL: it lies in a piece between these borders; empty if there is only one.
[[nodiscard]] std::string withinPiece(const std::string& column, const std::vector<std::string>& borders,
                                      std::size_t piece);

/// Whether rows that are next to each other in a column's order are so on disk: its pieces are read at the price of the
/// whole.
[[nodiscard]] Result<bool> liesInOrder(SnapshotReader& reader, const RelationShape& shape, const std::string& column);

} // namespace projectionist
