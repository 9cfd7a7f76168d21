// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/projection.h"

namespace projectionist {

/// A row for each parcel, for "where is my parcel?". Refuses scans of a depot it does not know; throws on a negative
/// weight until it is fixed.
class ParcelTracking final : public Projection
{
public:
    explicit ParcelTracking(const std::string& schema);

    [[nodiscard]] bool concerns(const Event& event) const override { return event.type.starts_with("Parcel"); }
    [[nodiscard]] std::optional<HandlerFailure> refuses(const Event& event, bool fixed) const override;
    [[nodiscard]] Result<void> apply(Transaction& transaction, const std::vector<Event>& events) const override;

private:
    KeyedRows m_rows;
};

} // namespace projectionist
