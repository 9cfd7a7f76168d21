// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/seeding.h"

#include "app/sandbox/schema.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr std::int64_t ordersAtOnce = 20'000; ///< some hundred milliseconds, well within a statement's timeout

/// What an order of that number is; the read models say the same as the write side.
constexpr const char* seed =
    "WITH made AS MATERIALIZED (SELECT lpad(n::text, greatest(7, length(n::text)), '0') AS number, "
    "'CUS-' || lpad((n * 7919 % 5000)::text, 4, '0') AS customer, "
    "(ARRAY['EUR', 'EUR', 'EUR', 'CHF', 'SEK'])[1 + n % 5] AS currency, 499 + n * 37 % 900 * 100 AS cents, "
    "(ARRAY['DHL', 'GLS', 'UPS', 'DPD'])[1 + n % 4] AS carrier, "
    "(ARRAY['BER-1', 'HAM-2', 'LEJ-1', 'MUC-3', 'CGN-1', 'FRA-2'])[1 + n % 6] AS depot, 2 + n % 3 AS scans, "
    "150 + n * 13 % 9000 AS grams, now() - interval '1 day' - ($2::bigint - n) * interval '1 second' AS at "
    "FROM generate_series($1::bigint, $2::bigint) AS n), "
    "orders AS (INSERT INTO @.customer_order SELECT 'ORD-' || number, customer, 'completed', currency, cents, 1, 4, at "
    "FROM made), "
    "summaries AS (INSERT INTO @.order_summary (order_id, customer_id, status, currency, total_cents, parcels, "
    "placed_at, paid_at, closed_at, sequence, applied) SELECT 'ORD-' || number, customer, 'completed', currency, "
    "cents, 1, at - interval '3 days', at - interval '2 days', at, 4, 4 FROM made), "
    "parcels AS (INSERT INTO @.parcel SELECT 'PRC-' || number, 'ORD-' || number, carrier, 'delivered', depot, scans, "
    "scans, grams, scans + 2, at FROM made) "
    "INSERT INTO @.parcel_tracking (parcel_id, order_id, carrier, status, depot, scans, weight_grams, packed_at, "
    "delivered_at, sequence, applied) SELECT 'PRC-' || number, 'ORD-' || number, carrier, 'delivered', depot, scans, "
    "grams, at - interval '1 day', at, scans + 2, scans + 2 FROM made";
constexpr const char* lastUsed =
    "SELECT greatest((SELECT coalesce(max(substr(id, 5)::bigint), 0) FROM @.customer_order), "
    "(SELECT coalesce(max(substr(id, 5)::bigint), 0) FROM @.parcel))";

} // namespace

Result<void> seedRows(RelationalStore& store, const std::string& schema, std::int64_t rows,
                      const std::function<bool()>& goOn)
{
    const auto last = store.query(inSchema(lastUsed, schema), {}, 1);
    if (!last)
        return tl::unexpected(last.error());
    std::int64_t done = std::stoll(last->rows.front().front().value_or("0"));
    const std::int64_t all = done + rows;
    while (done < all) {
        if (!goOn())
            return tl::unexpected(Error{ErrorKind::Cancelled, "Seeding was ended", {}, {}});
        const std::int64_t next = std::min(done + ordersAtOnce, all);
        const Parameter parameters[]{std::to_string(done + 1), std::to_string(next)};
        const auto seeded = store.transaction([&](Transaction& transaction) -> Result<void> {
            return transaction.execute(inSchema(seed, schema), parameters).map([](const Rows&) {});
        });
        if (!seeded)
            return seeded;
        done = next;
    }
    return store.transaction([&](Transaction& transaction) -> Result<void> {
        for (const char* table : {"customer_order", "order_summary", "parcel", "parcel_tracking"})
            if (auto known = transaction.execute(inSchema(std::string("ANALYZE @.") + table, schema)); !known)
                return tl::unexpected(known.error());
        return {};
    });
}

} // namespace projectionist
