// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/parceltracking.h"

#include "backend/core/format.h"

#include <fmt/format.h>

namespace projectionist {

using nlohmann::json;

namespace {

void changeParcel(json& row, const Event& event)
{
    const std::string at = formatRfc3339(event.occurredAt);
    row["order_id"] = event.data.at("order_id");
    row.emplace("depot", ""); // of a parcel that was not scanned yet
    if (event.type == "ParcelPacked") {
        row["status"] = "packed";
        row["packed_at"] = at;
        row["carrier"] = event.data.at("carrier");
    } else if (event.type == "ParcelScanned") {
        row["status"] = "in_transit";
        row["depot"] = event.data.at("depot");
        row["scans"] = row.value("scans", json()).is_null() ? 1 : row["scans"].get<std::int64_t>() + 1;
    } else {
        row["status"] = "delivered";
        row["delivered_at"] = at;
    }
    // A scale that is out of order tells nothing: the former weight stays.
    if (const int weight = event.data.value("weight_grams", 0); weight > 0)
        row["weight_grams"] = weight;
}

} // namespace

ParcelTracking::ParcelTracking(const std::string& schema)
    : m_rows(schema, "parcel_tracking", "parcel_id",
             {"order_id", "carrier", "status", "depot", "scans", "weight_grams", "packed_at", "delivered_at",
              "sequence", "applied", "partition", "position"})
{
}

std::optional<HandlerFailure> ParcelTracking::refuses(const Event& event, bool fixed) const
{
    if (event.type != "ParcelScanned")
        return std::nullopt;
    const int weight = event.data.value("weight_grams", 0);
    if (weight < 0 && !fixed)
        return HandlerFailure{"projectionist.sandbox.NegativeWeightException",
                              fmt::format("{} weighs {} g", event.aggregate, weight), false};
    if (event.data.value("depot", json()) == "XXX-0")
        return HandlerFailure{"projectionist.sandbox.UnknownDepotException",
                              event.aggregate + " was scanned in XXX-0, which is no depot", true};
    return std::nullopt;
}

Result<void> ParcelTracking::apply(Transaction& transaction, const std::vector<Event>& events) const
{
    return m_rows.fold(transaction, events, "Parcel", &changeParcel);
}

} // namespace projectionist
