// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/store/relationalstore.h"

#include <functional>

namespace projectionist {

/// Fills the write side and both read models of orders and parcels with `rows` completed orders of one parcel each, as
/// if their events had been applied long ago: no log holds them any more. Numbers go on from those that are there.
/// `goOn` is asked between pieces of 20 000 orders; Cancelled when it says no, with what is there by then consistent.
[[nodiscard]] Result<void> seedRows(RelationalStore& store, const std::string& schema, std::int64_t rows,
                                    const std::function<bool()>& goOn);

} // namespace projectionist
