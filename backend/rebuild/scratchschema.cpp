// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/rebuild/scratchschema.h"

#include "backend/reconcile/comparisonplan.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr const char* scratchMark = "Scratch of a drill of Projectionist; may be dropped when nobody runs one. By ";
constexpr std::size_t mostScratchAnswers = 10'000;

constexpr const char* whoMakes = "SELECT current_user, current_database(), "
                                 "has_database_privilege(current_database(), 'CREATE'), "
                                 "'projectionist_drill_' || substr(md5(random()::text || clock_timestamp()::text), 1, "
                                 "12)";
/// Whose owner is gone: the lock is taken, and the schema dropped while it is held.
constexpr const char* leftovers =
    "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'projectionist\\_drill\\_%' "
    "AND starts_with(coalesce(obj_description(oid, 'pg_namespace'), ''), $1) AND pg_has_role(nspowner, 'USAGE')";
constexpr const char* takeLock = "SELECT pg_try_advisory_lock(hashtextextended($1, 0))";
constexpr const char* leaveLock = "SELECT pg_advisory_unlock(hashtextextended($1, 0))";
constexpr const char* neededColumns =
    "SELECT a.attname FROM pg_attribute a WHERE a.attrelid = CAST(CAST($1 AS text) AS regclass) AND a.attnum > 0 "
    "AND NOT a.attisdropped AND a.attnotnull AND a.attgenerated = '' AND NOT EXISTS (SELECT 1 FROM pg_index i "
    "WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey))";
constexpr const char* plainColumns =
    "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = CAST(CAST($1 AS text) AS regclass) AND attnum > 0 "
    "AND NOT attisdropped AND attgenerated = '' ORDER BY attnum";

/// Whether we have it now.
Result<bool> lockScratch(RelationalStore& store, const std::string& schema)
{
    const Parameter name[]{schema};
    bool taken = false;
    return store
        .transaction([&](Transaction& transaction) {
            return transaction.execute(takeLock, name).map([&](const Rows& rows) {
                taken = rows.rows.front().front() == "t";
            });
        })
        .map([&] { return taken; });
}

std::string dropSql(const std::string& schema)
{
    return "DROP SCHEMA IF EXISTS " + sqlName(schema) + " CASCADE"; // everything in it was made by a drill
}

Result<void> dropLeftovers(RelationalStore& store)
{
    const Parameter mark[]{scratchMark};
    const auto found = store.query(leftovers, mark, mostScratchAnswers);
    if (!found)
        return tl::unexpected(found.error());
    for (const auto& row : found->rows) {
        const auto schema = row.front().value_or("");
        const auto taken = lockScratch(store, schema);
        if (!taken)
            return tl::unexpected(taken.error());
        if (!*taken)
            continue;
        const Parameter name[]{schema};
        auto done = store.transaction([&](Transaction& transaction) {
            return transaction.execute(dropSql(schema))
                .and_then([&](const Rows&) { return transaction.execute(leaveLock, name); })
                .map([](const Rows&) {});
        });
        if (!done)
            return done;
    }
    return {};
}

} // namespace

Result<ScratchSchema> ScratchSchema::make(std::unique_ptr<RelationalStore> store, const std::string& by)
{
    const auto who = store->query(whoMakes, {}, 1);
    if (!who)
        return tl::unexpected(who.error());
    const auto& cells = who->rows.front();
    if (cells[2] != "t")
        return tl::unexpected(
            Error{ErrorKind::Permission, "The drill cannot make a scratch schema",
                  fmt::format("{} may not make schemas in database {}", cells[0].value_or(""), cells[1].value_or("")),
                  fmt::format("Allow it: GRANT CREATE ON DATABASE {} TO {};", sqlName(cells[1].value_or("")),
                              sqlName(cells[0].value_or(""))),
                  false});
    if (auto dropped = dropLeftovers(*store); !dropped)
        return tl::unexpected(dropped.error());
    ScratchSchema made(std::move(store), cells[3].value_or(""));
    const auto taken = lockScratch(*made.m_store, made.m_name);
    if (!taken)
        return tl::unexpected(taken.error());
    made.m_there = true;
    auto done = made.run({"CREATE SCHEMA " + sqlName(made.m_name),
                          "COMMENT ON SCHEMA " + sqlName(made.m_name) + " IS " + sqlText(scratchMark + by)});
    if (!done)
        return tl::unexpected(done.error());
    return made;
}

ScratchSchema::~ScratchSchema()
{
    if (m_store && m_there)
        static_cast<void>(drop()); // what stays is dropped by the next drill
}

Result<void> ScratchSchema::run(const std::vector<std::string>& statements)
{
    return m_store->transaction([&](Transaction& transaction) -> Result<void> {
        for (const auto& sql : statements)
            if (const auto done = transaction.execute(sql); !done)
                return tl::unexpected(done.error());
        return {};
    });
}

Result<TargetTables> ScratchSchema::addTable(const std::string& name, const std::string& live,
                                             const std::vector<std::string>& written)
{
    const TargetTables tables{sqlName(m_name) + '.' + sqlName(name),
                              sqlName(m_name) + '.' + sqlName(name + " position")};
    auto made =
        run({"CREATE TABLE " + tables.rows + " (LIKE " + live + " INCLUDING ALL EXCLUDING DEFAULTS EXCLUDING IDENTITY)",
             "CREATE TABLE " + tables.positions +
                 " (topic text, partition int, position bigint NOT NULL, PRIMARY KEY (topic, partition))"});
    if (!made)
        return tl::unexpected(made.error());
    const Parameter table[]{tables.rows};
    const auto needed = m_store->query(neededColumns, table, mostScratchAnswers);
    if (!needed)
        return tl::unexpected(needed.error());
    std::vector<std::string> changes;
    for (const auto& row : needed->rows)
        if (std::find(written.begin(), written.end(), row.front()) == written.end())
            changes.push_back("ALTER TABLE " + tables.rows + " ALTER COLUMN " + sqlName(row.front().value_or("")) +
                              " DROP NOT NULL");
    if (auto changed = run(changes); !changed)
        return tl::unexpected(changed.error());
    return tables;
}

Result<std::string> ScratchSchema::columnsOf(const std::string& table)
{
    const Parameter name[]{table};
    return m_store->query(plainColumns, name, mostScratchAnswers).map([](const Rows& rows) {
        std::vector<std::string> names;
        for (const auto& row : rows.rows)
            names.push_back(row.front().value_or(""));
        return joined(names, ", ");
    });
}

Result<void> ScratchSchema::drop()
{
    auto dropped = run({dropSql(m_name)});
    m_there = !dropped;
    return dropped;
}

} // namespace projectionist
