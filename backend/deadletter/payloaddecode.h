// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/schemaregistry.h"

#include <variant>

namespace projectionist {

class AvroSchema;
class ProtobufSchema;

/// Bytes in the wire format of Confluent's serialisers: a zero, the number of a schema in four bytes (big-endian), and
/// what the schema describes.
struct RegistryBytes
{
    std::uint32_t schema = 0;
    std::string_view body;
};
/// nullopt: they begin otherwise. Others' bytes may begin so by chance.
[[nodiscard]] std::optional<RegistryBytes> registryBytes(std::string_view bytes) noexcept;

/// A payload or a key as people read it.
struct DecodedPayload
{
    std::string json;
    std::string format; ///< "Avro, schema 17 (com.acme.OrderPlaced)"

    bool operator==(const DecodedPayload&) const = default;
};

/// A schema with all that it refers to, made ready for decoding; monostate: of JSON.
using ReadySchema =
    std::variant<std::monostate, std::shared_ptr<const AvroSchema>, std::shared_ptr<const ProtobufSchema>>;
/// Whatever bytes and schema hold, it takes bounded time and memory. InvalidData: they do not fit together.
[[nodiscard]] Result<DecodedPayload> decodePayload(const ReadySchema& schema, const RegistryBytes& bytes);

/// Decodes with the schemas of a registry: Avro, Protobuf, JSON. One thread; waits for the registry as long as its
/// settings say.
class PayloadDecoder
{
public:
    static constexpr std::size_t mostSchemas = 200; ///< that are kept ready

    PayloadDecoder(const HttpEndpoint& registry, const Clock& clock);
    ~PayloadDecoder();

    /// InvalidData: bytes and schema do not fit together, or one of them makes no sense; NotFound: the registry does
    /// not know the schema; else why the registry cannot be asked.
    [[nodiscard]] Result<DecodedPayload> decode(const RegistryBytes& bytes, const std::stop_token& stop);
    [[nodiscard]] Result<ReadySchema> schema(std::uint32_t id, const std::stop_token& stop);

private:
    struct Text
    {
        std::string name;
        std::string text;
    };
    [[nodiscard]] Result<void> collect(const RegisteredSchema& schema, std::vector<Text>& texts,
                                       const std::stop_token& stop, int depth);

    SchemaRegistry m_registry;
    std::map<std::uint32_t, ReadySchema> m_ready;
};

/// What a registry's schemas make of a key and a value; nullopt: they are in no such format, and stay as they are.
struct DecodedBody
{
    std::optional<Result<DecodedPayload>> key{};
    std::optional<Result<DecodedPayload>> value{};
    bool pending = false; ///< the registry is being asked

    /// The payload as people read it, where that is known.
    [[nodiscard]] const DecodedPayload* payload() const { return value && *value ? &**value : nullptr; }
    [[nodiscard]] const DecodedPayload* readKey() const { return key && *key ? &**key : nullptr; }
    /// Why the payload stays as it is.
    [[nodiscard]] const Error* trouble() const { return value && !*value ? &value->error() : nullptr; }
};

/// Of a whole payload; a `decoder` that is none: no registry is named. Waits for the registry.
[[nodiscard]] DecodedBody decodeValue(PayloadDecoder* decoder, const std::optional<std::string>& value,
                                      std::size_t wholeSize, const std::stop_token& stop);

/// Why something in this format stays as it is where no registry is named.
[[nodiscard]] Error noRegistry(const RegistryBytes& bytes);
/// Likewise where only its beginning is at hand.
[[nodiscard]] Error notWhole(std::size_t read, std::size_t whole);

} // namespace projectionist
