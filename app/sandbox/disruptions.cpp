// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/disruptions.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr std::uint64_t scanWithoutDepot = 30; ///< one scan in so many
constexpr std::uint64_t orderOfTomorrow = 8;   ///< one new order in so many
constexpr std::uint64_t withoutAnswer = 8;     ///< one last event in so many
constexpr std::uint64_t keyShare = 16;         ///< of so many keys two lose one event, one loses its end
constexpr std::uint64_t passedOver = 20;       ///< one event in so many
constexpr std::uint64_t deliveredTwice = 10;   ///< one scan in so many

/// FNV-1a: the same on every machine.
std::uint64_t hashOf(std::string_view text)
{
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char letter : text)
        hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
    return hash >> 16; // the low bits hardly mix
}

} // namespace

void spoil(Event& event)
{
    const auto hash = hashOf(event.id);
    if (event.type == "ParcelScanned" && hash % scanWithoutDepot == 0)
        event.data["depot"] = nullptr;
    if (event.type == "OrderPlaced" && hash % orderOfTomorrow == 0) {
        event.version = 3;
        event.data["gift_message"] = "All the best";
    }
}

std::optional<HandlerFailure> geocoderOutage(const Event& event)
{
    const bool last = event.type == "ParcelDelivered" || event.type == "OrderCompleted";
    if (!last || hashOf(event.id) % withoutAnswer != 0)
        return std::nullopt;
    return HandlerFailure{failures::geocoderTimeout, fmt::format("{} was not located within 2000 ms", event.aggregate),
                          true};
}

std::optional<HandlerFailure> lockedRow(const std::string& projection, const Event& event)
{
    if (projection == "ops_console")
        return std::nullopt;
    const auto hash = hashOf(event.aggregate) % keyShare;
    const bool fails = (hash < 2 && event.sequence == 2) || (hash == 2 && event.sequence > 2);
    if (!fails)
        return std::nullopt;
    return HandlerFailure{failures::rowLocked,
                          fmt::format("could not obtain lock on row {} in {}", event.aggregate, projection), true};
}

void addTaxTwice(Event& event)
{
    if (event.type == "OrderPlaced")
        event.data["total_cents"] = event.data.at("total_cents").get<std::int64_t>() * 119 / 100;
}

bool isPassedOver(const Event& event)
{
    return hashOf(event.id) % passedOver == 0;
}

bool erases(const Event& event)
{
    return event.type == "OrderErased";
}

bool isDeliveredTwice(const Event& event)
{
    return event.type == "ParcelScanned" && hashOf(event.id) % deliveredTwice == 1;
}

} // namespace projectionist
