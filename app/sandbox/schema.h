// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/store/relationalstore.h"

namespace projectionist {

/// SQL with every "@" replaced by the schema's name, which isSandboxSchema() found to need no quotes.
[[nodiscard]] std::string inSchema(std::string sql, const std::string& schema);
/// "sandbox_" and then small letters, digits and underscores: what the sandbox may create and remove.
[[nodiscard]] bool isSandboxSchema(const std::string& name);

enum class SchemaOutcome : std::uint8_t
{
    Created,
    Continued ///< a sandbox made it before
};

/// Makes schema and tables, or what an older sandbox's schema lacks. Among the tables are the dead letters of
/// ops_console, written in the transaction that moves its checkpoint:
///   CREATE TABLE dead_letter (
///     id         bigserial PRIMARY KEY, -- in the order of failing
///     failed_at  timestamptz NOT NULL,
///     projection text NOT NULL,         -- "ops_console"
///     topic      text NOT NULL,         -- where the event stands: topic, partition, position
///     partition  int NOT NULL,
///     position   bigint NOT NULL,
///     key        text,
///     type       text NOT NULL,         -- of the event: "ParcelScanned"; empty: not told
///     payload    bytea,                 -- the event's value, byte by byte; NULL: it had none
///     headers    jsonb NOT NULL,        -- the event's: {"type": "ParcelScanned", "trace": null}
///     exception  text NOT NULL,         -- class that the handler threw
///     message    text NOT NULL,
///     stack      text NOT NULL,         -- as printStackTrace() writes it, with "Caused by:"
///     attempts   int NOT NULL)          -- how many times it was tried
/// Bytes that are no text have U+FFFD for them, except in the payload; the event itself has them as they are.
/// Conflict: the schema exists and is not of our making.
[[nodiscard]] Result<SchemaOutcome> makeSchema(RelationalStore& store, const std::string& schema);
/// Topics that a sandbox created, as noted in its schema; NotFound if there is no such schema of ours.
[[nodiscard]] Result<std::vector<std::string>> createdTopics(RelationalStore& store, const std::string& schema);
[[nodiscard]] Result<void> noteCreatedTopic(RelationalStore& store, const std::string& schema,
                                            const std::string& topic);
[[nodiscard]] Result<void> dropSchema(RelationalStore& store, const std::string& schema);

} // namespace projectionist
