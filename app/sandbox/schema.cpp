// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/schema.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr const char* schemaMark = "made by projectionist-sandbox";

/// One command a row: the seam takes one at a time. Rows that change all the time have room to change in place.
constexpr const char* commands[]{
    "CREATE SCHEMA @",
    "COMMENT ON SCHEMA @ IS 'made by projectionist-sandbox'",
    // Write side.
    ("CREATE TABLE @.customer_order (id text PRIMARY KEY, customer text NOT NULL, status text NOT NULL, "
     "currency text NOT NULL, total_cents bigint NOT NULL, planned_parcels int NOT NULL, version bigint NOT NULL, "
     "updated_at timestamptz NOT NULL)"),
    "CREATE INDEX ON @.customer_order (id) WHERE status IN ('placed', 'paid', 'shipped')",
    ("CREATE TABLE @.parcel (id text PRIMARY KEY, order_id text NOT NULL, carrier text NOT NULL, status text NOT NULL, "
     "depot text NOT NULL, scans int NOT NULL, planned_scans int NOT NULL, weight_grams int NOT NULL, "
     "version bigint NOT NULL, updated_at timestamptz NOT NULL)"),
    "CREATE INDEX ON @.parcel (order_id)",
    ("CREATE TABLE @.outbox (seq bigserial PRIMARY KEY, id text NOT NULL UNIQUE, type text NOT NULL, "
     "version int NOT NULL, aggregate text NOT NULL, correlation_id text NOT NULL, payload json NOT NULL, "
     "occurred_at timestamptz NOT NULL, published_at timestamptz)"),
    "CREATE INDEX ON @.outbox (seq) INCLUDE (occurred_at) WHERE published_at IS NULL",
    "CREATE TABLE @.write_state (name text PRIMARY KEY, value bigint NOT NULL)",
    // Read side.
    ("CREATE TABLE @.projection_checkpoint (projection text, topic text, partition int, position bigint NOT NULL, "
     "updated_at timestamptz NOT NULL, worker text NOT NULL, PRIMARY KEY (projection, topic, partition)) "
     "WITH (fillfactor = 40)"),
    ("CREATE TABLE @.order_summary (order_id text PRIMARY KEY, customer_id text, status text, currency text, "
     "total_cents bigint, parcels int, placed_at timestamptz, paid_at timestamptz, closed_at timestamptz, "
     "sequence bigint NOT NULL, applied bigint NOT NULL) WITH (fillfactor = 70)"),
    ("CREATE TABLE @.parcel_tracking (parcel_id text PRIMARY KEY, order_id text, carrier text, status text, depot "
     "text, "
     "scans bigint, weight_grams int, packed_at timestamptz, delivered_at timestamptz, "
     "sequence bigint NOT NULL, applied bigint NOT NULL) WITH (fillfactor = 70)"),
    ("CREATE TABLE @.ops_console (bucket text PRIMARY KEY, minute timestamptz NOT NULL, type text NOT NULL, "
     "events bigint NOT NULL, revenue_cents bigint NOT NULL) WITH (fillfactor = 40)"),
    "CREATE TABLE @.ops_console_seen (aggregate text PRIMARY KEY, sequence bigint NOT NULL) WITH (fillfactor = 70)",
    "CREATE TABLE @.created_topic (name text PRIMARY KEY)",
};

/// What came later, for new schemas and for those that an older sandbox made.
constexpr const char* additions[]{
    // What a scan must have: the store itself refuses rows without a depot.
    "UPDATE @.parcel_tracking SET depot = '' WHERE depot IS NULL",
    "ALTER TABLE @.parcel_tracking ALTER COLUMN depot SET NOT NULL",
    "ALTER TABLE @.ops_console_seen ADD COLUMN IF NOT EXISTS place text NOT NULL DEFAULT ''",
    // Where the last event stands that was applied to a row: what its sequence says, for those who read the log.
    "ALTER TABLE @.order_summary ADD COLUMN IF NOT EXISTS partition int, ADD COLUMN IF NOT EXISTS position bigint",
    "ALTER TABLE @.parcel_tracking ADD COLUMN IF NOT EXISTS partition int, ADD COLUMN IF NOT EXISTS position bigint",
    "ALTER TABLE @.ops_console_seen ADD COLUMN IF NOT EXISTS partition int, ADD COLUMN IF NOT EXISTS position bigint",
    ("CREATE TABLE IF NOT EXISTS @.dead_letter (id bigserial PRIMARY KEY, failed_at timestamptz NOT NULL, "
     "projection text NOT NULL, topic text NOT NULL, partition int NOT NULL, position bigint NOT NULL, key text, "
     "type text NOT NULL, payload bytea, headers jsonb NOT NULL, exception text NOT NULL, message text NOT NULL, "
     "stack text NOT NULL, attempts int NOT NULL)"),
};

Result<void> runAll(Transaction& transaction, std::span<const char* const> all, const std::string& schema)
{
    for (const char* command : all) {
        if (auto done = transaction.execute(inSchema(command, schema)); !done)
            return tl::unexpected(done.error());
    }
    return {};
}

/// The schema's comment; nullopt if there is no such schema.
Result<std::optional<std::string>> commentOf(RelationalStore& store, const std::string& schema)
{
    const Parameter name[]{schema};
    const auto found = store.query(
        "SELECT coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace WHERE nspname = $1", name, 1);
    if (!found)
        return tl::unexpected(found.error());
    if (found->rows.empty())
        return std::nullopt;
    return found->rows.front().front().value_or(std::string());
}

} // namespace

std::string inSchema(std::string sql, const std::string& schema)
{
    for (auto at = sql.find('@'); at != std::string::npos; at = sql.find('@', at + schema.size()))
        sql.replace(at, 1, schema);
    return sql;
}

bool isSandboxSchema(const std::string& name)
{
    return name.starts_with("sandbox_") && name.size() > 8 && name.size() < 60 &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

Result<SchemaOutcome> makeSchema(RelationalStore& store, const std::string& schema)
{
    const auto comment = commentOf(store, schema);
    if (!comment)
        return tl::unexpected(comment.error());
    const bool ours = *comment == schemaMark;
    if (*comment && !ours) {
        return tl::unexpected(Error{ErrorKind::Conflict, "Cannot use the schema " + schema,
                                    "it exists and was not made by a sandbox", "Name another one with --schema.",
                                    false});
    }
    const auto made = store.transaction([&](Transaction& transaction) -> Result<void> {
        if (auto done = ours ? Result<void>{} : runAll(transaction, commands, schema); !done)
            return done;
        return runAll(transaction, additions, schema);
    });
    if (!made)
        return tl::unexpected(made.error());
    return ours ? SchemaOutcome::Continued : SchemaOutcome::Created;
}

Result<std::vector<std::string>> createdTopics(RelationalStore& store, const std::string& schema)
{
    const auto comment = commentOf(store, schema);
    if (!comment)
        return tl::unexpected(comment.error());
    if (*comment != schemaMark) {
        return tl::unexpected(Error{ErrorKind::NotFound, "Nothing to remove",
                                    "there is no schema " + schema + " that a sandbox made in this database",
                                    "Check --postgres and --schema.", false});
    }
    const auto rows = store.query(inSchema("SELECT name FROM @.created_topic ORDER BY name", schema), {}, 1000);
    if (!rows)
        return tl::unexpected(rows.error());
    std::vector<std::string> names;
    for (const auto& row : rows->rows)
        names.push_back(row.front().value_or(std::string()));
    return names;
}

Result<void> noteCreatedTopic(RelationalStore& store, const std::string& schema, const std::string& topic)
{
    return store.transaction([&](Transaction& transaction) -> Result<void> {
        const Parameter name[]{topic};
        const auto sql = inSchema("INSERT INTO @.created_topic VALUES ($1) ON CONFLICT DO NOTHING", schema);
        if (auto done = transaction.execute(sql, name); !done)
            return tl::unexpected(done.error());
        return {};
    });
}

Result<void> dropSchema(RelationalStore& store, const std::string& schema)
{
    return store.transaction([&](Transaction& transaction) -> Result<void> {
        if (auto done = transaction.execute(inSchema("DROP SCHEMA @ CASCADE", schema)); !done)
            return tl::unexpected(done.error());
        return {};
    });
}

} // namespace projectionist
