// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/ordersummary.h"

#include "backend/core/format.h"

namespace projectionist {

using nlohmann::json;

namespace {

void changeOrder(json& row, const Event& event)
{
    const std::string at = formatRfc3339(event.occurredAt);
    if (event.type == "OrderPlaced") {
        row["status"] = "placed";
        row["placed_at"] = at;
        for (const char* field : {"customer_id", "currency", "total_cents"})
            row[field] = event.data.at(field);
    } else if (event.type == "OrderPaid") {
        row["status"] = "paid";
        row["paid_at"] = at;
    } else if (event.type == "OrderShipped") {
        row["status"] = "shipped";
        row["parcels"] = event.data.at("parcels");
    } else if (event.type == "OrderErased") {
        row = nullptr;
    } else {
        row["status"] = event.type == "OrderCancelled" ? "cancelled" : "completed";
        row["closed_at"] = at;
    }
}

} // namespace

OrderSummary::OrderSummary(const std::string& schema)
    : m_rows(schema, "order_summary", "order_id",
             {"customer_id", "status", "currency", "total_cents", "parcels", "placed_at", "paid_at", "closed_at",
              "sequence", "applied", "partition", "position"})
{
}

std::optional<HandlerFailure> OrderSummary::refuses(const Event& event, bool) const
{
    if (event.type == "OrderPlaced" && event.data.value("currency", "") == "XTS")
        return HandlerFailure{"projectionist.sandbox.UnknownCurrencyException",
                              event.aggregate + " is in XTS, which has no exchange rate", true};
    return std::nullopt;
}

Result<void> OrderSummary::apply(Transaction& transaction, const std::vector<Event>& events) const
{
    return m_rows.fold(transaction, events, "Order", &changeOrder);
}

} // namespace projectionist
