// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/opsconsole.h"

#include "backend/core/format.h"

namespace projectionist {

using nlohmann::json;

namespace {

std::string minuteOf(const Event& event)
{
    return formatRfc3339(TimePoint(std::chrono::floor<std::chrono::minutes>(event.occurredAt.time_since_epoch())));
}

std::string bucketOf(const Event& event)
{
    return minuteOf(event) + ' ' + event.type;
}

void count(json& row, const Event& event)
{
    if (row.is_null())
        row = {{"minute", minuteOf(event)}, {"type", event.type}, {"events", 0}, {"revenue_cents", 0}};
    row["events"] = row["events"].get<std::int64_t>() + 1;
    if (event.type == "OrderPaid")
        row["revenue_cents"] =
            row["revenue_cents"].get<std::int64_t>() + event.data.at("amount_cents").get<std::int64_t>();
}

} // namespace

OpsConsole::OpsConsole(const std::string& schema)
    : m_counters(schema, "ops_console", "bucket", {"events", "revenue_cents"})
    , m_seen(schema, "ops_console_seen", "aggregate", {"sequence", "partition", "position", "place"})
{
}

std::optional<HandlerFailure> OpsConsole::refuses(const Event& event, bool) const
{
    if (event.type == "OrderPaid" && event.data.value("amount_cents", json()).is_null())
        return HandlerFailure{"projectionist.sandbox.MissingAmountException",
                              event.aggregate + " was paid, but by which amount?", true};
    return std::nullopt;
}

Result<void> OpsConsole::apply(Transaction& transaction, const std::vector<Event>& events) const
{
    std::vector<std::string> aggregates, buckets;
    for (const auto& event : events) {
        aggregates.push_back(event.aggregate);
        buckets.push_back(bucketOf(event));
    }
    auto seen = m_seen.load(transaction, aggregates);
    if (!seen)
        return tl::unexpected(seen.error());
    auto counters = m_counters.load(transaction, buckets);
    if (!counters)
        return tl::unexpected(counters.error());
    for (const auto& event : events) {
        auto& row = seen->try_emplace(event.aggregate, json::object()).first->second;
        if (!event.takenForNew && event.sequence <= row.value("sequence", std::int64_t{0}))
            continue;
        noteApplied(row, event);
        row.emplace("place", "");
        if (event.type == "ParcelScanned")
            row["place"] = event.data.at("depot");
        count((*counters)[bucketOf(event)], event);
    }
    if (auto saved = m_seen.save(transaction, *seen); !saved)
        return saved;
    return m_counters.save(transaction, *counters);
}

} // namespace projectionist
