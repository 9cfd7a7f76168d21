// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/servers/kafkadistribution.h"

#include "app/sandbox/servers/temporaryfolder.h"

#include <cstdlib>
#include <unistd.h>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

bool hasKafka(const fs::path& folder)
{
    std::error_code ignored;
    for (fs::directory_iterator it(folder, ignored), end; it != end; it.increment(ignored)) {
        const std::string name = it->path().filename();
        if (name.starts_with("kafka_2") && name.ends_with(".jar"))
            return true;
    }
    return false;
}

} // namespace

Result<KafkaDistribution> KafkaDistribution::find()
{
    const char* const named = std::getenv("PROJECTIONIST_KAFKA_LIBS");
    KafkaDistribution found;
    found.libraries = named && *named ? fs::path(named) : cacheFolder() / "kafka-3.9.1" / "libs";
    if (!hasKafka(found.libraries)) {
        return tl::unexpected(Error{
            ErrorKind::NotFound, "No Apache Kafka on this machine", "its jars are not in " + found.libraries.string(),
            "Run packaging/fetch-kafka once, or point PROJECTIONIST_KAFKA_LIBS at a folder that "
            "has the jars of a Kafka release.",
            false});
    }
    found.archive = found.libraries.parent_path() / "kafka.jsa";
    const char* const home = std::getenv("JAVA_HOME");
    const fs::path java = home ? fs::path(home) / "bin" / "java" : fs::path();
    found.java = !java.empty() && ::access(java.c_str(), X_OK) == 0 ? java : fs::path("java");
    return found;
}

} // namespace projectionist
