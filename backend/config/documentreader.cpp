// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/reading.h"
#include "backend/config/references.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t knownSchema = 1;
constexpr Duration shortestInterval{100};

/// Runs `read` for each table of [group.NAME], with the settings of that name, new or from a former file.
template<typename T, typename Read>
void readNamed(Section& root, const std::string& group, std::vector<T>& all, const Read& read)
{
    const auto* tables = root.table(group);
    if (!tables)
        return;
    Section names(*tables, group, root.file(), root.reading());
    for (const auto& name : names.keys()) {
        const auto* table = names.table(name);
        if (!table)
            continue;
        auto at = std::find_if(all.begin(), all.end(), [&](const T& one) { return one.name == name; });
        if (at == all.end()) {
            all.emplace_back();
            at = std::prev(all.end());
            at->name = name;
        }
        at->origin = names.keyOrigin(name);
        read(Section(*table, names.pathOf(name), root.file(), root.reading()), *at);
    }
}

void readEnvironment(Section& section, Environment& environment)
{
    const auto value = section.text("environment");
    if (!value)
        return;
    for (const auto known : {Environment::Development, Environment::Test, Environment::Production})
        if (value->resolved == toString(known)) {
            environment = known;
            return;
        }
    section.reading().report(DiagnosticLevel::Error, value->origin,
                             fmt::format("unknown environment \"{}\"", value->written),
                             "one of \"development\", \"test\", \"production\"");
}

void readColor(Section& section, std::string& color)
{
    const auto value = section.text("color");
    if (!value)
        return;
    const std::string& text = value->resolved;
    const bool valid = text.size() == 7 && text[0] == '#' &&
                       std::all_of(text.begin() + 1, text.end(), [](unsigned char c) { return std::isxdigit(c) != 0; });
    if (valid || text.empty())
        color = text;
    else
        section.reading().report(DiagnosticLevel::Error, value->origin,
                                 fmt::format("\"{}\" is not a color", value->written), "colors look like \"#d55e00\"");
}

void readContext(Section section, ContextSettings& context)
{
    readEnvironment(section, context.environment);
    readColor(section, context.color);
    if (const auto broker = section.text("broker"))
        context.broker = broker->resolved;
    if (const auto stores = section.texts("stores"))
        context.stores = resolvedOf(*stores);
    if (const auto interval = section.duration("interval", shortestInterval)) {
        context.interval = *interval;
        section.reading().contextsWithInterval.insert(context.name);
    }
    if (const auto control = section.text("sandbox_control"))
        context.sandboxControl = expandedPath(control->resolved, section.folder()).string();
    if (const auto* letters = section.table("dead_letters"))
        readDeadLetters(Section(*letters, section.pathOf("dead_letters"), section.file(), section.reading()),
                        context.deadLetters);
    section.reportUnknown({{"colour", "color"},
                           {"env", "environment"},
                           {"read_stores", "stores"},
                           {"store", "stores"},
                           {"poll_interval", "interval"},
                           {"deadletters", "dead_letters"}});
}

std::optional<CheckpointSettings> readCheckpoint(Section section)
{
    const auto store = section.text("store");
    const auto query = section.text("query");
    section.reportUnknown({{"sql", "query"}});
    for (const char* key : {"store", "query"})
        if (!section.has(key))
            section.reading().report(DiagnosticLevel::Error, section.origin(),
                                     fmt::format("the checkpoint has no \"{}\"", key),
                                     "a checkpoint needs a store, and a query of topic, partition and position");
    return store && query ? std::optional(CheckpointSettings{store->resolved, query->resolved}) : std::nullopt;
}

/// One element of [[projections]], [[write_sides]] or [[checks]]: a name that is given once a file, an entry of a
/// former file continued.
template<typename T>
T* entryFor(Section& section, std::vector<T>& all, const T& wanted, const std::string& what)
{
    if (!section.has("name") || wanted.name.empty()) {
        section.reading().report(DiagnosticLevel::Error, section.origin(), fmt::format("a {} without \"name\"", what),
                                 "add name = \"...\"");
        return nullptr;
    }
    const auto at = std::find_if(all.begin(), all.end(), [&](const T& one) {
        if constexpr (requires { one.version; })
            if (one.version != wanted.version)
                return false;
        return one.name == wanted.name && one.context == wanted.context;
    });
    if (at == all.end()) {
        all.push_back(wanted);
        return &all.back();
    }
    if (at->origin.file == section.file()) {
        section.reading().report(
            DiagnosticLevel::Error, section.keyOrigin("name"), fmt::format("a second {} \"{}\"", what, wanted.name),
            fmt::format("the first is in line {}; give it another name, version or context", at->origin.line));
        return nullptr;
    }
    at->origin = wanted.origin;
    return &*at;
}

void readProjection(Section section)
{
    ProjectionSettings wanted;
    wanted.origin = section.origin();
    wanted.name = section.text("name").value_or(TextValue{}).resolved;
    wanted.version = section.text("version").value_or(TextValue{}).resolved;
    wanted.context = section.text("context").value_or(TextValue{}).resolved;
    ProjectionSettings ignored;
    auto* const entry = entryFor(section, section.reading().workspace.projections, wanted, "projection");
    ProjectionSettings& projection = entry ? *entry : ignored;
    if (const auto topics = section.texts("topics"))
        projection.topics = resolvedOf(*topics);
    if (const auto group = section.text("group"))
        projection.group = group->resolved;
    if (const auto readModel = section.text("read_model"))
        projection.readModel = readModel->resolved;
    if (const auto objective = section.duration("objective", Duration(1)))
        projection.objective = *objective;
    if (const auto* checkpoint = section.table("checkpoint"))
        projection.checkpoint =
            readCheckpoint(Section(*checkpoint, section.pathOf("checkpoint"), section.file(), section.reading()));
    if (const auto letters = section.texts("dead_letters"))
        projection.deadLetters = resolvedOf(*letters);
    if (const auto version = section.text("event_version"))
        projection.eventVersion = version->resolved;
    if (const auto* row = section.table("row_query"))
        projection.rowQuery =
            readRowQuery(Section(*row, section.pathOf("row_query"), section.file(), section.reading()));
    if (const auto* declared = section.table("declared"))
        readDeclaration(Section(*declared, section.pathOf("declared"), section.file(), section.reading()),
                        projection.declared.emplace());
    section.reportUnknown({{"topic", "topics"},
                           {"declaration", "declared"},
                           {"position", "checkpoint"},
                           {"consumer_group", "group"},
                           {"slo", "objective"},
                           {"deadletters", "dead_letters"}});
}

void readWriteSide(Section section)
{
    WriteSideSettings wanted;
    wanted.origin = section.origin();
    wanted.name = section.text("name").value_or(TextValue{}).resolved;
    wanted.context = section.text("context").value_or(TextValue{}).resolved;
    WriteSideSettings ignored;
    auto* const entry = entryFor(section, section.reading().workspace.writeSides, wanted, "write side");
    WriteSideSettings& writeSide = entry ? *entry : ignored;
    if (const auto store = section.text("store"))
        writeSide.store = store->resolved;
    if (const auto query = section.text("query"))
        writeSide.query = query->resolved;
    if (const auto topics = section.texts("topics"))
        writeSide.topics = resolvedOf(*topics);
    section.reportUnknown({{"topic", "topics"}, {"sql", "query"}});
}

void readCheckEntry(Section section)
{
    CheckSettings wanted;
    wanted.origin = section.origin();
    wanted.name = section.text("name").value_or(TextValue{}).resolved;
    wanted.context = section.text("context").value_or(TextValue{}).resolved;
    CheckSettings ignored;
    auto* const entry = entryFor(section, section.reading().workspace.checks, wanted, "check");
    readCheck(section, entry ? *entry : ignored);
}

/// "projections.order_summary:v2", for settings and messages.
std::string entryPath(const std::string& group, const toml::table& table)
{
    const std::string version = table["version"].value_or(std::string());
    return group + '.' + table["name"].value_or(std::string("?")) + (version.empty() ? "" : ':' + version);
}

template<typename Read>
void readEntries(Section& root, const std::string& group, const Read& read)
{
    if (const auto* tables = root.tables(group))
        for (const auto& element : *tables)
            if (const auto* table = element.as_table())
                read(Section(*table, entryPath(group, *table), root.file(), root.reading()));
}

void readSchema(Section& root)
{
    if (!root.has("schema"))
        return;
    const auto schema = root.scalar("schema");
    if (schema && schema->resolved != std::to_string(knownSchema))
        root.reading().report(DiagnosticLevel::Error, schema->origin,
                              fmt::format("this program reads schema {} only, not {}", knownSchema, schema->written),
                              "a newer version of the program wrote this file");
}

void readDefaults(Section& root)
{
    const auto* table = root.table("defaults");
    if (!table)
        return;
    Section defaults(*table, "defaults", root.file(), root.reading());
    if (const auto interval = defaults.duration("interval", shortestInterval))
        root.reading().interval = interval;
    if (const auto objective = defaults.duration("objective", Duration(1)))
        root.reading().objective = objective;
    defaults.reportUnknown({{"poll_interval", "interval"}, {"slo", "objective"}});
}

} // namespace

void readDocument(const toml::table& document, const fs::path& file, Reading& reading)
{
    Section root(document, "", file, reading);
    Workspace& workspace = reading.workspace;
    readSchema(root);
    static_cast<void>(root.texts("include")); // followed by the caller
    if (const auto current = root.text("current_context"))
        workspace.currentContext = current->resolved;
    readDefaults(root);
    readNamed(root, "contexts", workspace.contexts, readContext);
    readNamed(root, "brokers", workspace.brokers, readBroker);
    readNamed(root, "stores", workspace.stores, readStore);
    readEntries(root, "projections", readProjection);
    readEntries(root, "write_sides", readWriteSide);
    readEntries(root, "checks", readCheckEntry);
    root.reportUnknown({{"current-context", "current_context"},
                        {"context", "contexts"},
                        {"broker", "brokers"},
                        {"store", "stores"},
                        {"read_stores", "stores"},
                        {"projection", "projections"},
                        {"write_side", "write_sides"},
                        {"outbox", "write_sides"},
                        {"check", "checks"},
                        {"dead_letters", "contexts.NAME.dead_letters"}});
}

} // namespace projectionist
