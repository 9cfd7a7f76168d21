// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/events.h"

#include "backend/core/format.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace projectionist {

namespace {

std::string headerOf(const Record& record, std::string_view name)
{
    for (const auto& header : record.headers) {
        if (header.name == name)
            return header.value.value_or(std::string());
    }
    return {};
}

/// What the decoder knows of a type: up to which version, and which fields beside order_id and sequence.
struct KnownType
{
    std::string_view type;
    int version;
    std::vector<std::string_view> fields;
};

const std::vector<KnownType>& knownTypes()
{
    static const std::vector<KnownType> types{{"OrderPlaced", 2, {"customer_id", "currency", "total_cents", "lines"}},
                                              {"OrderPaid", 1, {"method", "amount_cents"}},
                                              {"OrderShipped", 1, {"parcels"}},
                                              {"OrderCompleted", 1, {}},
                                              {"OrderCancelled", 1, {}},
                                              {"OrderErased", 1, {}},
                                              {"ParcelPacked", 1, {"carrier", "weight_grams"}},
                                              {"ParcelScanned", 1, {"depot", "weight_grams"}},
                                              {"ParcelDelivered", 1, {"left_at"}}};
    return types;
}

} // namespace

OutgoingRecord toRecord(const Event& event, const std::string& topic)
{
    OutgoingRecord record;
    record.topic = topic;
    record.key = event.aggregate;
    record.value = event.data.dump();
    record.headers = {{"type", event.type},
                      {"version", std::to_string(event.version)},
                      {"id", event.id},
                      {"correlation-id", event.correlationId},
                      {"occurred-at", formatRfc3339(event.occurredAt)}};
    return record;
}

Result<Event> toEvent(const Record& record)
{
    const auto invalid = [&record](const std::string& why) {
        return tl::unexpected(Error{
            ErrorKind::InvalidData, fmt::format("{} at {} is no event", toString(record.id), record.offset), why, {}});
    };
    Event event;
    event.data = nlohmann::json::parse(record.value.value_or(std::string()), nullptr, false);
    if (!event.data.is_object())
        return invalid("its value is no JSON object");
    const auto occurred = parseRfc3339(headerOf(record, "occurred-at"));
    if (!occurred)
        return invalid("its header occurred-at is no time");
    const auto sequence = event.data.find("sequence");
    if (sequence == event.data.end() || !sequence->is_number_integer())
        return invalid("it has no sequence");
    const std::string version = headerOf(record, "version");
    std::from_chars(version.data(), version.data() + version.size(), event.version);
    event.id = headerOf(record, "id");
    event.type = headerOf(record, "type");
    event.aggregate = record.key.value_or(std::string());
    event.sequence = sequence->get<std::int64_t>();
    event.correlationId = headerOf(record, "correlation-id");
    event.occurredAt = *occurred;
    event.partition = record.id.partition;
    event.position = record.offset;
    return event;
}

std::optional<std::string> undecodable(const Event& event)
{
    const auto known = std::ranges::find(knownTypes(), event.type, &KnownType::type);
    if (known == knownTypes().end() || event.version <= known->version)
        return std::nullopt;
    for (const auto& [name, value] : event.data.items()) {
        if (name != "order_id" && name != "sequence" && std::ranges::find(known->fields, name) == known->fields.end())
            return fmt::format("unknown field \"{}\" in {} version {}, known up to version {}", name, event.type,
                               event.version, known->version);
    }
    return std::nullopt;
}

} // namespace projectionist
