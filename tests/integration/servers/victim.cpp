// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Starts servers and waits to be killed: victim PREFIX postgres|postgres-paused|kafka. Prints "ready" when they
// run.
#include "app/sandbox/servers/kafkaserver.h"
#include "app/sandbox/servers/postgresserver.h"

#include <iostream>
#include <unistd.h>

using namespace projectionist;

int main(int argc, char** argv)
{
    if (argc != 3)
        return 2;
    const std::string kind = argv[2];
    std::unique_ptr<PostgresServer> postgres;
    std::unique_ptr<KafkaServer> kafka;
    if (kind.starts_with("postgres")) {
        PostgresOptions options;
        options.folderPrefix = argv[1];
        auto started = PostgresServer::start(options);
        if (!started)
            return 1;
        postgres = std::move(*started);
        if (kind == "postgres-paused")
            (void)postgres->pause();
    } else {
        KafkaOptions options;
        options.folderPrefix = argv[1];
        auto started = KafkaServer::start(options);
        if (!started)
            return 1;
        kafka = std::move(*started);
    }
    std::cout << "ready" << std::endl;
    ::pause();
}
