// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/events.h"

#include <deque>
#include <random>

namespace projectionist {

struct Parcel
{
    std::string id;
    std::string carrier;
    std::string status; ///< packed, in_transit, delivered
    std::string depot;  ///< of the last scan; may be empty
    int scans = 0;
    int plannedScans = 0;
    int weightGrams = 0;
    std::int64_t version = 0; ///< events so far
};

struct Order
{
    std::string id;
    std::string customer;
    std::string status; ///< placed, paid, shipped; then it ends as completed or cancelled
    std::string currency;
    std::int64_t totalCents = 0;
    int plannedParcels = 0;
    std::int64_t version = 0;
    std::vector<Parcel> parcels{};
};

/// What one command did: the event, and the aggregate as it is now (one of the two is set, none of an order that was
/// erased).
struct Step
{
    Event event;
    std::optional<Order> order;   ///< without its parcels
    std::optional<Parcel> parcel; ///< belongs to event.correlationId
    bool erased = false;          ///< the order event.aggregate is to be gone
};

/// Customers, warehouse and carriers: decides what happens next. Deterministic by seed and restored state. Now and then
/// (every `badEvery` events, 0 = never) an event carries what one projection refuses, the three in turn: an unknown
/// currency, an unknown depot, a payment without an amount. Once every `eraseEvery` events (0 = never) an order that
/// ended some hundred orders ago is erased: its customer wants to be forgotten. Parcels stay, they name nobody.
class Business
{
public:
    Business(std::uint64_t seed, std::uint64_t badEvery, std::uint64_t eraseEvery = 0);

    /// Takes up work where a former process left it.
    void restore(std::vector<Order> live, std::int64_t lastOrder, std::int64_t lastParcel);
    [[nodiscard]] Step next(TimePoint now);
    /// The next scanned parcel gets a negative weight, which parcel_tracking throws on.
    void poisonNextScan() { m_poisonDue = true; }
    [[nodiscard]] bool poisonPending() const noexcept { return m_poisonDue; }

private:
    enum class Bad : std::uint8_t
    {
        None,
        Currency,
        Depot,
        Amount
    };

    [[nodiscard]] std::uint64_t pick(std::uint64_t below) { return m_random() % below; }
    [[nodiscard]] bool takeBad(Bad kind);
    [[nodiscard]] Step place(TimePoint now);
    [[nodiscard]] Step advance(std::size_t index, TimePoint now);
    [[nodiscard]] Step pay(Order& order, TimePoint now);
    [[nodiscard]] Step pack(Order& order, TimePoint now);
    [[nodiscard]] Step move(Order& order, Parcel& parcel, TimePoint now);
    [[nodiscard]] Step end(std::size_t index, const char* status, const char* type, TimePoint now);
    [[nodiscard]] bool eraseIsDue() const;
    [[nodiscard]] Step erase(TimePoint now);

    std::mt19937_64 m_random;
    std::uint64_t m_badEvery;
    std::uint64_t m_eraseEvery;
    std::uint64_t m_made = 0;
    Bad m_badDue = Bad::None;
    bool m_poisonDue = false;
    std::int64_t m_lastOrder = 0;
    std::int64_t m_lastParcel = 0;
    std::vector<Order> m_live;
    std::deque<Order> m_ended; ///< the last ones, oldest first
};

} // namespace projectionist
