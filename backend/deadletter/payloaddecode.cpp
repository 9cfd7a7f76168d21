// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/payloaddecode.h"

#include "backend/deadletter/avrodecode.h"
#include "backend/deadletter/protobufdecode.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace projectionist {

namespace {

constexpr std::size_t prefixSize = 5;
constexpr int deepestReferences = 20;
constexpr std::size_t mostTexts = 500;

Error wrongSchema(std::uint32_t id, std::string why)
{
    return {ErrorKind::InvalidData, fmt::format("Schema {} of the registry cannot be used", id), std::move(why),
            "Nothing can be done here: look at the bytes themselves.", false};
}

Error wrongBytes(std::uint32_t id, std::string why)
{
    return {ErrorKind::InvalidData, fmt::format("The bytes do not fit schema {}", id), std::move(why),
            "Check that schema_registry is the one that the event's producer uses; look at the bytes themselves.",
            false};
}

Result<DecodedPayload> decodeJson(const RegistryBytes& bytes)
{
    if (!nlohmann::json::accept(bytes.body))
        return tl::unexpected(wrongBytes(bytes.schema, "they are no JSON"));
    return DecodedPayload{std::string(bytes.body), fmt::format("JSON, schema {}", bytes.schema)};
}

} // namespace

std::optional<RegistryBytes> registryBytes(std::string_view bytes) noexcept
{
    if (bytes.size() < prefixSize || bytes[0] != '\0')
        return std::nullopt;
    std::uint32_t id = 0;
    for (std::size_t i = 1; i < prefixSize; ++i)
        id = (id << 8U) | static_cast<unsigned char>(bytes[i]);
    if (id == 0) // registries count from one; small numbers in eight bytes look so
        return std::nullopt;
    return RegistryBytes{id, bytes.substr(prefixSize)};
}

Error notWhole(std::size_t read, std::size_t whole)
{
    return {ErrorKind::Resource, "It is not decoded",
            fmt::format("only the first {} of {} bytes were read", read, whole), "Read more of it.", false};
}

Error noRegistry(const RegistryBytes& bytes)
{
    return {
        ErrorKind::Configuration, "It is not decoded",
        fmt::format("it begins like Avro or Protobuf with schema {} of a registry, and none is named", bytes.schema),
        "Add schema_registry to the context's dead_letters.", false};
}

Result<DecodedPayload> decodePayload(const ReadySchema& schema, const RegistryBytes& bytes)
{
    if (const auto* avro = std::get_if<std::shared_ptr<const AvroSchema>>(&schema)) {
        auto json = decodeAvro(**avro, bytes.body);
        if (!json)
            return tl::unexpected(wrongBytes(bytes.schema, std::move(json.error())));
        return DecodedPayload{*std::move(json),
                              fmt::format("Avro, schema {} ({})", bytes.schema, (*avro)->root().name)};
    }
    if (const auto* protobuf = std::get_if<std::shared_ptr<const ProtobufSchema>>(&schema)) {
        auto decoded = (*protobuf)->decode(bytes.body);
        if (!decoded)
            return tl::unexpected(wrongBytes(bytes.schema, std::move(decoded.error())));
        return DecodedPayload{std::move(decoded->json),
                              fmt::format("Protobuf, schema {} ({})", bytes.schema, decoded->type)};
    }
    return decodeJson(bytes);
}

DecodedBody decodeValue(PayloadDecoder* decoder, const std::optional<std::string>& value, std::size_t wholeSize,
                        const std::stop_token& stop)
{
    DecodedBody body;
    const auto bytes = value ? registryBytes(*value) : std::nullopt;
    if (!bytes)
        return body;
    if (!decoder)
        body.value = tl::unexpected(noRegistry(*bytes));
    else if (wholeSize > value->size())
        body.value = tl::unexpected(notWhole(value->size(), wholeSize));
    else
        body.value = decoder->decode(*bytes, stop);
    return body;
}

PayloadDecoder::PayloadDecoder(const HttpEndpoint& registry, const Clock& clock) : m_registry(registry, clock) {}

PayloadDecoder::~PayloadDecoder() = default;

Result<DecodedPayload> PayloadDecoder::decode(const RegistryBytes& bytes, const std::stop_token& stop)
{
    return schema(bytes.schema, stop).and_then([&](const ReadySchema& ready) { return decodePayload(ready, bytes); });
}

Result<ReadySchema> PayloadDecoder::schema(std::uint32_t id, const std::stop_token& stop)
{
    if (const auto found = m_ready.find(id); found != m_ready.end())
        return found->second;
    const auto schema = m_registry.byId(id, stop);
    if (!schema)
        return tl::unexpected(schema.error());
    ReadySchema made;
    if ((*schema)->kind != SchemaKind::Json) {
        std::vector<Text> texts;
        if (auto collected = collect(**schema, texts, stop, 0); !collected)
            return tl::unexpected(collected.error());
        if ((*schema)->kind == SchemaKind::Avro) {
            std::vector<std::string> parts;
            for (auto& one : texts)
                if (std::ranges::find(parts, one.text) == parts.end()) // two names for one schema
                    parts.push_back(std::move(one.text));
            parts.push_back((*schema)->text);
            auto avro = AvroSchema::parse(parts);
            if (!avro)
                return tl::unexpected(wrongSchema(id, std::move(avro.error())));
            made = *std::move(avro);
        } else {
            std::map<std::string, std::string> imports;
            for (auto& one : texts)
                imports.emplace(std::move(one.name), std::move(one.text));
            auto protobuf = ProtobufSchema::parse((*schema)->text, imports);
            if (!protobuf)
                return tl::unexpected(wrongSchema(id, std::move(protobuf.error())));
            made = *std::move(protobuf);
        }
    }
    if (m_ready.size() >= mostSchemas)
        m_ready.clear();
    m_ready.emplace(id, made);
    return made;
}

/// Each once, those that others refer to first.
Result<void> PayloadDecoder::collect(const RegisteredSchema& schema, std::vector<Text>& texts,
                                     const std::stop_token& stop, int depth)
{
    for (const auto& reference : schema.references) {
        if (std::ranges::find(texts, reference.name, &Text::name) != texts.end())
            continue;
        if (depth > deepestReferences || texts.size() >= mostTexts)
            return tl::unexpected(Error{ErrorKind::InvalidData, "The schema cannot be used",
                                        "it refers to too many others, or to itself",
                                        "Nothing can be done here: look at the bytes themselves.", false});
        const auto referred = m_registry.byVersion(reference, stop);
        if (!referred)
            return tl::unexpected(referred.error());
        if (auto collected = collect(**referred, texts, stop, depth + 1); !collected)
            return collected;
        texts.push_back({reference.name, (*referred)->text});
    }
    return {};
}

} // namespace projectionist
