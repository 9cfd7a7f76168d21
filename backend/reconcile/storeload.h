// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/comparisonplan.h"

namespace projectionist {

/// Tells when a check's stores are to be left alone, by what their servers say of themselves. Belongs to one thread at
/// a time.
class StoreLoad
{
public:
    explicit StoreLoad(CheckThrottle limits) : m_limits(limits) {}

    /// The reader is for this alone, and outlives the object.
    void add(const std::string& store, SnapshotReader& reader) { m_stores.push_back({store, &reader}); }

    /// "52 sessions are active on store "orders-db", and the limit is 40"; empty: go on. A store that does not tell is
    /// in nobody's way, but see findings().
    [[nodiscard]] std::string tooBusy();
    /// What could not be told until now.
    [[nodiscard]] std::vector<CheckFinding> findings() const;

private:
    struct Store
    {
        std::string name;
        SnapshotReader* reader;
        std::string obstacle{}; ///< to what is asked; empty: there is none
    };
    [[nodiscard]] Result<std::string> ask(Store& store) const;

    const CheckThrottle m_limits;
    std::vector<Store> m_stores;
};

} // namespace projectionist
