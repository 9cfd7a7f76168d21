// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspacefile.h"

namespace projectionist {

/// librdkafka properties out of another tool's configuration, with what was left out and why.
struct ImportedBroker
{
    std::map<std::string, std::string> properties;
    std::vector<Diagnostic> diagnostics;      ///< places are in the imported file; an Error means: not usable
    std::vector<std::filesystem::path> files; ///< read or looked for
};

/// Reads what a broker refers to; relative paths start at `folder`.
[[nodiscard]] ImportedBroker importBroker(const BrokerReference& reference, const std::filesystem::path& folder);

/// A client.properties file, written for Java clients or for librdkafka. What only Java clients know is left out with
/// an Info, sasl.jaas.config becomes sasl.username and sasl.password.
[[nodiscard]] ImportedBroker importProperties(const std::string& text, const std::filesystem::path& file);
/// A kcat configuration: librdkafka properties as they are.
[[nodiscard]] ImportedBroker importKcat(const std::string& text, const std::filesystem::path& file);
/// One context of kafkactl's YAML; empty = its current one.
[[nodiscard]] ImportedBroker importKafkactl(const std::string& text, const std::filesystem::path& file,
                                            const std::string& context);

/// The file that these tools would read now: by environment variable, else the first that exists, else the usual one.
[[nodiscard]] std::filesystem::path kcatFile();
[[nodiscard]] std::filesystem::path kafkactlFile();
/// Names of a kafkactl configuration's contexts, the current one first; empty if it cannot be read.
[[nodiscard]] std::vector<std::string> kafkactlContexts(const std::filesystem::path& file);
/// Names of the entries in pg_service.conf, the user's first; empty if there is none.
[[nodiscard]] std::vector<std::string> postgresServices();

} // namespace projectionist
