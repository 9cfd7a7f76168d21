// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/checkwriter.h"
#include "backend/config/connection.h"
#include "backend/config/deadletterwriter.h"
#include "backend/config/projectorwriter.h"
#include "backend/config/references.h"
#include "backend/config/tomltext.h"
#include "backend/config/workspacefile.h"
#include "backend/core/format.h"
#include "backend/core/wholefile.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <system_error>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

class Writer
{
public:
    [[nodiscard]] std::string write(const Workspace& workspace)
    {
        m_text = "# Workspace of Projectionist: what to watch, and where. \"projectionistctl config check\" explains "
                 "mistakes.\n"
                 "# Passwords are best kept elsewhere: ${env:NAME}, ${file:/run/secrets/name}, ~/.pgpass.\n\n";
        entry("schema", "1");
        if (!workspace.currentContext.empty())
            entry("current_context", tomlText(workspace.currentContext));
        writeTables(workspace);
        return m_text;
    }
    /// What is put below the text of a file that has other contexts.
    [[nodiscard]] std::string writeAddition(const Workspace& workspace)
    {
        writeTables(workspace);
        return m_text;
    }
    [[nodiscard]] bool hasSecret() const { return m_secret; }

private:
    void writeTables(const Workspace& workspace)
    {
        heading("Contexts: what one person on call looks at together.", workspace.contexts.empty());
        for (const auto& context : workspace.contexts)
            write(context);
        heading("Brokers: any librdkafka property; a file of another tool may supply them.", workspace.brokers.empty());
        for (const auto& broker : workspace.brokers)
            write(broker);
        heading(
            "Read and write stores: a PostgreSQL URI, a pg_service.conf entry, or libpq's keys. Read-only sessions.",
            workspace.stores.empty());
        for (const auto& store : workspace.stores)
            write(store);
        heading("Projections: positions are a group's committed offsets, a checkpoint query, or both.",
                workspace.projections.empty());
        for (const auto& projection : workspace.projections)
            write(projection);
        heading("Write sides: an outbox query gives pending, oldest [, written].", workspace.writeSides.empty());
        for (const auto& writeSide : workspace.writeSides)
            write(writeSide);
        heading("Checks: is a read model right? \"projectionistctl check run\" compares it with its source of truth.",
                workspace.checks.empty());
        for (const auto& check : workspace.checks)
            m_text += checkToml(check);
    }
    void heading(const std::string& text, bool empty)
    {
        if (!empty)
            m_text += "\n# " + text + '\n';
    }
    void entry(const std::string& name, const std::string& value) { m_text += tomlKey(name) + " = " + value + '\n'; }
    void text(const std::string& name, const std::string& value)
    {
        if (!value.empty())
            entry(name, tomlText(value));
    }
    void secretAware(const std::string& name, const std::string& value)
    {
        m_secret = m_secret || (isSecretName(name) && !value.empty() && value.find("${") == std::string::npos);
        entry(name, tomlText(value));
    }
    void table(const std::string& header) { m_text += "\n" + header + '\n'; }

    void write(const ContextSettings& context);
    void write(const BrokerSettings& broker);
    void writeReference(const BrokerReference& reference);
    void write(const StoreSettings& store);
    void write(const ProjectionSettings& projection);
    void write(const WriteSideSettings& writeSide);

    std::string m_text;
    bool m_secret = false;
};

void Writer::write(const ContextSettings& context)
{
    table("[contexts." + tomlKey(context.name) + ']');
    entry("environment", tomlText(toString(context.environment)));
    text("color", context.color);
    text("broker", context.broker);
    if (!context.stores.empty())
        entry("stores", tomlList(context.stores));
    entry("interval", tomlText(compactDuration(context.interval)));
    text("sandbox_control", context.sandboxControl);
    m_text += deadLettersToml("contexts." + tomlKey(context.name) + ".dead_letters", context.deadLetters, m_secret);
}

void Writer::writeReference(const BrokerReference& reference)
{
    switch (reference.kind) {
    case BrokerReference::Kind::None:
        return;
    case BrokerReference::Kind::PropertiesFile:
        return text("properties_file", reference.file);
    case BrokerReference::Kind::Kcat:
        return entry("kcat", reference.file.empty() ? "true" : tomlText(reference.file));
    case BrokerReference::Kind::Kafkactl:
        entry("kafkactl", tomlText(reference.context));
        return text("kafkactl_file", reference.file);
    }
}

void Writer::write(const BrokerSettings& broker)
{
    table("[brokers." + tomlKey(broker.name) + ']');
    writeReference(broker.reference);
    auto properties = broker.written;
    if (broker.reference.kind == BrokerReference::Kind::None)
        for (const auto& [name, value] : broker.properties)
            properties.try_emplace(name, value);
    if (const auto servers = properties.extract("bootstrap.servers"))
        entry("bootstrap_servers", tomlText(servers.mapped()));
    if (properties.empty())
        return;
    table("[brokers." + tomlKey(broker.name) + ".properties]");
    for (const auto& [name, value] : properties)
        secretAware(name, value);
}

void Writer::write(const StoreSettings& store)
{
    table("[stores." + tomlKey(store.name) + ']');
    const std::string& connection = store.written.empty() ? store.connection : store.written;
    const auto keys = isConnectionUri(connection) ? std::nullopt : parseConnectionKeys(connection);
    if (keys) {
        for (const auto& [name, value] : *keys)
            secretAware(name, value);
    } else {
        m_secret =
            m_secret || (maskedConnection(connection) != connection && connection.find("${") == std::string::npos);
        entry("uri", tomlText(connection));
    }
    entry("statement_timeout", tomlText(compactDuration(store.statementTimeout)));
}

void Writer::write(const ProjectionSettings& projection)
{
    table("[[projections]]");
    entry("name", tomlText(projection.name));
    text("version", projection.version);
    entry("context", tomlText(projection.context));
    entry("topics", tomlList(projection.topics));
    text("group", projection.group);
    text("read_model", projection.readModel);
    if (projection.objective)
        entry("objective", tomlText(compactDuration(*projection.objective)));
    if (!projection.deadLetters.empty())
        entry("dead_letters", tomlList(projection.deadLetters));
    text("event_version", projection.eventVersion);
    const auto query = [this](const std::string& header, const auto& settings) {
        m_text += header + '\n';
        entry("store", tomlText(settings.store));
        entry("query", tomlLines(settings.query));
    };
    if (projection.checkpoint)
        query("[projections.checkpoint]", *projection.checkpoint);
    if (projection.rowQuery)
        query("[projections.row_query]", *projection.rowQuery);
    if (projection.rowQuery && !projection.rowQuery->queryMany.empty())
        entry("query_many", tomlLines(projection.rowQuery->queryMany));
    if (projection.declared)
        m_text += declarationToml(*projection.declared);
}

void Writer::write(const WriteSideSettings& writeSide)
{
    table("[[write_sides]]");
    entry("name", tomlText(writeSide.name));
    entry("context", tomlText(writeSide.context));
    entry("store", tomlText(writeSide.store));
    if (!writeSide.topics.empty())
        entry("topics", tomlList(writeSide.topics));
    entry("query", tomlLines(writeSide.query));
}

/// Why a file cannot be used; nullopt if it can.
std::optional<std::string> mistakeIn(const LoadedWorkspace& loaded)
{
    for (const auto& diagnostic : loaded.diagnostics)
        if (diagnostic.level == DiagnosticLevel::Error)
            return toString(diagnostic);
    return std::nullopt;
}

bool isSame(const BrokerSettings& a, const BrokerSettings& b)
{
    return a.properties == b.properties && a.reference == b.reference;
}

bool isSame(const StoreSettings& a, const StoreSettings& b)
{
    return a.connection == b.connection;
}

/// What the file has already, under the same name, is not written again; another of the same name gets a new one, of
/// which `renamed` is told.
template<typename T>
void dropOrRename(std::vector<T>& added, const std::vector<T>& present,
                  const std::function<void(const std::string& from, const std::string& to)>& renamed)
{
    const auto find = [&present](const std::string& name) {
        return std::find_if(present.begin(), present.end(), [&](const T& one) { return one.name == name; });
    };
    std::erase_if(added, [&](const T& one) {
        const auto at = find(one.name);
        return at != present.end() && isSame(*at, one);
    });
    for (auto& one : added) {
        const std::string name = one.name;
        for (int number = 2; find(one.name) != present.end(); ++number)
            one.name = fmt::format("{}-{}", name, number);
        if (one.name != name)
            renamed(name, one.name);
    }
}

void fitInto(const Workspace& present, Workspace& added)
{
    auto& contexts = added.contexts;
    dropOrRename(added.brokers, present.brokers, [&](const std::string& from, const std::string& to) {
        for (auto& context : contexts)
            context.broker = context.broker == from ? to : context.broker;
    });
    dropOrRename(added.stores, present.stores, [&](const std::string& from, const std::string& to) {
        for (auto& context : contexts)
            std::replace(context.stores.begin(), context.stores.end(), from, to);
        const auto follow = [&](auto& query) {
            if (query && query->store == from)
                query->store = to;
        };
        for (auto& projection : added.projections) {
            follow(projection.checkpoint);
            follow(projection.rowQuery);
            follow(projection.declared);
        }
        for (auto& writeSide : added.writeSides)
            writeSide.store = writeSide.store == from ? to : writeSide.store;
        for (auto& check : added.checks)
            for (auto* side : {&check.expected, &check.actual})
                side->store = side->store == from ? to : side->store;
    });
}

Error notAdded(ErrorKind kind, std::string why, std::string next)
{
    return {kind, "The context was not added", std::move(why), std::move(next), false};
}

} // namespace

Result<void> addToWorkspace(Workspace addition, const fs::path& file)
{
    auto text = readWholeFile(file, mostConfigBytes);
    if (!text)
        return tl::unexpected(notAdded(ErrorKind::Resource, fmt::format("{}: {}", file.string(), text.error()),
                                       "Choose a file that can be read."));
    const auto loaded = loadWorkspace(file);
    if (!loaded.workspace)
        return tl::unexpected(notAdded(ErrorKind::Configuration, mistakeIn(loaded).value_or(file.string()),
                                       "Correct the file first, or save to another one."));
    for (const auto& context : addition.contexts)
        if (const auto* present = loaded.workspace->context(context.name))
            return tl::unexpected(
                notAdded(ErrorKind::Conflict,
                         fmt::format("{} has a context \"{}\" already, in line {}", present->origin.file.string(),
                                     context.name, present->origin.line),
                         "Choose another name."));
    fitInto(*loaded.workspace, addition);
    Writer writer;
    *text += std::string(text->empty() || text->ends_with('\n') ? "" : "\n") + writer.writeAddition(addition);
    return writeWholeFile(file, *text, writer.hasSecret(), [](const fs::path& written) -> Result<void> {
        if (const auto mistake = mistakeIn(loadWorkspace(written)))
            return tl::unexpected(
                notAdded(ErrorKind::Configuration, *mistake, "Add it by hand, or save to another file."));
        return {};
    });
}

Result<void> saveWorkspace(const Workspace& workspace, const fs::path& file)
{
    Writer writer;
    const std::string text = writer.write(workspace);
    std::error_code error;
    if (!fs::create_directories(throughLinks(file).parent_path(), error) && error)
        return tl::unexpected(fileNotSaved(file, error.value()));
    return writeWholeFile(file, text, writer.hasSecret());
}

} // namespace projectionist
