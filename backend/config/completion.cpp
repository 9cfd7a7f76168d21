// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/brokerimport.h"
#include "backend/config/connection.h"
#include "backend/config/nearest.h"
#include "backend/config/reading.h"
#include "backend/config/references.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

template<typename T>
std::vector<std::string> namesOf(const std::vector<T>& all)
{
    std::vector<std::string> names;
    std::transform(all.begin(), all.end(), std::back_inserter(names), [](const T& one) { return one.name; });
    return names;
}

bool contains(const std::vector<std::string>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

class Completion
{
public:
    explicit Completion(Reading& reading)
        : m_reading(reading)
        , m_workspace(reading.workspace)
        , m_contexts(namesOf(m_workspace.contexts))
        , m_stores(namesOf(m_workspace.stores))
    {
    }

    void run()
    {
        completeCurrentContext();
        for (auto& broker : m_workspace.brokers)
            completeBroker(broker);
        for (auto& context : m_workspace.contexts)
            completeContext(context);
        for (auto& projection : m_workspace.projections)
            completeProjection(projection);
        for (const auto& context : m_workspace.contexts)
            checkDeadLetters(context);
        for (auto& writeSide : m_workspace.writeSides)
            completeWriteSide(writeSide);
        for (auto& check : m_workspace.checks)
            completeCheck(check);
        checkStores();
    }

private:
    void error(const Origin& origin, std::string message, std::string hint)
    {
        m_reading.report(DiagnosticLevel::Error, origin, std::move(message), std::move(hint));
    }
    /// A name that something else must bear.
    void checkReference(const std::string& what, const std::string& name, const std::vector<std::string>& known,
                        const Origin& origin)
    {
        if (!contains(known, name))
            error(origin, fmt::format("no {} \"{}\"", what, name),
                  known.empty() ? fmt::format("add [{}s.{}]", what, name) : suggestion(name, known));
    }
    /// With their versions too.
    [[nodiscard]] std::vector<std::string> projectionNames(const std::string& context) const;
    void completeContextName(std::string& name, const std::string& path, const Origin& origin);
    void completeCurrentContext();
    void completeBroker(BrokerSettings& broker);
    void completeContext(ContextSettings& context);
    void completeProjection(ProjectionSettings& projection);
    void completeDeclaration(const ProjectionSettings& projection, DeclaredProjectionSettings& declared);
    void completeWriteSide(WriteSideSettings& writeSide);
    void completeCheck(CheckSettings& check);
    void completeKind(const CheckSettings& check);
    void completeEvents(const CheckSettings& check);
    void checkEventKey(const CheckSettings& check, const std::vector<std::string>& rowKey);
    void checkProjection(const CheckSettings& check);
    void checkDeadLetters(const ContextSettings& context);
    void checkTables(const ContextSettings& context);
    void checkStores();
    void checkPasswordFile();

    Reading& m_reading;
    Workspace& m_workspace;
    const std::vector<std::string> m_contexts;
    const std::vector<std::string> m_stores;
};

void Completion::completeCurrentContext()
{
    std::string& current = m_workspace.currentContext;
    if (current.empty() && !m_contexts.empty())
        current = m_contexts.front();
    else if (!current.empty())
        checkReference("context", current, m_contexts, m_reading.originOf("current_context", {}));
    if (m_contexts.empty())
        error({m_workspace.file, 1, 1}, "there is no context, so nothing to watch",
              "add [contexts.NAME] with broker = \"...\"");
}

void Completion::completeBroker(BrokerSettings& broker)
{
    broker.properties.merge(m_reading.imported[broker.name]);
    for (const auto* key : {"bootstrap.servers", "metadata.broker.list"})
        if (const auto at = broker.properties.find(key); at != broker.properties.end() && !at->second.empty())
            return;
    // Where the reference could not be read, that has been said.
    if (broker.reference.kind == BrokerReference::Kind::None || !m_reading.imported[broker.name].empty())
        error(broker.origin, fmt::format("broker \"{}\" has no servers", broker.name),
              "add bootstrap_servers = \"host:9092\", or refer to a file with properties_file, kcat or kafkactl");
}

void Completion::completeContext(ContextSettings& context)
{
    if (m_reading.interval && !m_reading.contextsWithInterval.contains(context.name))
        context.interval = *m_reading.interval;
    const std::string path = "contexts." + context.name;
    if (context.broker.empty())
        error(context.origin, fmt::format("context \"{}\" has no broker", context.name), "add broker = \"...\"");
    else
        checkReference("broker", context.broker, namesOf(m_workspace.brokers),
                       m_reading.originOf(path + ".broker", context.origin));
    for (const auto& store : context.stores)
        checkReference("store", store, m_stores, m_reading.originOf(path + ".stores", context.origin));
}

void Completion::completeContextName(std::string& name, const std::string& path, const Origin& origin)
{
    if (!name.empty())
        checkReference("context", name, m_contexts, m_reading.originOf(path, origin));
    else if (m_contexts.size() == 1)
        name = m_contexts.front();
    else if (!m_contexts.empty())
        error(origin, "\"context\" is missing, and there are several", suggestion("", m_contexts));
}

void Completion::completeProjection(ProjectionSettings& projection)
{
    const std::string path =
        "projections." + projection.name + (projection.version.empty() ? "" : ':' + projection.version);
    completeContextName(projection.context, path + ".context", projection.origin);
    if (!projection.objective)
        projection.objective = m_reading.objective;
    if (projection.topics.empty())
        error(projection.origin, fmt::format("projection \"{}\" has no topics", projection.name),
              "add topics = [\"...\"]");
    if (projection.group.empty() && !projection.checkpoint)
        error(projection.origin, fmt::format("projection \"{}\" has no positions", projection.name),
              "add group = \"...\" for committed offsets, or [projections.checkpoint] with store and query");
    if (projection.checkpoint)
        checkReference("store", projection.checkpoint->store, m_stores,
                       m_reading.originOf(path + ".checkpoint.store", projection.origin));
    if (projection.rowQuery)
        checkReference("store", projection.rowQuery->store, m_stores,
                       m_reading.originOf(path + ".row_query.store", projection.origin));
    if (const std::string& version = projection.eventVersion;
        !version.empty() && !version.starts_with("$.") && !version.starts_with("header:"))
        error(m_reading.originOf(path + ".event_version", projection.origin),
              fmt::format("\"{}\" is no place of an event's version", version),
              "places look like \"$.version\" or \"header:version\"");
    if (projection.declared)
        completeDeclaration(projection, *projection.declared);
}

/// Store and table of a declared projection are those of the read model, unless it says otherwise.
void Completion::completeDeclaration(const ProjectionSettings& projection, DeclaredProjectionSettings& declared)
{
    if (declared.store.empty() && projection.checkpoint)
        declared.store = projection.checkpoint->store;
    if (declared.table.empty())
        declared.table = projection.readModel;
    const auto refuse = [&](const std::string& what, const std::string& next) {
        error(declared.origin, fmt::format("the declared projection \"{}\" {}", projection.name, what), next);
    };
    if (declared.store.empty())
        refuse("has no store", "add store = \"...\", one of [stores.NAME]");
    else
        checkReference("store", declared.store, m_stores, declared.origin);
    if (declared.table.empty())
        refuse("has no table", "add table = \"schema.name\", or read_model to the projection");
    if (!declared.version.empty() && projection.eventVersion.empty())
        refuse("names a column of versions, and nobody knows where events bear theirs",
               "add event_version = \"$.version\" or \"header:version\" to the projection");
}

std::vector<std::string> Completion::projectionNames(const std::string& context) const
{
    std::vector<std::string> names;
    for (const auto& projection : m_workspace.projectionsOf(context)) {
        names.push_back(projection.name);
        if (!projection.version.empty())
            names.push_back(projection.name + ':' + projection.version);
    }
    return names;
}

/// After the projections: they know their contexts then.
void Completion::checkDeadLetters(const ContextSettings& context)
{
    checkTables(context);
    const auto names = projectionNames(context.name);
    const std::string path = "contexts." + context.name + ".dead_letters.owners.";
    for (const auto& owner : context.deadLetters.owners)
        if (!contains(names, owner.projection) && !owner.projection.empty())
            error(m_reading.originOf(path + owner.projection + ".projection", context.origin),
                  fmt::format("no projection \"{}\" in context \"{}\"", owner.projection, context.name),
                  suggestion(owner.projection, names));
}

void Completion::checkTables(const ContextSettings& context)
{
    const auto& tables = context.deadLetters.tables;
    for (auto table = tables.begin(); table != tables.end(); ++table) {
        const std::string path = "contexts." + context.name + ".dead_letters.tables." + table->table;
        if (!table->store.empty())
            checkReference("store", table->store, m_stores, m_reading.originOf(path + ".store", table->origin));
        const auto same = [&](const LetterTableSettings& other) { return other.name == table->name; };
        if (const auto first = std::find_if(tables.begin(), table, same); first != table)
            error(table->origin, fmt::format("a second table of dead letters \"{}\"", table->name),
                  fmt::format("the first is in line {}; give it a name = \"...\" of its own", first->origin.line));
    }
}

void Completion::completeWriteSide(WriteSideSettings& writeSide)
{
    const std::string path = "write_sides." + writeSide.name;
    completeContextName(writeSide.context, path + ".context", writeSide.origin);
    if (writeSide.query.empty())
        error(writeSide.origin, fmt::format("write side \"{}\" has no query", writeSide.name),
              "add query = \"SELECT count(*), min(created_at) FROM outbox WHERE published_at IS NULL\"");
    if (writeSide.store.empty())
        error(writeSide.origin, fmt::format("write side \"{}\" has no store", writeSide.name), "add store = \"...\"");
    else
        checkReference("store", writeSide.store, m_stores, m_reading.originOf(path + ".store", writeSide.origin));
}

void Completion::completeCheck(CheckSettings& check)
{
    const std::string path = "checks." + check.name;
    completeContextName(check.context, path + ".context", check.origin);
    for (const auto& [which, side] :
         {std::pair<std::string, const CheckSide&>{"expected", check.expected}, {"actual", check.actual}}) {
        if (side == CheckSide{} && check.kind != CheckKind::Order && check.kind != CheckKind::Events)
            error(check.origin, fmt::format("check \"{}\" has no {} side", check.name, which),
                  fmt::format("add [checks.{}] with store, and table or query", which));
        else if (!side.store.empty())
            checkReference("store", side.store, m_stores,
                           m_reading.originOf(path + '.' + which + ".store", check.origin));
    }
    completeKind(check);
    if (check.kind == CheckKind::Events)
        return completeEvents(check);
    checkEventKey(check, check.kind == CheckKind::Groups ? check.rowsKey : check.key);
    checkProjection(check);
}

/// Both sides, the key and the columns are those of the declared projection.
void Completion::completeEvents(const CheckSettings& check)
{
    const auto refuse = [&](const std::string& what, const std::string& next) {
        error(check.origin, fmt::format("check \"{}\" {}", check.name, what), next);
    };
    if (check.expected != CheckSide{} || check.actual != CheckSide{} || !check.key.empty() || !check.pairs.empty())
        refuse("is about events, and has sides, a key or pairs",
               "remove them: [projections.declared] says which table the events make");
    if (!check.settledBy.empty())
        refuse("is about events, and has settled_by", "remove it: the log is folded up to where the table is");
    if (check.projection.empty())
        return refuse("is about events, and has no projection", "add projection = \"...\", which has to be declared");
    const auto all = m_workspace.projectionsOf(check.context);
    const auto found = std::find_if(all.begin(), all.end(), [&](const ProjectionSettings& one) {
        return one.name == check.projection || one.name + ':' + one.version == check.projection;
    });
    if (found == all.end())
        return checkProjection(check);
    if (!found->declared)
        return refuse(fmt::format("is about events, and projection \"{}\" is not declared", check.projection),
                      "add [projections.declared] to it: which events make which columns");
    std::vector<std::string> key;
    for (const auto& one : found->declared->key)
        key.push_back(one.column);
    checkEventKey(check, key);
}

void Completion::checkEventKey(const CheckSettings& check, const std::vector<std::string>& rowKey)
{
    for (const auto& column : check.eventKey.value_or(std::vector<std::string>()))
        if (!contains(rowKey, column))
            error(m_reading.originOf("checks." + check.name + ".event_key", check.origin),
                  fmt::format("\"event_key\" names \"{}\", which is no column of the key", column),
                  suggestion(column, rowKey));
}

void Completion::checkProjection(const CheckSettings& check)
{
    const auto names = projectionNames(check.context);
    if (!check.projection.empty() && !contains(names, check.projection))
        error(m_reading.originOf("checks." + check.name + ".projection", check.origin),
              fmt::format("no projection \"{}\" in context \"{}\"", check.projection, check.context),
              suggestion(check.projection, names));
}

/// What belongs to one kind of check, or is no use without something else.
void Completion::completeKind(const CheckSettings& check)
{
    const auto refuse = [&](const std::string& what, const std::string& next) {
        error(check.origin, fmt::format("check \"{}\" {}", check.name, what), next);
    };
    const bool ofLog = check.kind == CheckKind::Order && check.actual == CheckSide{};
    if (check.kind != CheckKind::Count && check.kind != CheckKind::Events && !ofLog && check.key.empty())
        refuse("has no key", check.kind == CheckKind::Groups ? "add key = [\"...\"], the columns of the groups"
                             : check.kind == CheckKind::Order
                                 ? "add key = [\"...\"], the columns that tell whose versions they are"
                                 : "add key = [\"...\"], the columns that tell the rows apart");
    if (check.kind != CheckKind::Groups && !check.rowsKey.empty())
        refuse("has rows_key, but compares no groups", "remove it, or say kind = \"groups\"");
    if (check.kind != CheckKind::Order && !check.version.empty())
        refuse("has a version, but is not about order", "remove it, or say kind = \"order\"");
    if (check.kind == CheckKind::Order && check.expected != CheckSide{})
        refuse("is about order, and has an expected side", "remove [checks.expected]: one side's order is looked at");
    if (check.kind == CheckKind::Order && !ofLog && check.version.empty())
        refuse("is about order, and has no version", "add version = \"...\", a column of whole numbers");
    if (ofLog && check.projection.empty())
        refuse("is about order, and has neither an actual side nor a projection",
               "add [checks.actual], or the projection whose log is to be looked at");
    if (check.settledBy.empty() != (check.settledFor == Duration(0)))
        refuse("has one of settled_by and settled_for", "settled_by = \"updated_at\" and settled_for = \"30s\" go "
                                                        "together");
    if (ofLog && !check.settledBy.empty())
        refuse("is about the log, and has settled_by", "remove it: events do not change");
}

void Completion::checkStores()
{
    for (const auto& store : m_workspace.stores) {
        const auto keys = isConnectionUri(store.connection) ? std::nullopt : parseConnectionKeys(store.connection);
        if (!keys)
            continue;
        for (const auto& [key, value] : *keys)
            if (const auto known = postgresServices(); key == "service" && !contains(known, value))
                m_reading.report(DiagnosticLevel::Warning,
                                 m_reading.originOf("stores." + store.name + ".service", store.origin),
                                 fmt::format("no service \"{}\" in pg_service.conf", value), suggestion(value, known));
    }
    if (!m_workspace.stores.empty())
        checkPasswordFile();
}

/// libpq ignores a password file that others can read, and then only says "no password supplied".
void Completion::checkPasswordFile()
{
    const char* chosen = std::getenv("PGPASSFILE");
    const fs::path file = chosen && *chosen ? fs::path(chosen) : homeDirectory() / ".pgpass";
    std::error_code failed;
    const auto status = fs::status(file, failed);
    if (!fs::is_regular_file(status) || (status.permissions() & fs::perms(077)) == fs::perms::none)
        return;
    m_reading.report(DiagnosticLevel::Warning, {file, 0, 0},
                     "libpq ignores this password file because others can read it",
                     fmt::format("chmod 0600 {}", file.string()));
}

} // namespace

void completeWorkspace(Reading& reading)
{
    Completion(reading).run();
}

} // namespace projectionist
