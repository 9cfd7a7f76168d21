// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/nearest.h"
#include "backend/config/reading.h"
#include "backend/config/references.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

Section inner(Section& section, const std::string& key, const toml::table& table)
{
    return {table, section.pathOf(key), section.file(), section.reading()};
}

/// Runs `read` for each table of a list; its settings are told apart by `id`, the key that names it.
template<typename Read>
void readList(Section& section, const std::string& key, const char* id, const Read& read)
{
    const auto* list = section.tables(key);
    if (!list)
        return;
    std::size_t number = 0;
    for (const auto& element : *list)
        if (const auto* table = element.as_table()) {
            const std::string name = (*table)[id].value_or(std::to_string(++number));
            read(inner(section, key + '.' + name, *table));
        }
}

/// A later file replaces what has the same name.
template<typename T, typename Same>
void put(std::vector<T>& all, T one, const Same& same)
{
    const auto at = std::find_if(all.begin(), all.end(), [&](const T& other) { return same(other, one); });
    if (at == all.end())
        all.push_back(std::move(one));
    else
        *at = std::move(one);
}

constexpr auto sameName = [](const auto& a, const auto& b) { return a.name == b.name; };

void readText(Section& section, const std::string& key, std::string& target)
{
    if (const auto value = section.text(key))
        target = value->resolved;
}

void readTexts(Section& section, const std::string& key, std::vector<std::string>& target)
{
    if (const auto values = section.texts(key))
        target = resolvedOf(*values);
}

void need(Section& section, const std::string& key, const std::string& what, const std::string& hint)
{
    if (!section.has(key))
        section.reading().report(DiagnosticLevel::Error, section.origin(), fmt::format("{} without \"{}\"", what, key),
                                 hint);
}

/// One of a set of words.
template<typename Value, typename Parse>
void readWord(Section& section, const std::string& key, const std::string& what, const Parse& parse,
              const std::vector<std::string>& words, Value& target)
{
    const auto value = section.text(key);
    if (!value)
        return;
    if (const auto parsed = parse(value->resolved))
        target = *parsed;
    else
        section.reading().report(DiagnosticLevel::Error, value->origin,
                                 fmt::format("unknown {} \"{}\"", what, value->written),
                                 suggestion(value->resolved, words));
}

/// For enumerations of a few values.
template<typename Value>
void readWord(Section& section, const std::string& key, const std::string& what, std::initializer_list<Value> values,
              Value& target)
{
    std::vector<std::string> words;
    for (const auto value : values)
        words.emplace_back(toString(value));
    const auto parse = [&](const std::string& word) -> std::optional<Value> {
        for (const auto value : values)
            if (toString(value) == word)
                return value;
        return std::nullopt;
    };
    readWord(section, key, what, parse, words, target);
}

void readPath(Section& section, const std::string& key, std::string& target)
{
    if (const auto value = section.text(key); value && !value->resolved.empty())
        target = expandedPath(value->resolved, section.folder()).string();
}

void readWritten(Section& section, const std::string& key, std::string& target, HttpEndpoint& endpoint)
{
    const auto value = section.text(key);
    if (!value)
        return;
    target = value->resolved;
    if (value->written != value->resolved)
        endpoint.written[key] = value->written;
}

HttpEndpoint readEndpoint(Section section)
{
    HttpEndpoint endpoint;
    endpoint.origin = section.origin();
    readWritten(section, "url", endpoint.url, endpoint);
    readWritten(section, "user", endpoint.user, endpoint);
    readWritten(section, "password", endpoint.password, endpoint);
    readPath(section, "ca_file", endpoint.caFile);
    readPath(section, "certificate_file", endpoint.certificateFile);
    readPath(section, "key_file", endpoint.keyFile);
    if (const auto verify = section.flag("verify"))
        endpoint.verify = *verify;
    if (const auto timeout = section.duration("timeout", Duration(1)))
        endpoint.timeout = *timeout;
    section.reportUnknown({{"uri", "url"}, {"username", "user"}, {"ca", "ca_file"}});
    need(section, "url", "an HTTP address", "add url = \"http://host:8083\"");
    const std::string& url = endpoint.url;
    const auto scheme = url.find("://");
    const std::string host =
        scheme == std::string::npos ? "" : url.substr(scheme + 3, url.find('/', scheme + 3) - scheme - 3);
    if (section.has("url") && ((!url.starts_with("http://") && !url.starts_with("https://")) || host.empty()))
        section.reading().report(DiagnosticLevel::Error, section.keyOrigin("url"), "\"url\" is not an HTTP address",
                                 "it looks like \"https://connect.example.org:8083\"");
    else if (host.find('@') != std::string::npos)
        section.reading().report(DiagnosticLevel::Error, section.keyOrigin("url"), "\"url\" holds a user",
                                 "write user = \"...\" and password = \"${env:NAME}\" beside it");
    while (endpoint.url.ends_with('/'))
        endpoint.url.pop_back();
    return endpoint;
}

void readRole(Section& section, const std::string& key, HeaderRole& role)
{
    readWord(section, key, "role", headerRoleFromString, headerRoleWords(), role);
}

/// name = "role", or name = { role = "...", encoding = "..." }.
std::vector<HeaderMapping> readMappings(Section section, const toml::table& table)
{
    std::vector<HeaderMapping> mappings;
    for (const auto& name : section.keys()) {
        auto& mapping = mappings.emplace_back();
        mapping.name = name;
        const auto* nested = table.get(name)->as_table();
        if (!nested) {
            readRole(section, name, mapping.role);
            continue;
        }
        Section entry = inner(section, name, *nested);
        readRole(entry, "role", mapping.role);
        readWord(entry, "encoding", "encoding", headerEncodingFromString, headerEncodingWords(), mapping.encoding);
        entry.reportUnknown({{"type", "encoding"}});
    }
    return mappings;
}

LetterTableSettings readTable(Section section)
{
    LetterTableSettings table;
    table.origin = section.origin();
    readText(section, "table", table.table);
    table.name = table.table;
    readText(section, "name", table.name);
    readText(section, "store", table.store);
    readWord(section, "family", "family", letterTableFamilyFromString, letterTableFamilyWords(), table.family);
    readTexts(section, "key", table.key);
    readText(section, "payload", table.payload);
    readText(section, "event_key", table.eventKey);
    readText(section, "headers", table.headers);
    readText(section, "time", table.time);
    if (const auto* columns = section.table("columns"))
        table.columns = readMappings(inner(section, "columns", *columns), *columns);
    section.reportUnknown({{"type", "family"}, {"body", "payload"}, {"value", "payload"}, {"primary_key", "key"}});
    need(section, "table", "a table of dead letters", "add table = \"schema.name\"");
    need(section, "store", "a table of dead letters", "add store = \"...\", one of [stores.NAME]");
    if (table.family == LetterTableFamily::Columns && table.columns.empty())
        section.reading().report(DiagnosticLevel::Error, section.origin(), "a table of dead letters without \"family\"",
                                 "name one of the families, or say in [columns] which column means what");
    return table;
}

LetterOwner readOwner(Section section)
{
    LetterOwner owner;
    readText(section, "topic", owner.topic);
    readText(section, "group", owner.group);
    readText(section, "projection", owner.projection);
    section.reportUnknown({{"topics", "topic"}, {"consumer_group", "group"}, {"table", "topic"}});
    need(section, "projection", "an owner", "add projection = \"...\"");
    if (owner.topic.empty() && owner.group.empty())
        section.reading().report(DiagnosticLevel::Error, section.origin(), "an owner without \"topic\" and \"group\"",
                                 "say which letters: topic = \"orders-dlt\", group = \"billing-*\", or both");
    return owner;
}

/// Where an event lies in the value of its letter.
void checkEnvelope(Section& section, const HeaderProfile& profile)
{
    const std::pair<std::string, std::string> parts[]{
        {"payload", profile.payload}, {"event_key", profile.eventKey}, {"event_headers", profile.eventHeaders}};
    for (const auto& [part, path] : parts)
        if (!path.empty() && !path.starts_with("$.") && !path.starts_with("$["))
            section.reading().report(DiagnosticLevel::Error, section.origin(),
                                     fmt::format("\"{}\" is not a JSON path", path),
                                     fmt::format("say where in the value it stands: {} = \"$.{}\"", part, part));
    for (const auto& word : profile.base64) {
        const auto* const part = std::ranges::find(parts, word, [](const auto& one) { return one.first; });
        if (part == std::end(parts) || part->second.empty())
            section.reading().report(DiagnosticLevel::Error, section.origin(),
                                     fmt::format("base64 names \"{}\", which this profile does not place", word),
                                     "it may name payload, event_key and event_headers, where they have a path");
    }
}

HeaderProfile readProfile(Section section)
{
    HeaderProfile profile;
    readText(section, "name", profile.name);
    readText(section, "like", profile.like);
    readText(section, "prefix", profile.prefix);
    readText(section, "payload", profile.payload);
    readText(section, "event_key", profile.eventKey);
    readText(section, "event_headers", profile.eventHeaders);
    readTexts(section, "base64", profile.base64);
    if (const auto* headers = section.table("headers"))
        profile.headers = readMappings(inner(section, "headers", *headers), *headers);
    readTexts(section, "markers", profile.markers);
    readWord(section, "repeats", "order of repeats", {Repeats::Appended, Repeats::Prepended, Repeats::Spring},
             profile.repeats);
    readWord(section, "timestamp", "timestamp", {Stamp::Unknown, Stamp::Writer, Stamp::Event}, profile.stamp);
    section.reportUnknown(
        {{"family", "like"}, {"stamp", "timestamp"}, {"value", "payload"}, {"body", "payload"}, {"key", "event_key"}});
    need(section, "name", "a profile", "add name = \"...\"");
    checkEnvelope(section, profile);
    if (profile.headers.empty() && profile.like.empty())
        section.reading().report(DiagnosticLevel::Error, section.origin(), "a profile without \"headers\"",
                                 "say in [headers] which header means what, or name a family with like and prefix");
    return profile;
}

GroupRule readGroup(Section section)
{
    GroupRule rule;
    readText(section, "name", rule.name);
    readWord(section, "action", "action", {GroupRule::Action::Merge, GroupRule::Action::Split}, rule.action);
    readText(section, "exception", rule.exception);
    readText(section, "message", rule.message);
    readText(section, "event_type", rule.eventType);
    section.reportUnknown({{"type", "event_type"}});
    need(section, "name", "a rule on groups", "add name = \"...\"; it is shown as the reason");
    need(section, "action", "a rule on groups", "add action = \"merge\" or \"split\"");
    if (rule.exception.empty() && rule.message.empty() && rule.eventType.empty())
        section.reading().report(DiagnosticLevel::Error, section.origin(), "a rule on groups that fits every letter",
                                 "add exception, message or event_type; '*' stands for any text");
    return rule;
}

void readMasks(Section section, MaskSettings& masks)
{
    if (const auto defaults = section.flag("defaults"))
        masks.defaults = *defaults;
    if (const auto paths = section.texts("json")) {
        masks.json = resolvedOf(*paths);
        for (const auto& path : *paths)
            if (!path.resolved.starts_with("$.") && !path.resolved.starts_with("$["))
                section.reading().report(DiagnosticLevel::Error, path.origin,
                                         fmt::format("\"{}\" is not a JSON path", path.written),
                                         "paths look like \"$.customer.email\", \"$..iban\", \"$.items[*].name\"");
    }
    readTexts(section, "headers", masks.headers);
    section.reportUnknown({{"paths", "json"}, {"payload", "json"}});
}

} // namespace

void readDeadLetters(Section section, DeadLetterSettings& settings)
{
    readTexts(section, "topics", settings.topics);
    readTexts(section, "patterns", settings.patterns);
    readTexts(section, "exclude", settings.exclude);
    readList(section, "connect", "url", [&](Section entry) {
        put(settings.connect, readEndpoint(std::move(entry)),
            [](const auto& a, const auto& b) { return a.url == b.url; });
    });
    if (const auto* registry = section.table("schema_registry"))
        settings.schemaRegistry = readEndpoint(inner(section, "schema_registry", *registry));
    readList(section, "tables", "table", [&](Section entry) {
        put(settings.tables, readTable(std::move(entry)),
            [](const auto& a, const auto& b) { return a.name == b.name && a.origin.file != b.origin.file; });
    });
    readList(section, "owners", "projection",
             [&](Section entry) { settings.owners.push_back(readOwner(std::move(entry))); });
    readList(section, "profiles", "name",
             [&](Section entry) { put(settings.decode.profiles, readProfile(std::move(entry)), sameName); });
    readList(section, "groups", "name",
             [&](Section entry) { put(settings.decode.groupRules, readGroup(std::move(entry)), sameName); });
    readTexts(section, "wrappers", settings.decode.wrappers);
    readTexts(section, "libraries", settings.decode.libraries);
    readTexts(section, "applications", settings.decode.applications);
    if (const auto* masks = section.table("masks"))
        readMasks(inner(section, "masks", *masks), settings.masks);
    if (const auto edit = section.flag("edit_before_replay"))
        settings.editBeforeReplay = *edit;
    section.reportUnknown({{"topic", "topics"},
                           {"pattern", "patterns"},
                           {"excludes", "exclude"},
                           {"table", "tables"},
                           {"registry", "schema_registry"},
                           {"rules", "groups"},
                           {"mask", "masks"},
                           {"redact", "masks"},
                           {"edit", "edit_before_replay"}});
}

std::optional<RowQuerySettings> readRowQuery(Section section)
{
    RowQuerySettings query;
    readText(section, "store", query.store);
    readText(section, "query", query.query);
    readText(section, "query_many", query.queryMany);
    section.reportUnknown({{"sql", "query"}, {"many", "query_many"}, {"row_query_many", "query_many"}});
    if (!query.queryMany.empty() && query.queryMany.find("$1") == std::string::npos)
        section.reading().report(DiagnosticLevel::Error, section.origin(), "a query_many without $1",
                                 "it gets many keys at once, as an array of texts: WHERE id = ANY($1)");
    for (const char* key : {"store", "query"})
        need(section, key, "a row query", "it needs a store, and a query of the row whose key is $1");
    return section.has("store") && section.has("query") ? std::optional(query) : std::nullopt;
}

} // namespace projectionist
