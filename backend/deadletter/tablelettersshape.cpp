// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/tablelettersshape.h"

#include "backend/deadletter/headertable.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace projectionist {

namespace {

/// A family's table as its framework makes it; names as columnKey() has them, alternatives in their order.
struct TableLayout
{
    std::string_view family; ///< see tableFamilies()
    std::vector<std::string_view> payload{};
    std::vector<std::string_view> eventKey{};
    std::vector<std::string_view> time{};
    std::vector<std::string_view> documents{};
    std::vector<std::string_view> key{}; ///< where there is no primary key: pgmq's partitioned queues, views
};

/// Wolverine.Postgresql DeadLettersTable; Axon DeadLetterSchema and DeadLetterEntry; Marten DeadLetterEvent;
/// MassTransit SQL transport; pgmq.create(); the sandbox's schema.
TableLayout layoutOf(LetterTableFamily family)
{
    switch (family) {
    case LetterTableFamily::Wolverine:
        return {.family = "wolverine-table", .payload = {"body"}, .time = {"sentat"}, .key = {"id", "receivedat"}};
    case LetterTableFamily::Axon:
    case LetterTableFamily::AxonJpa:
        return {.family = "axon", .payload = {"payload"}, .eventKey = {"aggregateidentifier"}, .key = {"deadletterid"}};
    case LetterTableFamily::Marten:
        return {.family = "marten", .documents = {"data"}, .key = {"id"}};
    case LetterTableFamily::MassTransit:
        return {.family = "masstransit-table",
                .eventKey = {"partitionkey"},
                .time = {"enqueuetime"},
                .documents = {"transportheaders"},
                .key = {"messagedeliveryid"}};
    case LetterTableFamily::Pgmq:
        return {.family = "pgmq",
                .payload = {"message"},
                .time = {"archivedat", "enqueuedat"},
                .documents = {"headers"},
                .key = {"msgid"}};
    case LetterTableFamily::Sandbox:
        return {.family = "sandbox-table",
                .payload = {"payload"},
                .eventKey = {"key"},
                .time = {"failedat"},
                .documents = {"headers"},
                .key = {"id"}};
    case LetterTableFamily::Columns:
        break;
    }
    return {.family = {}};
}

std::string cell(const std::vector<std::optional<std::string>>& row, std::size_t at)
{
    return row[at].value_or(std::string());
}

class ShapeReader
{
public:
    ShapeReader(RelationalStore& store, const LetterTableSettings& settings)
        : m_store(store), m_settings(settings), m_layout(layoutOf(settings.family))
    {
        m_shape.family = settings.columns.empty() ? std::string(m_layout.family) : profileNameOf(settings);
    }

    Result<TableShape> read()
    {
        for (const auto step : {&ShapeReader::readTable, &ShapeReader::readColumns, &ShapeReader::readKey,
                                &ShapeReader::takeRoles, &ShapeReader::join})
            if (auto done = (this->*step)(); !done)
                return tl::unexpected(done.error());
        return std::move(m_shape);
    }

private:
    Result<void> readTable();
    Result<void> readColumns();
    Result<void> readKey();
    Result<void> takeRoles();
    Result<void> join();
    Result<void> joinMassTransit();
    Result<void> joinMarten();

    [[nodiscard]] Error wrong(ErrorKind kind, std::string why, std::string next) const
    {
        return {kind, fmt::format("There are no dead letters to read in {}", m_settings.table), std::move(why),
                std::move(next), false};
    }
    [[nodiscard]] const ShapeColumn* column(const std::string& name) const
    {
        const auto at = std::find_if(m_columns.begin(), m_columns.end(), [&](const auto& c) { return c.name == name; });
        return at == m_columns.end() ? nullptr : &*at;
    }
    [[nodiscard]] const ShapeColumn* byLayout(const std::vector<std::string_view>& keys) const
    {
        for (const auto key : keys)
            for (const auto& one : m_columns)
                if (columnKey(one.name) == key)
                    return &one;
        return nullptr;
    }
    /// The user's choice, which must exist, or the layout's.
    Result<const ShapeColumn*> chosen(const char* setting, const std::string& name,
                                      const std::vector<std::string_view>& keys) const
    {
        const auto* const found = name.empty() ? byLayout(keys) : column(name);
        if (found || name.empty())
            return found;
        return tl::unexpected(
            wrong(ErrorKind::Configuration, fmt::format("it has no column \"{}\"", name),
                  fmt::format("Correct {} of this table in the workspace; names are written as the database has them.",
                              setting)));
    }
    [[nodiscard]] std::string sibling(const char* table) const
    {
        return quotedName(m_schema) + '.' + quotedName(table);
    }

    RelationalStore& m_store;
    const LetterTableSettings& m_settings;
    const TableLayout m_layout;
    TableShape m_shape;
    std::string m_schema;
    std::string m_name;
    std::vector<ShapeColumn> m_columns;
};

Result<void> ShapeReader::readTable()
{
    const std::vector<Parameter> table = {m_settings.table};
    const auto rows =
        m_store.query("SELECT c.oid::text, n.nspname::text, c.relname::text, c.relkind::text, "
                      "greatest(c.reltuples, 0)::bigint::text "
                      "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                      "WHERE c.oid = pg_catalog.to_regclass($1::text)::oid",
                      table, 1);
    if (!rows)
        return tl::unexpected(rows.error());
    if (rows->rows.empty())
        return tl::unexpected(
            wrong(ErrorKind::NotFound, "there is no such table",
                  "Check its name and schema in the workspace, as in SQL: names without double quotes "
                  "are lower case. It is looked for again."));
    const auto& row = rows->rows.front();
    m_shape.oid = cell(row, 0);
    m_schema = cell(row, 1);
    m_name = cell(row, 2);
    const std::string kind = cell(row, 3);
    if (std::string("rpvmf").find(kind) == std::string::npos)
        return tl::unexpected(
            wrong(ErrorKind::Configuration, "it is no table or view", "Name a table or a view in the workspace."));
    m_shape.hasXmin = kind == "r" || kind == "p" || kind == "m";
    m_shape.estimate = std::strtoull(cell(row, 4).c_str(), nullptr, 10);
    m_shape.base = quotedName(m_schema) + '.' + quotedName(m_name) + " t";
    return {};
}

Result<void> ShapeReader::readColumns()
{
    const std::vector<Parameter> oid = {m_shape.oid};
    const auto rows = m_store.query("SELECT a.attname::text, coalesce(b.typname, t.typname)::text "
                                    "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "
                                    "LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype "
                                    "WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped "
                                    "ORDER BY a.attnum",
                                    oid, 2000);
    if (!rows)
        return tl::unexpected(rows.error());
    for (const auto& row : rows->rows)
        m_columns.push_back({cell(row, 0), "t." + quotedName(cell(row, 0)), cell(row, 1)});
    return {};
}

Result<void> ShapeReader::readKey()
{
    std::vector<std::string> names = m_settings.key;
    if (names.empty()) {
        const std::vector<Parameter> oid = {m_shape.oid};
        const auto rows =
            m_store.query("SELECT a.attname::text FROM pg_catalog.pg_index i "
                          "CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place) "
                          "JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number "
                          "WHERE i.indrelid = $1::oid AND i.indisprimary AND k.place <= i.indnkeyatts ORDER BY k.place",
                          oid, 64);
        if (!rows)
            return tl::unexpected(rows.error());
        for (const auto& row : rows->rows)
            names.push_back(cell(row, 0));
    }
    if (names.empty())
        for (const auto key : m_layout.key)
            if (const auto* const found = byLayout({key}))
                names.push_back(found->name);
    for (const auto& name : names) {
        const auto* const found = column(name);
        if (!found)
            return tl::unexpected(wrong(ErrorKind::Configuration, fmt::format("it has no column \"{}\"", name),
                                        "Correct key of this table in the workspace."));
        m_shape.key.push_back(*found);
    }
    if (m_shape.key.empty())
        return tl::unexpected(
            wrong(ErrorKind::Configuration, "it has no primary key, so its rows have no names",
                  "Add key = [\"...\"] in the workspace: columns that are never null, and of which no "
                  "two rows hold the same."));
    const std::string& type = m_shape.key.front().type;
    m_shape.integerKey = m_shape.key.size() == 1 && (type == "int2" || type == "int4" || type == "int8");
    return {};
}

Result<void> ShapeReader::takeRoles()
{
    const auto payload = chosen("payload", m_settings.payload, m_layout.payload);
    const auto eventKey = chosen("event_key", m_settings.eventKey, m_layout.eventKey);
    const auto headers = chosen("headers", m_settings.headers, m_layout.documents);
    const auto time = chosen("time", m_settings.time, m_layout.time);
    for (const auto* const choice : {&payload, &eventKey, &headers, &time})
        if (!*choice)
            return tl::unexpected(choice->error());
    for (const auto& mapping : m_settings.columns)
        if (std::none_of(m_columns.begin(), m_columns.end(),
                         [&](const auto& one) { return columnKey(one.name) == columnKey(mapping.name); }))
            return tl::unexpected(wrong(ErrorKind::Configuration, fmt::format("it has no column \"{}\"", mapping.name),
                                        "Correct [columns] of this table in the workspace."));
    for (const auto& one : m_columns) {
        if (*payload && one.name == (*payload)->name)
            m_shape.payload = one;
        else if (*headers && one.name == (*headers)->name && one.isJson())
            m_shape.documents.push_back(one);
        else
            m_shape.headers.push_back(one);
    }
    if (*eventKey)
        m_shape.eventKey = **eventKey;
    if (*time && ((*time)->type.starts_with("timestamp") || (*time)->type == "date"))
        m_shape.time = **time;
    return {};
}

Result<void> ShapeReader::join()
{
    if (m_settings.family == LetterTableFamily::MassTransit)
        return joinMassTransit();
    if (m_settings.family == LetterTableFamily::Marten)
        return joinMarten();
    return {};
}

/// Queues of type 2 hold what failed, of type 3 what nobody wanted.
Result<void> ShapeReader::joinMassTransit()
{
    for (const char* const name : {"queue_id", "transport_message_id", "transport_headers"})
        if (!column(name))
            return tl::unexpected(wrong(ErrorKind::Configuration, "it is not MassTransit's table of deliveries",
                                        "Name message_delivery in the transport's schema, as in "
                                        "\"transport.message_delivery\"."));
    m_shape.filter = fmt::format("t.queue_id IN (SELECT id FROM {} WHERE type IN (2, 3))", sibling("queue"));
    m_shape.joins = fmt::format(" LEFT JOIN {} m ON m.transport_message_id = t.transport_message_id"
                                " LEFT JOIN {} q ON q.id = t.queue_id",
                                sibling("message"), sibling("queue"));
    m_shape.payload = ShapeColumn{"body", "coalesce(convert_to(m.body::text, 'UTF8'), m.binary_body)", "bytea"};
    for (const char* const name : {"message_id", "message_type", "content_type", "sent_time", "source_address",
                                   "destination_address", "conversation_id", "correlation_id"})
        m_shape.headers.push_back({name, fmt::format("m.{}", name), "text"});
    m_shape.headers.push_back({"queue_name", "q.name", "text"});
    m_shape.headers.push_back({"queue_type", "q.type", "int4"});
    m_shape.documents.push_back({"headers", "m.headers", "jsonb"});
    return {};
}

/// The letter names the event by its sequence; the event itself stands in the same schema, if it may be read.
Result<void> ShapeReader::joinMarten()
{
    m_shape.documentsAreHeaders = false;
    const std::vector<Parameter> events = {sibling("mt_events")};
    const auto rows = m_store.query(
        "SELECT pg_catalog.has_table_privilege(pg_catalog.to_regclass($1::text)::oid, 'SELECT')::text", events, 1);
    if (!rows)
        return tl::unexpected(rows.error());
    if (rows->rows.empty() || cell(rows->rows.front(), 0) != "true")
        return {};
    m_shape.joins = fmt::format(" LEFT JOIN {} e ON e.seq_id = coalesce(t.data->>'EventSequence', "
                                "t.data->>'eventSequence', t.data->>'event_sequence')::bigint",
                                sibling("mt_events"));
    m_shape.payload = ShapeColumn{"event", "e.data", "jsonb"};
    m_shape.eventKey = ShapeColumn{"stream_id", "e.stream_id", "text"};
    m_shape.headers.push_back({"event_type", "e.type", "text"});
    return {};
}

} // namespace

Result<TableShape> readTableShape(RelationalStore& store, const LetterTableSettings& settings)
{
    return ShapeReader(store, settings).read();
}

} // namespace projectionist
