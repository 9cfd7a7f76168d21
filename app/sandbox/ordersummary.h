// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/projection.h"

namespace projectionist {

/// A row for each order until it is erased, for the shop's "my orders" page. Refuses orders in a currency it does not
/// know.
class OrderSummary final : public Projection
{
public:
    explicit OrderSummary(const std::string& schema);

    [[nodiscard]] bool concerns(const Event& event) const override { return event.type.starts_with("Order"); }
    [[nodiscard]] std::optional<HandlerFailure> refuses(const Event& event, bool fixed) const override;
    [[nodiscard]] Result<void> apply(Transaction& transaction, const std::vector<Event>& events) const override;

private:
    KeyedRows m_rows;
};

} // namespace projectionist
