// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/deadletter/httpget.h"

#include <deque>
#include <map>

namespace projectionist {

enum class SchemaKind : std::uint8_t
{
    Avro,
    Protobuf,
    Json
};

/// Another schema that a schema uses: for Protobuf its name is the file that is imported, for Avro a type.
struct SchemaReference
{
    std::string name;
    std::string subject;
    std::int64_t version = 0;
};

struct RegisteredSchema
{
    SchemaKind kind = SchemaKind::Avro;
    std::string text;
    std::vector<SchemaReference> references;
};

/// Reads schemas from a Confluent-compatible registry (docs.confluent.io, "Schema Registry API reference") and keeps
/// them: they never change. Who was refused is told the same for a while, and where nobody answered, whatever is asked
/// for: a registry that is down costs its timeout only now and then. One thread.
class SchemaRegistry
{
public:
    using Schema = std::shared_ptr<const RegisteredSchema>;
    static constexpr std::size_t mostKept = 1000;
    static constexpr std::size_t largest = 1U << 20; ///< of a schema's text, in bytes
    static constexpr Duration failureKept{10'000};

    SchemaRegistry(const HttpEndpoint& endpoint, const Clock& clock);

    /// NotFound: the registry has no such schema.
    [[nodiscard]] Result<Schema> byId(std::uint32_t id, const std::stop_token& stop);
    [[nodiscard]] Result<Schema> byVersion(const SchemaReference& reference, const std::stop_token& stop);

private:
    struct Kept
    {
        Result<Schema> schema;
        std::optional<Duration> until; ///< of a failure
    };
    [[nodiscard]] Result<Schema> get(const std::string& path, const std::string& what, const std::stop_token& stop);
    [[nodiscard]] Result<Schema> ask(const std::string& path, const std::string& what, const std::stop_token& stop);

    const Clock& m_clock;
    HttpGetter m_getter;
    std::optional<std::pair<Error, Duration>> m_down; ///< nobody answered, and until when that is told
    std::map<std::string, Kept> m_kept;               ///< by path
    std::deque<std::string> m_order;                  ///< of m_kept, the oldest first
};

} // namespace projectionist
