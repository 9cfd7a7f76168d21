// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/metadatarequest.h"

#include <algorithm>
#include <condition_variable>
#include <thread>

namespace projectionist::kafka {

namespace {

using namespace std::chrono_literals;

constexpr int maxAttempts = 4;
/// After the first question; doubles with each.
constexpr auto firstPause = 300ms;

/// What the threads of one requestMetadata() share; outlives it when one of them does.
struct MetadataRace
{
    std::mutex mutex;
    std::condition_variable changed;
    MetadataAnswer answer; ///< guarded by mutex
    int open = 0;          ///< questions, guarded by mutex
};

void ask(std::shared_ptr<rd_kafka_t> rk, const std::shared_ptr<MetadataRace>& race, SteadyTime deadline)
{
    const rd_kafka_metadata_t* raw = nullptr;
    const auto code = rd_kafka_metadata(rk.get(), 1, nullptr, &raw, std::max(1, millisecondsUntil(deadline)));
    MetadataPtr metadata(raw);
    rk.reset(); // before anybody learns of the answer: who closes the connection then is the last to hold it
    const std::lock_guard lock(race->mutex);
    --race->open;
    if (!race->answer.metadata)
        race->answer = {code, std::move(metadata)};
    race->changed.notify_all();
}

} // namespace

MetadataAnswer requestMetadata(const std::shared_ptr<rd_kafka_t>& rk, SteadyTime deadline)
{
    const auto race = std::make_shared<MetadataRace>();
    std::unique_lock lock(race->mutex);
    SteadyTime::duration pause = firstPause;
    for (int attempt = 1; attempt <= maxAttempts; ++attempt, pause *= 2) {
        ++race->open;
        std::thread(ask, rk, race, deadline).detach();
        const auto until =
            attempt == maxAttempts ? deadline : std::min(deadline, std::chrono::steady_clock::now() + pause);
        race->changed.wait_until(lock, until, [&] { return race->answer.metadata || race->open == 0; });
        if (race->answer.metadata || millisecondsUntil(deadline) == 0)
            break;
    }
    return std::move(race->answer);
}

} // namespace projectionist::kafka
