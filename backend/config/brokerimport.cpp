// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/brokerimport.h"

#include "backend/config/references.h"
#include "backend/core/wholefile.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <sstream>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

std::string environment(const char* name)
{
    const char* value = std::getenv(name);
    return value ? value : "";
}

fs::path firstExisting(const std::vector<fs::path>& candidates)
{
    for (const auto& candidate : candidates)
        if (std::error_code ignored; fs::exists(candidate, ignored))
            return candidate;
    return candidates.front();
}

fs::path fileOf(const BrokerReference& reference, const fs::path& folder)
{
    if (!reference.file.empty())
        return expandedPath(reference.file, folder);
    return reference.kind == BrokerReference::Kind::Kcat ? kcatFile() : kafkactlFile();
}

void addSections(const fs::path& file, std::vector<std::string>& names)
{
    const auto text = readWholeFile(file, mostConfigBytes);
    if (!text)
        return;
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);)
        if (const auto end = line.find(']'); line.starts_with('[') && end != std::string::npos)
            if (auto name = line.substr(1, end - 1); std::find(names.begin(), names.end(), name) == names.end())
                names.push_back(std::move(name));
}

} // namespace

fs::path kcatFile()
{
    if (const auto file = environment("KCAT_CONFIG"); !file.empty())
        return file;
    return homeDirectory() / ".config/kcat.conf";
}

fs::path kafkactlFile()
{
    if (const auto file = environment("KAFKA_CTL_CONFIG"); !file.empty())
        return file;
    const fs::path home = homeDirectory();
    return firstExisting(
        {home / ".config/kafkactl/config.yml", home / ".kafkactl/config.yml", "/etc/kafkactl/config.yml"});
}

std::vector<std::string> postgresServices()
{
    std::vector<std::string> names;
    const auto own = environment("PGSERVICEFILE");
    addSections(own.empty() ? homeDirectory() / ".pg_service.conf" : fs::path(own), names);
    const auto system = environment("PGSYSCONFDIR");
    addSections(fs::path(system.empty() ? "/etc/postgresql-common" : system) / "pg_service.conf", names);
    return names;
}

ImportedBroker importBroker(const BrokerReference& reference, const fs::path& folder)
{
    if (reference.kind == BrokerReference::Kind::None)
        return {};
    const fs::path file = fileOf(reference, folder);
    ImportedBroker imported;
    if (const auto text = readWholeFile(file, mostConfigBytes); !text)
        imported.diagnostics.push_back({DiagnosticLevel::Error,
                                        {file, 0, 0},
                                        fmt::format("cannot be read: {}", text.error()),
                                        "the file must exist and be readable by this user"});
    else if (reference.kind == BrokerReference::Kind::PropertiesFile)
        imported = importProperties(*text, file);
    else if (reference.kind == BrokerReference::Kind::Kcat)
        imported = importKcat(*text, file);
    else
        imported = importKafkactl(*text, file, reference.context);
    imported.files.push_back(file);
    return imported;
}

} // namespace projectionist
