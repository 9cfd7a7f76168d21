// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/discovery/discovery.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <regex>

namespace projectionist {

namespace {

constexpr std::size_t mostColumns = 100'000;
constexpr std::size_t mostNames = 10'000;

/// Tables this user may read that have a column which positions or outboxes have.
const std::string columnsQuery = R"sql(
SELECT n.nspname, c.relname, a.attname, coalesce(b.typname, t.typname)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type b ON b.oid = nullif(t.typbasetype, 0)
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
  AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
  AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
  AND (c.relname ~* 'outbox|event_publication' OR EXISTS (
    SELECT FROM pg_catalog.pg_attribute p WHERE p.attrelid = c.oid AND p.attnum > 0 AND p.attname ~* '^partition|offset|position'))
ORDER BY 1, 2, a.attnum)sql";

struct Column
{
    std::string name;
    std::string type;
};

struct Table
{
    std::string schema;
    std::string name;
    std::vector<Column> columns;

    [[nodiscard]] std::string shown() const { return schema + '.' + name; }
};

/// As quote_ident() of the server does it, always with quotes.
std::string quotedName(const std::string& name)
{
    std::string text = "\"";
    for (const char c : name)
        text += c == '"' ? "\"\"" : std::string(1, c);
    return text + '"';
}

std::string quotedName(const Table& table)
{
    return quotedName(table.schema) + '.' + quotedName(table.name);
}

enum class Kind
{
    Text,
    Integer,
    Time,
    Boolean
};

bool hasKind(const Column& column, Kind kind)
{
    static const std::map<std::string, Kind> kinds{
        {"text", Kind::Text},       {"varchar", Kind::Text},   {"bpchar", Kind::Text},      {"name", Kind::Text},
        {"citext", Kind::Text},     {"int2", Kind::Integer},   {"int4", Kind::Integer},     {"int8", Kind::Integer},
        {"numeric", Kind::Integer}, {"timestamp", Kind::Time}, {"timestamptz", Kind::Time}, {"bool", Kind::Boolean}};
    const auto at = kinds.find(column.type);
    return at != kinds.end() && at->second == kind;
}

/// The first column of that kind whose name matches the earliest pattern, without regard to case.
const Column* find(const Table& table, Kind kind, std::initializer_list<const char*> patterns)
{
    for (const char* pattern : patterns) {
        const std::regex expression(pattern, std::regex::icase);
        for (const auto& column : table.columns)
            if (hasKind(column, kind) && std::regex_match(column.name, expression))
                return &column;
    }
    return nullptr;
}

Result<std::vector<Table>> readTables(RelationalStore& store, std::vector<Error>& problems)
{
    const auto rows = store.query(columnsQuery, {}, mostColumns);
    if (!rows)
        return tl::unexpected(rows.error());
    if (rows->truncated)
        problems.push_back({ErrorKind::Resource, "Only a part of the tables was looked at",
                            fmt::format("there are more than {} columns", mostColumns),
                            "Name the checkpoint query in the workspace file", false});
    std::vector<Table> tables;
    for (const auto& row : rows->rows) {
        const std::string schema = row[0].value_or("");
        const std::string name = row[1].value_or("");
        if (tables.empty() || tables.back().schema != schema || tables.back().name != name)
            tables.push_back({schema, name, {}});
        tables.back().columns.push_back({row[2].value_or(""), row[3].value_or("")});
    }
    return tables;
}

/// Which projections a table has rows of, with their topics.
void readProjections(RelationalStore& store, const Table& table, const std::string& topic, const Column* projection,
                     DiscoveredCheckpoints& found, std::vector<Error>& problems)
{
    const std::string name = projection ? quotedName(projection->name) + "::text" : "NULL::text";
    const auto rows = store.query(
        fmt::format("SELECT DISTINCT {}, {}::text FROM {} ORDER BY 1, 2", name, quotedName(topic), quotedName(table)),
        {}, mostNames);
    if (!rows) {
        problems.push_back(rows.error());
        return;
    }
    for (const auto& row : rows->rows) {
        const std::string owner = row[0].value_or(projection ? "" : table.name);
        if (owner.empty() || !row[1])
            continue;
        if (found.projections.empty() || found.projections.back().first != owner)
            found.projections.emplace_back(owner, std::vector<std::string>{});
        found.projections.back().second.push_back(*row[1]);
    }
}

std::optional<DiscoveredCheckpoints> asCheckpoints(RelationalStore& store, const std::string& storeName,
                                                   const Table& table, std::vector<Error>& problems)
{
    const Column* const topic =
        find(table, Kind::Text, {"topic", "topic_?name", "stream", "stream_?name", "source_?topic", "source"});
    const Column* const partition =
        find(table, Kind::Integer, {"partition", "partition_?(id|no|number|index)", "shard(_?id)?"});
    const Column* const next = find(table, Kind::Integer,
                                    {"next_?(offset|position)", "position", "committed_?offset", "offset", "checkpoint",
                                     "(kafka|log|consumer|stream)_?offset", "offset_?value"});
    const Column* const last =
        find(table, Kind::Integer, {"(last|processed|applied|current)_?(\\w+_)?(offset|position)"});
    const Column* const position = next ? next : last;
    if (!topic || !partition || !position)
        return std::nullopt;
    const Column* const projection =
        find(table, Kind::Text,
             {"projection(_?(name|id))?", "read_?model", "consumer_?group(_?id)?", "group(_?(name|id))?",
              "consumer(_?(name|id))?", "(processor|handler|subscription|subscriber|worker)(_?(name|id))?", "name"});
    const Column* const time = find(table, Kind::Time,
                                    {"updated(_?at|_on)?", "(modified|committed|processed|saved|changed)(_?at|_on)?",
                                     "last_?updated?(_at)?", "heartbeat(_at)?", "(time|timestamp|ts)"});
    DiscoveredCheckpoints found{storeName, table.shown(), {}, {}, projection != nullptr, {}};
    // A column that holds the last applied offset is one short of the next one to apply.
    const std::string value = quotedName(position->name) + (next ? "" : " + 1");
    found.query = fmt::format("SELECT {}, {}, {}{}\nFROM {}", quotedName(topic->name), quotedName(partition->name),
                              value, time ? ", " + quotedName(time->name) : "", quotedName(table));
    if (projection)
        found.query += fmt::format("\nWHERE {} = $1", quotedName(projection->name));
    found.evidence = fmt::format("{} has {}, {} and {}{}{}", table.shown(), topic->name, partition->name,
                                 position->name, next ? "" : " (the last applied one, so 1 is added)",
                                 projection ? ", a row for each " + projection->name : "");
    readProjections(store, table, topic->name, projection, found, problems);
    return found;
}

std::optional<DiscoveredOutbox> asOutbox(const std::string& storeName, const Table& table)
{
    static const std::regex outbox("(^|.*_)(outbox|event_publication)(_.*|s|es)?", std::regex::icase);
    if (!std::regex_match(table.name, outbox))
        return std::nullopt;
    const char* const done =
        "(published|sent|dispatched|delivered|processed|relayed|completion|completed)(_?(at|on|date|time))?";
    const Column* const when = find(table, Kind::Time, {done});
    const Column* const whether =
        find(table, Kind::Boolean, {"(is_?)?(published|sent|dispatched|delivered|processed|relayed)"});
    const Column* const created =
        find(table, Kind::Time,
             {"created(_?(at|on|date|time))?", "(occurred|recorded|inserted|publication)_?(at|on|date)",
              "(time|timestamp|ts)"});
    const Column* const id =
        find(table, Kind::Integer, {"id", "seq(uence)?(_?(no|number|id))?", "position", "\\w+_?id"});
    // Without a mark, rows that stay for ever would look pending for ever.
    if (!when && !whether)
        return std::nullopt;
    const std::string pending = when ? quotedName(when->name) + " IS NULL" : "NOT " + quotedName(whether->name);
    const std::string oldest = created ? fmt::format("min({})", quotedName(created->name)) : "NULL::timestamptz";
    const std::string written =
        id ? fmt::format(",\n       (SELECT max({}) FROM {})", quotedName(id->name), quotedName(table)) : "";
    return DiscoveredOutbox{
        storeName, table.shown(),
        fmt::format("SELECT count(*), {}{}\nFROM {}\nWHERE {}", oldest, written, quotedName(table), pending),
        fmt::format("{} is named like an outbox and marks what is done with {}", table.shown(),
                    (when ? when : whether)->name)};
}

} // namespace

StoreDiscovery discoverStore(RelationalStore& store, const std::string& name)
{
    StoreDiscovery discovery;
    const auto tables = readTables(store, discovery.problems);
    if (!tables) {
        discovery.problems.push_back(tables.error());
        return discovery;
    }
    for (const auto& table : *tables) {
        if (auto outbox = asOutbox(name, table))
            discovery.outboxes.push_back(*std::move(outbox));
        else if (auto checkpoints = asCheckpoints(store, name, table, discovery.problems))
            discovery.checkpoints.push_back(*std::move(checkpoints));
    }
    return discovery;
}

} // namespace projectionist
