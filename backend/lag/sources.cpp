// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/sources.h"

namespace projectionist {

using namespace std::chrono_literals;

namespace {

constexpr Duration shortTimeout = 3s;
constexpr Duration longTimeout = 20s;
/// A broker that stutters answers quickly in between, and will be slow again.
constexpr Duration quickFor = 1min;

} // namespace

BrokerSource::BrokerSource(const BrokerSettings& brokerSettings, const Connectors& connectors, const Clock& clock)
    : settings(brokerSettings)
    , tracker(brokerSettings.name, SourceKind::Broker, clock.now())
    , reader(std::make_shared<BrokerReader>(clock))
    , worker([open = connectors.broker, brokerSettings] { return open(brokerSettings); })
    , m_timeout(shortTimeout)
{
}

void BrokerSource::succeeded(TimePoint now, Duration monotonic, Duration took, std::string detail)
{
    tracker.answered(now, took, std::move(detail));
    backoff.succeeded();
    if (took >= shortTimeout / 2)
        m_slowAt = monotonic;
    else if (monotonic - m_slowAt > quickFor)
        m_timeout = shortTimeout;
}

void BrokerSource::failed(TimePoint now, Duration monotonic, const Error& error)
{
    tracker.failed(now, error);
    backoff.failed(monotonic);
    if (error.kind == ErrorKind::Timeout || error.kind == ErrorKind::Unreachable) {
        m_timeout = std::min(m_timeout * 2, longTimeout);
        m_slowAt = monotonic;
    }
}

StoreSource::StoreSource(const StoreSettings& storeSettings, const Connectors& connectors, const Clock& clock)
    : settings(storeSettings)
    , tracker(storeSettings.name, SourceKind::Store, clock.now())
    , reader(std::make_shared<StoreReader>(clock))
    , worker([open = connectors.store, storeSettings] { return open(storeSettings); },
             [](RelationalStore& store) { store.interrupt(); })
{
}

void StoreSource::asked(TimePoint now, Duration monotonic)
{
    busy = true;
    askedAt = now;
    m_progress = reader->progress();
    m_movedAt = monotonic;
}

void StoreSource::watch(Duration monotonic)
{
    const Duration patience = std::max<Duration>(settings.statementTimeout + 5s, 15s);
    if (!busy || m_progress != reader->progress()) {
        m_progress = reader->progress();
        m_movedAt = monotonic;
    } else if (monotonic - m_movedAt > patience) {
        worker.interrupt();
        m_movedAt = monotonic;
    }
}

void StoreSource::answered(TimePoint now, Duration monotonic, Result<StoreAnswer> result)
{
    busy = false;
    if (!result) {
        tracker.failed(now, result.error());
        backoff.failed(monotonic);
        return;
    }
    tracker.answered(now, result->took, result->version);
    backoff.succeeded();
    answer = std::make_shared<const StoreAnswer>(*std::move(result));
}

} // namespace projectionist
