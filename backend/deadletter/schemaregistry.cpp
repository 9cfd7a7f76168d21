// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/schemaregistry.h"

#include "backend/config/connection.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace projectionist {

namespace {

constexpr auto schemaTypes = "application/vnd.schemaregistry.v1+json, application/json";
constexpr std::size_t mostReferences = 200;

tl::expected<RegisteredSchema, std::string> schemaOf(const HttpAnswer& answer)
{
    const auto json = nlohmann::json::parse(answer.body, nullptr, false);
    if (!json.is_object() || !json.contains("schema") || !json["schema"].is_string())
        return tl::unexpected(std::string("its answer has no schema"));
    RegisteredSchema schema;
    schema.text = json["schema"].get<std::string>();
    if (schema.text.size() > SchemaRegistry::largest)
        return tl::unexpected(fmt::format("the schema is larger than {} KB", SchemaRegistry::largest >> 10U));
    const auto type = json.find("schemaType"); // not there: Avro
    if (type != json.end() && *type == "PROTOBUF")
        schema.kind = SchemaKind::Protobuf;
    else if (type != json.end() && *type == "JSON")
        schema.kind = SchemaKind::Json;
    else if (type != json.end() && !type->is_null() && *type != "AVRO")
        return tl::unexpected(std::string("its schema is neither Avro, Protobuf nor JSON"));
    const auto references = json.value("references", nlohmann::json());
    if (references.size() > mostReferences)
        return tl::unexpected(fmt::format("its schema uses more than {} others", mostReferences));
    for (const auto& one : references) {
        if (!one.is_object() || !one.contains("version") || !one["version"].is_number_integer() ||
            !one.contains("name") || !one["name"].is_string() || !one.contains("subject") ||
            !one["subject"].is_string())
            return tl::unexpected(std::string("its schema has a reference without name, subject or version"));
        schema.references.push_back(
            {one["name"].get<std::string>(), one["subject"].get<std::string>(), one["version"].get<std::int64_t>()});
    }
    return schema;
}

/// Not that nothing of the kind answers there, which is a 404 as well (error codes of the API: 40401 to 40403).
bool saysNoSuchSchema(const HttpAnswer& answer)
{
    const auto json = nlohmann::json::parse(answer.body, nullptr, false);
    return answer.status == 404 && json.is_object() && json.contains("error_code");
}

} // namespace

SchemaRegistry::SchemaRegistry(const HttpEndpoint& endpoint, const Clock& clock)
    : m_clock(clock), m_getter(endpoint, "Schema Registry")
{
}

Result<SchemaRegistry::Schema> SchemaRegistry::byId(std::uint32_t id, const std::stop_token& stop)
{
    return get(fmt::format("/schemas/ids/{}", id), fmt::format("schema {}", id), stop);
}

Result<SchemaRegistry::Schema> SchemaRegistry::byVersion(const SchemaReference& reference, const std::stop_token& stop)
{
    return get(fmt::format("/subjects/{}/versions/{}", percentEncoded(reference.subject), reference.version),
               fmt::format("version {} of {}, which the schema refers to", reference.version, reference.subject), stop);
}

Result<SchemaRegistry::Schema> SchemaRegistry::get(const std::string& path, const std::string& what,
                                                   const std::stop_token& stop)
{
    if (const auto kept = m_kept.find(path);
        kept != m_kept.end() && (!kept->second.until || m_clock.monotonic() < *kept->second.until))
        return kept->second.schema;
    if (m_down && m_clock.monotonic() < m_down->second)
        return tl::unexpected(m_down->first);
    auto schema = ask(path, what, stop);
    if (!schema && schema.error().kind == ErrorKind::Cancelled)
        return schema;
    Kept kept{schema, schema ? std::nullopt : std::optional(m_clock.monotonic() + failureKept)};
    if (m_kept.insert_or_assign(path, std::move(kept)).second)
        m_order.push_back(path);
    if (m_order.size() > mostKept) {
        m_kept.erase(m_order.front());
        m_order.pop_front();
    }
    return schema;
}

Result<SchemaRegistry::Schema> SchemaRegistry::ask(const std::string& path, const std::string& what,
                                                   const std::stop_token& stop)
{
    const auto answer = m_getter.get(path, stop, schemaTypes);
    m_down.reset();
    if (!answer) {
        if (answer.error().kind != ErrorKind::Cancelled)
            m_down.emplace(answer.error(), m_clock.monotonic() + failureKept);
        return tl::unexpected(answer.error());
    }
    if (saysNoSuchSchema(*answer)) {
        Error error = m_getter.refusal(*answer);
        error.what = fmt::format("The schema registry does not know {}", what);
        error.next = "Check that schema_registry is the one that the event's producer uses.";
        return tl::unexpected(std::move(error));
    }
    if (answer->status < 200 || answer->status > 299)
        return tl::unexpected(m_getter.refusal(*answer));
    auto schema = schemaOf(*answer);
    if (!schema)
        return tl::unexpected(m_getter.nonsense(*answer, schema.error()));
    return std::make_shared<const RegisteredSchema>(*std::move(schema));
}

} // namespace projectionist
