// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/declarations.h"

namespace projectionist {

namespace {

DeclaredHandler setting(const std::string& type, std::vector<ColumnExpression> columns)
{
    DeclaredHandler handler;
    handler.types = {type};
    handler.set = std::move(columns);
    return handler;
}

DeclaredHandler ignoring(std::vector<std::string> types)
{
    DeclaredHandler handler;
    handler.types = std::move(types);
    handler.ignore = true;
    return handler;
}

constexpr const char* occurredAt = "header:occurred-at";

/// See OrderSummary.
std::vector<DeclaredHandler> orderHandlers()
{
    std::vector<DeclaredHandler> handlers{
        setting("OrderPlaced", {{"status", "'placed'"},
                                {"placed_at", occurredAt},
                                {"customer_id", "$.customer_id"},
                                {"currency", "$.currency"},
                                {"total_cents", "$.total_cents"}}),
        setting("OrderPaid", {{"status", "'paid'"}, {"paid_at", occurredAt}}),
        setting("OrderShipped", {{"status", "'shipped'"}, {"parcels", "$.parcels"}}),
        setting("OrderCompleted", {{"status", "'completed'"}, {"closed_at", occurredAt}}),
        setting("OrderCancelled", {{"status", "'cancelled'"}, {"closed_at", occurredAt}}),
        ignoring({"ParcelPacked", "ParcelScanned", "ParcelDelivered"})};
    DeclaredHandler erased;
    erased.types = {"OrderErased"};
    erased.erase = true;
    handlers.push_back(std::move(erased));
    return handlers;
}

/// See ParcelTracking.
std::vector<DeclaredHandler> parcelHandlers()
{
    const ColumnExpression order{"order_id", "$.order_id"};
    auto scanned = setting("ParcelScanned", {order, {"status", "'in_transit'"}, {"depot", "$.depot"}});
    scanned.add = {{"scans", "1"}};
    auto weighed = setting("ParcelPacked", {{"weight_grams", "$.weight_grams"}});
    weighed.types = {"ParcelPacked", "ParcelScanned", "ParcelDelivered"};
    weighed.where = "payload.weight_grams > 0"; // a scale that is out of order tells nothing
    return {
        setting("ParcelPacked", {order, {"status", "'packed'"}, {"packed_at", occurredAt}, {"carrier", "$.carrier"}}),
        scanned, setting("ParcelDelivered", {order, {"status", "'delivered'"}, {"delivered_at", occurredAt}}), weighed,
        ignoring({"OrderPlaced", "OrderPaid", "OrderShipped", "OrderCompleted", "OrderCancelled", "OrderErased"})};
}

} // namespace

std::optional<DeclaredProjectionSettings> declarationOf(const std::string& projection)
{
    const bool orders = projection == "order_summary";
    if (!orders && projection != "parcel_tracking")
        return std::nullopt;
    DeclaredProjectionSettings declared;
    declared.key = {{orders ? "order_id" : "parcel_id", "key"}};
    if (!orders)
        declared.initial = {{"depot", "''"}};
    declared.version = "sequence";
    declared.partition = "partition";
    declared.position = "position";
    declared.on = orders ? orderHandlers() : parcelHandlers();
    return declared;
}

} // namespace projectionist
