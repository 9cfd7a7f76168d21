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

/// Makes schema and tables. Conflict: the schema exists and is not of our making.
[[nodiscard]] Result<SchemaOutcome> makeSchema(RelationalStore& store, const std::string& schema);
/// Topics that a sandbox created, as noted in its schema; NotFound if there is no such schema of ours.
[[nodiscard]] Result<std::vector<std::string>> createdTopics(RelationalStore& store, const std::string& schema);
[[nodiscard]] Result<void> noteCreatedTopic(RelationalStore& store, const std::string& schema,
                                            const std::string& topic);
[[nodiscard]] Result<void> dropSchema(RelationalStore& store, const std::string& schema);

} // namespace projectionist
