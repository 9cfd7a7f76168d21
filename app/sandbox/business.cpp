// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/business.h"

#include <array>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr std::size_t maxLiveOrders = 400; ///< under way at once: an order takes some minutes at 50 events/s
constexpr std::size_t keptEnded = 100;     ///< orders that ended and may be erased once they are the oldest of so many
constexpr std::array carriers{"DHL", "GLS", "UPS", "DPD"};
constexpr std::array depots{"BER-1", "HAM-2", "LEJ-1", "MUC-3", "CGN-1", "FRA-2"};
constexpr std::array currencies{"EUR", "EUR", "EUR", "CHF", "SEK"};
constexpr std::array methods{"card", "card", "invoice", "sepa"};

Event makeEvent(const char* type, int version, const std::string& aggregate, std::int64_t sequence,
                const std::string& order, TimePoint now)
{
    Event event;
    event.id = fmt::format("{}-{}", aggregate, sequence);
    event.type = type;
    event.version = version;
    event.aggregate = aggregate;
    event.sequence = sequence;
    event.correlationId = order;
    event.occurredAt = now;
    event.data = {{"order_id", order}, {"sequence", sequence}};
    return event;
}

Order withoutParcels(const Order& order)
{
    Order copy = order;
    copy.parcels.clear();
    return copy;
}

} // namespace

Business::Business(std::uint64_t seed, std::uint64_t badEvery, std::uint64_t eraseEvery)
    : m_random(seed), m_badEvery(badEvery), m_eraseEvery(eraseEvery)
{
}

void Business::restore(std::vector<Order> live, std::int64_t lastOrder, std::int64_t lastParcel)
{
    m_live = std::move(live);
    m_lastOrder = lastOrder;
    m_lastParcel = lastParcel;
}

Step Business::next(TimePoint now)
{
    ++m_made;
    if (m_badEvery > 0 && m_made % m_badEvery == 0)
        m_badDue = static_cast<Bad>(1 + m_made / m_badEvery % 3);
    if (eraseIsDue())
        return erase(now);
    return m_live.size() < maxLiveOrders && (m_live.empty() || pick(3) == 0) ? place(now)
                                                                             : advance(pick(m_live.size()), now);
}

bool Business::takeBad(Bad kind)
{
    if (m_badDue != kind)
        return false;
    m_badDue = Bad::None;
    return true;
}

Step Business::place(TimePoint now)
{
    Order order;
    order.id = fmt::format("ORD-{:07}", ++m_lastOrder);
    order.customer = fmt::format("CUS-{:04}", pick(5000));
    order.status = "placed";
    order.currency = currencies[pick(currencies.size())];
    order.plannedParcels = pick(5) == 0 ? 2 : 1;
    order.version = 1;
    nlohmann::json lines = nlohmann::json::array();
    for (std::uint64_t count = 1 + pick(3); count > 0; --count) {
        const auto price = static_cast<std::int64_t>(499 + 100 * pick(90));
        const auto quantity = static_cast<std::int64_t>(1 + pick(3));
        order.totalCents += price * quantity;
        lines.push_back({{"sku", fmt::format("SKU-{:03}", pick(400))}, {"quantity", quantity}, {"price_cents", price}});
    }
    Step step{makeEvent("OrderPlaced", 2, order.id, 1, order.id, now), order, std::nullopt};
    step.event.data.update({{"customer_id", order.customer},
                            {"currency", takeBad(Bad::Currency) ? std::string("XTS") : order.currency},
                            {"total_cents", order.totalCents},
                            {"lines", std::move(lines)}});
    m_live.push_back(std::move(order));
    return step;
}

Step Business::advance(std::size_t index, TimePoint now)
{
    Order& order = m_live[index];
    if (order.status == "placed")
        return pick(25) == 0 ? end(index, "cancelled", "OrderCancelled", now) : pay(order, now);
    if (order.status == "paid") {
        if (order.parcels.size() < static_cast<std::size_t>(order.plannedParcels))
            return pack(order, now);
        order.status = "shipped";
        Step step{makeEvent("OrderShipped", 1, order.id, ++order.version, order.id, now), withoutParcels(order), {}};
        step.event.data["parcels"] = order.parcels.size();
        return step;
    }
    for (auto& parcel : order.parcels) {
        if (parcel.status != "delivered")
            return move(order, parcel, now);
    }
    return end(index, "completed", "OrderCompleted", now);
}

Step Business::pay(Order& order, TimePoint now)
{
    order.status = "paid";
    Step step{makeEvent("OrderPaid", 1, order.id, ++order.version, order.id, now), withoutParcels(order), {}};
    step.event.data["method"] = methods[pick(methods.size())];
    step.event.data["amount_cents"] = order.totalCents;
    if (takeBad(Bad::Amount))
        step.event.data["amount_cents"] = nullptr;
    return step;
}

Step Business::pack(Order& order, TimePoint now)
{
    Parcel parcel;
    parcel.id = fmt::format("PRC-{:07}", ++m_lastParcel);
    parcel.carrier = carriers[pick(carriers.size())];
    parcel.status = "packed";
    parcel.plannedScans = static_cast<int>(2 + pick(3));
    parcel.weightGrams = static_cast<int>(150 + pick(9000));
    parcel.version = 1;
    Step step{makeEvent("ParcelPacked", 1, parcel.id, 1, order.id, now), {}, parcel};
    step.event.data.update({{"carrier", parcel.carrier}, {"weight_grams", parcel.weightGrams}});
    order.parcels.push_back(std::move(parcel));
    return step;
}

Step Business::move(Order& order, Parcel& parcel, TimePoint now)
{
    const bool delivered = parcel.scans >= parcel.plannedScans;
    ++parcel.version;
    if (delivered) {
        parcel.status = "delivered";
        Step step{makeEvent("ParcelDelivered", 1, parcel.id, parcel.version, order.id, now), {}, parcel};
        step.event.data["left_at"] = pick(4) == 0 ? "neighbour" : "door";
        return step;
    }
    ++parcel.scans;
    parcel.status = "in_transit";
    parcel.depot = depots[pick(depots.size())];
    Step step{makeEvent("ParcelScanned", 1, parcel.id, parcel.version, order.id, now), {}, parcel};
    step.event.data.update(
        {{"depot", takeBad(Bad::Depot) ? std::string("XXX-0") : parcel.depot}, {"weight_grams", parcel.weightGrams}});
    if (std::exchange(m_poisonDue, false))
        step.event.data["weight_grams"] = -1;
    return step;
}

Step Business::end(std::size_t index, const char* status, const char* type, TimePoint now)
{
    Order order = withoutParcels(m_live[index]);
    m_live[index] = std::move(m_live.back());
    m_live.pop_back();
    order.status = status;
    Event event = makeEvent(type, 1, order.id, ++order.version, order.id, now);
    m_ended.push_back(order);
    if (m_ended.size() > keptEnded)
        m_ended.pop_front();
    return {std::move(event), std::move(order), {}};
}

bool Business::eraseIsDue() const
{
    return m_eraseEvery > 0 && m_made % m_eraseEvery == 0 && m_ended.size() == keptEnded;
}

Step Business::erase(TimePoint now)
{
    const Order order = std::move(m_ended.front());
    m_ended.pop_front();
    return {makeEvent("OrderErased", 1, order.id, order.version + 1, order.id, now), {}, {}, true};
}

} // namespace projectionist
