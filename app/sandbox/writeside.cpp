// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/writeside.h"

#include "app/sandbox/disruptions.h"
#include "app/sandbox/schema.h"
#include "backend/core/format.h"

namespace projectionist {

namespace {

using nlohmann::json;

constexpr std::size_t largestBatch = 2000;
constexpr Duration tick{100};

json rowOf(const Order& order, TimePoint now)
{
    return {{"id", order.id},
            {"customer", order.customer},
            {"status", order.status},
            {"currency", order.currency},
            {"total_cents", order.totalCents},
            {"planned_parcels", order.plannedParcels},
            {"version", order.version},
            {"updated_at", formatRfc3339(now)}};
}

json rowOf(const Parcel& parcel, const std::string& order, TimePoint now)
{
    return {{"id", parcel.id},
            {"order_id", order},
            {"carrier", parcel.carrier},
            {"status", parcel.status},
            {"depot", parcel.depot},
            {"scans", parcel.scans},
            {"planned_scans", parcel.plannedScans},
            {"weight_grams", parcel.weightGrams},
            {"version", parcel.version},
            {"updated_at", formatRfc3339(now)}};
}

json rowOf(const Event& event)
{
    return {{"id", event.id},
            {"type", event.type},
            {"version", event.version},
            {"aggregate", event.aggregate},
            {"correlation_id", event.correlationId},
            {"payload", event.data},
            {"occurred_at", formatRfc3339(event.occurredAt)}};
}

Order orderFrom(const json& row)
{
    Order order;
    order.id = row.at("id");
    order.customer = row.at("customer");
    order.status = row.at("status");
    order.currency = row.at("currency");
    order.totalCents = row.at("total_cents");
    order.plannedParcels = row.at("planned_parcels");
    order.version = row.at("version");
    for (const auto& parcel : row.at("parcels")) {
        order.parcels.push_back({parcel.at("id"), parcel.at("carrier"), parcel.at("status"), parcel.at("depot"),
                                 parcel.at("scans"), parcel.at("planned_scans"), parcel.at("weight_grams"),
                                 parcel.at("version")});
    }
    return order;
}

constexpr const char* selectLiveOrders =
    "SELECT to_jsonb(o) || jsonb_build_object('parcels', (SELECT coalesce(jsonb_agg(to_jsonb(p) ORDER BY p.id), '[]') "
    "FROM @.parcel p WHERE p.order_id = o.id)) FROM @.customer_order o "
    "WHERE status IN ('placed', 'paid', 'shipped') ORDER BY id";
constexpr const char* lastNumber = "SELECT coalesce(max(substr(id, 5)::bigint), 0) FROM @.";
constexpr const char* saveOrders =
    "INSERT INTO @.customer_order SELECT * FROM jsonb_populate_recordset(NULL::@.customer_order, $1::jsonb) "
    "ON CONFLICT (id) DO UPDATE SET status = excluded.status, version = excluded.version, "
    "updated_at = excluded.updated_at";
constexpr const char* eraseOrders =
    "DELETE FROM @.customer_order WHERE id = ANY (ARRAY(SELECT jsonb_array_elements_text($1::jsonb)))";
constexpr const char* saveParcels =
    "INSERT INTO @.parcel SELECT * FROM jsonb_populate_recordset(NULL::@.parcel, $1::jsonb) "
    "ON CONFLICT (id) DO UPDATE SET status = excluded.status, depot = excluded.depot, scans = excluded.scans, "
    "version = excluded.version, updated_at = excluded.updated_at";
// A batch whose commit may or may not have succeeded is written again: its events are there already, then.
constexpr const char* saveOutbox =
    "INSERT INTO @.outbox (id, type, version, aggregate, correlation_id, payload, occurred_at) "
    "SELECT id, type, version, aggregate, correlation_id, payload, occurred_at "
    "FROM ROWS FROM (json_to_recordset($1::json) AS (id text, type text, version int, aggregate text, "
    "correlation_id text, payload json, occurred_at timestamptz)) WITH ORDINALITY AS "
    "e(id, type, version, aggregate, correlation_id, payload, occurred_at, place) ORDER BY place "
    "ON CONFLICT (id) DO NOTHING";
constexpr const char* saveState = "INSERT INTO @.write_state VALUES ($1, $2::bigint) "
                                  "ON CONFLICT (name) DO UPDATE SET value = excluded.value";

std::string listOf(const std::map<std::string, json>& rows)
{
    json all = json::array();
    for (const auto& [id, row] : rows)
        all.push_back(row);
    return all.dump();
}

/// What a batch writes: JSON arrays.
struct BatchRows
{
    std::string orders, parcels; ///< the last state of each
    std::string erased;          ///< ids of orders
    std::string events;
};

BatchRows rowsOf(const std::vector<Step>& batch)
{
    std::map<std::string, json> orders, parcels;
    json events = json::array();
    json erased = json::array();
    for (const auto& step : batch) {
        if (step.order)
            orders[step.order->id] = rowOf(*step.order, step.event.occurredAt);
        if (step.parcel)
            parcels[step.parcel->id] = rowOf(*step.parcel, step.event.correlationId, step.event.occurredAt);
        if (step.erased) {
            orders.erase(step.event.aggregate);
            erased.push_back(step.event.aggregate);
        }
        events.push_back(rowOf(step.event));
    }
    return {listOf(orders), listOf(parcels), erased.dump(), events.dump()};
}

std::int64_t numberIn(const Rows& rows)
{
    return rows.rows.empty() ? 0 : std::stoll(rows.rows.front().front().value_or("0"));
}

} // namespace

WriteSide::WriteSide(ProcessContext context, std::unique_ptr<RelationalStore> store)
    : m_context(std::move(context))
    , m_store(std::move(store))
    , m_business(m_context.settings.seed, m_context.settings.badEvery, m_context.settings.eraseEvery)
    , m_faults(m_context.settings.faults)
{
}

Result<void> WriteSide::run()
{
    while (!m_context.stop.requested()) {
        auto restored = restore();
        if (restored)
            break;
        if (!restored.error().retriable)
            return restored;
        m_errors.report(restored.error());
        m_context.stop.sleep(Duration(500));
    }
    while (!m_context.stop.requested()) {
        m_faults.refresh();
        prepareBatch();
        if (const auto written = writeBatch(); !written) {
            if (!written.error().retriable)
                return written;
            m_errors.report(written.error());
            m_context.stop.sleep(Duration(500));
        } else {
            m_errors.allWell();
            m_context.stop.sleep(m_historyLeft > 0 ? Duration(0) : tick);
        }
    }
    return {};
}

Result<std::int64_t> WriteSide::stateOf(const char* name)
{
    const Parameter parameters[]{name};
    return m_store
        ->query(inSchema("SELECT value FROM @.write_state WHERE name = $1", m_context.settings.schema), parameters, 1)
        .map(numberIn);
}

Result<void> WriteSide::restore()
{
    const auto& schema = m_context.settings.schema;
    const auto poisoned = stateOf("poisoned_for");
    if (!poisoned)
        return tl::unexpected(poisoned.error());
    m_poisonedFor = m_poisonAsked = TimePoint(Duration(*poisoned));
    const auto rows = m_store->query(inSchema(selectLiveOrders, schema), {}, 100'000);
    if (!rows)
        return tl::unexpected(rows.error());
    std::vector<Order> live;
    for (const auto& row : rows->rows)
        live.push_back(orderFrom(json::parse(row.front().value_or("{}"))));
    const auto order = m_store->query(inSchema(std::string(lastNumber) + "customer_order", schema), {}, 1);
    if (!order)
        return tl::unexpected(order.error());
    const auto parcel = m_store->query(inSchema(std::string(lastNumber) + "parcel", schema), {}, 1);
    if (!parcel)
        return tl::unexpected(parcel.error());
    const auto events = m_store->query(inSchema("SELECT coalesce(max(seq), 0) FROM @.outbox", schema), {}, 1);
    if (!events)
        return tl::unexpected(events.error());
    m_historyLeft = numberIn(*events) == 0 ? m_context.settings.history : 0;
    m_business.restore(std::move(live), numberIn(*order), numberIn(*parcel));
    return {};
}

void WriteSide::prepareBatch()
{
    if (!m_batch.empty())
        return;
    const TimePoint now = m_context.clock.now();
    if (m_faults.active(Fault::Poison) && m_faults.since(Fault::Poison) != m_poisonAsked) {
        m_poisonAsked = m_faults.since(Fault::Poison);
        m_business.poisonNextScan();
    }
    std::size_t count = m_pace.due(arrivalRate(m_context.settings, m_faults, now), m_context.clock.monotonic());
    if (m_historyLeft > 0) {
        count = std::min<std::size_t>(m_historyLeft, largestBatch);
        m_historyLeft -= count;
    }
    for (count = std::min(count, largestBatch); count > 0; --count) {
        m_batch.push_back(m_business.next(now));
        if (m_faults.active(Fault::PoisonBurst))
            spoil(m_batch.back().event);
    }
}

Result<void> WriteSide::writeBatch()
{
    if (m_batch.empty())
        return {};
    const BatchRows rows = rowsOf(m_batch);
    const bool poisoned = m_poisonAsked != m_poisonedFor && !m_business.poisonPending();
    auto written = m_store->transaction([&](Transaction& transaction) -> Result<void> {
        const auto run = [&](const char* sql, std::vector<Parameter> parameters) {
            return transaction.execute(inSchema(sql, m_context.settings.schema), parameters);
        };
        auto done = run(saveOrders, {rows.orders});
        if (done)
            done = run(eraseOrders, {rows.erased});
        if (done)
            done = run(saveParcels, {rows.parcels});
        if (done)
            done = run(saveOutbox, {rows.events});
        if (done && poisoned)
            done = run(saveState, {"poisoned_for", std::to_string(m_poisonAsked.time_since_epoch().count())});
        return done.map([](const Rows&) {});
    });
    if (!written)
        return written;
    if (poisoned)
        m_poisonedFor = m_poisonAsked;
    m_batch.clear();
    return {};
}

} // namespace projectionist
