// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testservers.h"

#include <stdexcept>

// libpqxx 6.4 loses the PGresult of a statement during which the connection broke (its make_result throws before
// anything owns it); tests that stop servers would all report that. Read by LeakSanitizer alone.
extern "C" const char* __lsan_default_suppressions(); // NOLINT(bugprone-reserved-identifier): its name
extern "C" const char* __lsan_default_suppressions()  // NOLINT(bugprone-reserved-identifier)
{
    return "leak:libpqxx-6.";
}

namespace projectionist {

namespace {

template<typename Server>
std::unique_ptr<Server> orThrow(Result<std::unique_ptr<Server>> started)
{
    if (!started)
        throw std::runtime_error(toString(started.error()));
    return std::move(*started);
}

} // namespace

std::unique_ptr<PostgresServer> startPostgres(PostgresOptions options)
{
    options.folderPrefix = "projectionist-t-pg-";
    return orThrow(PostgresServer::start(std::move(options)));
}

std::unique_ptr<KafkaServer> startKafka(KafkaOptions options)
{
    options.folderPrefix = "projectionist-t-kafka-";
    return orThrow(KafkaServer::start(std::move(options)));
}

} // namespace projectionist
