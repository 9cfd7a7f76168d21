// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/servers/kafkaserver.h"
#include "app/sandbox/servers/postgresserver.h"
#include "tests/support/manualclock.h"

#include <chrono>
#include <functional>
#include <thread>

namespace projectionist {

/// The server, or an exception that says why there is none. Thrown in initTestCase() it fails the test with its text:
/// real servers are no option that a test may skip. Folders are named "projectionist-t-...", apart from the sandbox's.
[[nodiscard]] std::unique_ptr<PostgresServer> startPostgres(PostgresOptions options = {});
[[nodiscard]] std::unique_ptr<KafkaServer> startKafka(KafkaOptions options = {});

/// Waits for a condition by looking every few milliseconds; false after a generous time.
template<typename Condition>
[[nodiscard]] bool eventually(Condition&& condition, Duration limit = Duration(120'000))
{
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
}

} // namespace projectionist
