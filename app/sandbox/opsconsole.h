// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/projection.h"

namespace projectionist {

/// Counters by minute and type of event, with the revenue, for the operations room. Refuses payments without an amount.
/// Sums forget which events made them, so a second table remembers the last sequence of each aggregate, and where a
/// parcel was seen last.
class OpsConsole final : public Projection
{
public:
    explicit OpsConsole(const std::string& schema);

    [[nodiscard]] bool concerns(const Event&) const override { return true; }
    [[nodiscard]] std::optional<HandlerFailure> refuses(const Event& event, bool fixed) const override;
    [[nodiscard]] Result<void> apply(Transaction& transaction, const std::vector<Event>& events) const override;

private:
    KeyedRows m_counters;
    KeyedRows m_seen;
};

} // namespace projectionist
