// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/brokerimport.h"
#include "backend/config/connection.h"
#include "backend/config/kafkaproperties.h"
#include "backend/config/nearest.h"
#include "backend/config/reading.h"
#include "backend/config/references.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

/// Relative to the file that holds it, whatever file it is saved to later.
std::string storedPath(const std::string& path, const Section& section)
{
    return path.empty() || path.starts_with('~') ? path : expandedPath(path, section.folder()).string();
}

std::optional<BrokerReference> readReference(Section& section)
{
    std::optional<BrokerReference> reference;
    std::string first;
    const auto take = [&](const std::string& key, BrokerReference found) {
        if (reference)
            section.reading().report(DiagnosticLevel::Error, section.keyOrigin(key),
                                     fmt::format("\"{}\" together with \"{}\"", key, first), "keep one of them");
        reference = std::move(found);
        first = key;
    };
    if (const auto file = section.text("properties_file"))
        take("properties_file", {BrokerReference::Kind::PropertiesFile, storedPath(file->resolved, section), {}});
    if (const auto file = section.scalar("kcat"))
        take("kcat",
             {BrokerReference::Kind::Kcat, file->resolved == "true" ? "" : storedPath(file->resolved, section), {}});
    const auto kafkactlFile = section.text("kafkactl_file");
    if (const auto context = section.text("kafkactl"))
        take("kafkactl", {BrokerReference::Kind::Kafkactl,
                          kafkactlFile ? storedPath(kafkactlFile->resolved, section) : "", context->resolved});
    else if (kafkactlFile)
        take("kafkactl_file", {BrokerReference::Kind::Kafkactl, storedPath(kafkactlFile->resolved, section), {}});
    return reference;
}

void setProperty(BrokerSettings& broker, const std::string& name, const TextValue& value)
{
    broker.properties.insert_or_assign(name, value.resolved);
    broker.written.insert_or_assign(name, value.written);
}

/// Unquoted dots make nested tables of TOML (sasl.username = ...): the same property.
void readProperties(Section section, const std::string& prefix, BrokerSettings& broker, const toml::table& table)
{
    for (const auto& key : section.keys()) {
        const std::string name = prefix + key;
        if (const auto* nested = table.get(key)->as_table()) {
            readProperties(Section(*nested, section.pathOf(key), section.file(), section.reading()), name + '.', broker,
                           *nested);
            continue;
        }
        if (!isKafkaProperty(name))
            section.reading().report(DiagnosticLevel::Warning, section.keyOrigin(key),
                                     fmt::format("unknown librdkafka property \"{}\"", name),
                                     suggestion(name, kafkaPropertyNames()));
        if (const auto value = section.scalar(key))
            setProperty(broker, name, *value);
    }
}

/// Numbers and booleans of libpq are text too.
void readConnectionKeys(Section& section, ConnectionKeys& written, ConnectionKeys& resolved)
{
    for (const std::string_view name : connectionKeyNames())
        if (const auto value = section.scalar(std::string(name))) {
            written.emplace_back(name, value->written);
            resolved.emplace_back(name, value->resolved);
        }
}

/// A later file changes single keys of a former one.
std::string overlaid(const std::string& former, const ConnectionKeys& keys)
{
    auto all = isConnectionUri(former) ? ConnectionKeys{} : parseConnectionKeys(former).value_or(ConnectionKeys{});
    for (const auto& key : keys) {
        const auto at = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.first == key.first; });
        if (at == all.end())
            all.push_back(key);
        else
            at->second = key.second;
    }
    return toConnectionString(all);
}

} // namespace

void readBroker(Section section, BrokerSettings& broker)
{
    if (auto reference = readReference(section)) {
        auto imported = importBroker(*reference, section.folder());
        auto& reading = section.reading();
        reading.files.insert(reading.files.end(), imported.files.begin(), imported.files.end());
        std::move(imported.diagnostics.begin(), imported.diagnostics.end(), std::back_inserter(reading.diagnostics));
        reading.imported[broker.name] = std::move(imported.properties);
        broker.reference = *std::move(reference);
    }
    if (const auto servers = section.texts("bootstrap_servers")) {
        TextValue joined;
        for (const auto& server : *servers) {
            joined.written += (joined.written.empty() ? "" : ",") + server.written;
            joined.resolved += (joined.resolved.empty() ? "" : ",") + server.resolved;
        }
        setProperty(broker, "bootstrap.servers", joined);
    }
    if (const auto* properties = section.table("properties"))
        readProperties(Section(*properties, section.pathOf("properties"), section.file(), section.reading()), "",
                       broker, *properties);
    section.reportUnknown({{"bootstrap.servers", "bootstrap_servers"}, {"brokers", "bootstrap_servers"}});
}

void readStore(Section section, StoreSettings& store)
{
    const auto uri = section.text("uri");
    ConnectionKeys written;
    ConnectionKeys resolved;
    readConnectionKeys(section, written, resolved);
    if (const auto timeout = section.duration("statement_timeout", Duration(1)))
        store.statementTimeout = *timeout;
    section.reportUnknown(
        {{"url", "uri"}, {"dsn", "uri"}, {"database", "dbname"}, {"username", "user"}, {"hostname", "host"}});
    if (uri && !written.empty())
        section.reading().report(DiagnosticLevel::Error, section.keyOrigin(written.front().first),
                                 fmt::format("\"{}\" together with \"uri\"", written.front().first),
                                 "put it into the URI, or use keys only");
    if (uri && !isConnectionUri(uri->resolved))
        section.reading().report(DiagnosticLevel::Error, uri->origin, "\"uri\" is not a PostgreSQL URI",
                                 "it begins with postgresql://, as in postgresql://user@host:5432/database");
    if (uri) {
        store.written = uri->written;
        store.connection = uri->resolved;
    } else if (!written.empty()) {
        store.written = overlaid(store.written, written);
        store.connection = overlaid(store.connection, resolved);
    }
}

} // namespace projectionist
