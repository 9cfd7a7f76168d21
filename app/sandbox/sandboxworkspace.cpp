// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/sandboxworkspace.h"

#include "app/sandbox/declarations.h"
#include "app/sandbox/schema.h"

namespace projectionist {

namespace {

constexpr const char* checkpoints =
    "SELECT topic, partition, position, updated_at FROM @.projection_checkpoint WHERE projection = $1";
constexpr const char* outbox = "SELECT count(*) AS pending, min(occurred_at) AS oldest, "
                               "(SELECT coalesce(max(seq), 0) FROM @.outbox) AS written "
                               "FROM @.outbox WHERE published_at IS NULL";

/// For judging a replay: what the read model holds of an event's key. ops_console counts, so it keeps that apart.
RowQuerySettings rowQueryOf(const SandboxSettings& settings, const std::string& projection)
{
    std::string table = "@.ops_console_seen";
    std::string key = "aggregate";
    if (projection == "order_summary") {
        table = "@.order_summary";
        key = "order_id";
    } else if (projection == "parcel_tracking") {
        table = "@.parcel_tracking";
        key = "parcel_id";
    }
    const auto query = [&](const std::string& columns, const std::string& condition) {
        return inSchema("SELECT " + columns + "sequence AS version, partition, position FROM " + table + " WHERE " +
                            key + " = " + condition,
                        settings.schema);
    };
    return {settings.storeSettings().name, query({}, "$1"), query(key + ", ", "ANY($1)")};
}

/// What a read model should hold, from the write side, with the read model's names. That of ops_console from the
/// outbox, which keeps what was published for ten minutes: only minutes that are all in it are compared.
constexpr const char* ordersExpected =
    "SELECT id AS order_id, customer AS customer_id, status, currency, total_cents, version AS sequence\n"
    "FROM @.customer_order";
constexpr const char* parcelsExpected =
    "SELECT id AS parcel_id, order_id, carrier, status, depot, nullif(scans, 0) AS scans, weight_grams,\n"
    "  version AS sequence\n"
    "FROM @.parcel";
constexpr const char* countsExpected =
    "SELECT to_char(minute, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\" ') || type AS bucket, minute AT TIME ZONE 'UTC' AS "
    "minute,\n"
    "  type, count(*) AS events,\n"
    "  coalesce(sum((payload->>'amount_cents')::bigint) FILTER (WHERE type = 'OrderPaid'), 0) AS revenue_cents\n"
    "FROM (SELECT date_trunc('minute', occurred_at AT TIME ZONE 'UTC') AS minute, type, payload FROM @.outbox) AS "
    "event\n"
    "WHERE minute >= date_trunc('minute', now() AT TIME ZONE 'UTC') - interval '8 minutes'\n"
    "GROUP BY minute, type";

CheckSettings checkOf(const SandboxSettings& settings, const ProjectionSettings& projection)
{
    CheckSettings check;
    check.name = check.projection = projection.name;
    check.context = projection.context;
    check.expected.store = check.actual.store = settings.storeSettings().name;
    check.actual.table = projection.readModel;
    if (projection.name == "order_summary") {
        check.expected.query = inSchema(ordersExpected, settings.schema);
        check.key = {"order_id"};
        check.columns = {"customer_id", "status", "currency", "total_cents", "sequence"};
        check.eraseEvents = {"OrderErased"};
    } else if (projection.name == "parcel_tracking") {
        check.expected.query = inSchema(parcelsExpected, settings.schema);
        check.key = {"parcel_id"};
        check.columns = {"order_id", "carrier", "status", "depot", "scans", "weight_grams", "sequence"};
    } else {
        check.expected.query = inSchema(countsExpected, settings.schema);
        check.actual.filter = "minute >= date_trunc('minute', now()) - interval '8 minutes'";
        check.key = {"bucket"};
        check.eventKey = std::vector<std::string>(); // events of many keys are counted in a row
    }
    return check;
}

/// Whether the standby has what its primary has: what nobody wrote for two seconds is the same in both.
CheckSettings checkOfReplica(const SandboxSettings& settings)
{
    CheckSettings check;
    check.name = "order_summary_replica";
    check.context = "sandbox";
    check.expected.store = settings.storeSettings().name;
    check.actual.store = settings.replicaSettings().name;
    check.expected.table = check.actual.table = settings.schema + ".order_summary";
    check.key = {"order_id"};
    check.columns = {"customer_id", "status", "currency", "total_cents", "sequence"};
    return check;
}

/// Whether order_summary is what its log makes.
CheckSettings checkOfEvents()
{
    CheckSettings check;
    check.name = "order_summary_events";
    check.context = "sandbox";
    check.projection = "order_summary";
    check.kind = CheckKind::Events;
    check.ignore = {"applied"};
    check.eraseEvents = {"OrderErased"};
    return check;
}

/// Of ops_console; those of the others are topics that are found by their names.
LetterTableSettings deadLetterTable(const SandboxSettings& settings)
{
    LetterTableSettings table;
    table.name = settings.schema + ".dead_letter";
    table.store = settings.storeSettings().name;
    table.table = table.name;
    table.family = LetterTableFamily::Sandbox;
    return table;
}

BrokerSettings brokerOf(const RunOptions& options)
{
    BrokerSettings broker = options.settings.brokerSettings();
    if (options.properties.empty())
        return broker;
    // The file stays where it is, with its secrets; only what was said on the command line goes beside it.
    broker.reference = {BrokerReference::Kind::PropertiesFile, std::filesystem::absolute(options.properties), {}};
    if (!options.bootstrap.empty())
        broker.written["bootstrap.servers"] = options.bootstrap;
    return broker;
}

ProjectionSettings projectionOf(const SandboxSettings& settings, const std::string& name)
{
    ProjectionSettings projection;
    projection.name = name;
    projection.context = "sandbox";
    projection.topics = {settings.topic};
    projection.checkpoint = CheckpointSettings{settings.storeSettings().name, inSchema(checkpoints, settings.schema)};
    projection.readModel = settings.schema + '.' + name;
    projection.objective = Duration(name == "ops_console" ? 15'000 : 30'000);
    if (name == "parcel_tracking")
        projection.group = groupOf(settings);
    projection.deadLetters = {name == "ops_console" ? deadLetterTable(settings).name : settings.deadLetterTopic(name)};
    projection.eventVersion = "$.sequence";
    projection.rowQuery = rowQueryOf(settings, name);
    projection.declared = declarationOf(name);
    if (projection.declared) {
        projection.declared->store = projection.checkpoint->store;
        projection.declared->table = projection.readModel;
    }
    return projection;
}

} // namespace

Workspace sandboxWorkspace(const RunOptions& options, const std::filesystem::path& controlSocket)
{
    const auto& settings = options.settings;
    Workspace workspace;
    workspace.currentContext = "sandbox";
    ContextSettings context;
    context.name = "sandbox";
    context.environment = Environment::Development;
    context.broker = settings.brokerSettings().name;
    context.stores = {settings.storeSettings().name};
    context.sandboxControl = controlSocket;
    context.deadLetters.tables = {deadLetterTable(settings)};
    context.deadLetters.editBeforeReplay = true; // for practice: nothing here is anybody's
    workspace.contexts = {context};
    workspace.brokers = {brokerOf(options)};
    workspace.stores = {settings.storeSettings()};
    for (const auto& name : projectionNames())
        workspace.projections.push_back(projectionOf(settings, name));
    for (const auto& projection : workspace.projections)
        workspace.checks.push_back(checkOf(settings, projection));
    if (options.rows == 0) // else there are rows that no event made
        workspace.checks.push_back(checkOfEvents());
    if (!settings.replica.empty()) {
        workspace.stores.push_back(settings.replicaSettings());
        workspace.checks.push_back(checkOfReplica(settings));
    }
    WriteSideSettings writeSide;
    writeSide.name = "outbox";
    writeSide.context = "sandbox";
    writeSide.store = settings.storeSettings().name;
    writeSide.query = inSchema(outbox, settings.schema);
    writeSide.topics = {settings.topic};
    workspace.writeSides = {writeSide};
    return workspace;
}

} // namespace projectionist
