// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/relay.h"

#include "app/sandbox/events.h"
#include "app/sandbox/schema.h"
#include "backend/core/format.h"

namespace projectionist {

namespace {

using nlohmann::json;

constexpr Duration pollInterval{200};
constexpr Duration pruneInterval{30'000};
constexpr std::size_t readAtOnce = 2000;

constexpr const char* pending = "SELECT seq, id, type, version, aggregate, correlation_id, payload, "
                                "floor(extract(epoch FROM occurred_at) * 1000)::bigint FROM @.outbox "
                                "WHERE published_at IS NULL AND seq > $1::bigint ORDER BY seq LIMIT $2::int";
constexpr const char* publishedStatement =
    "UPDATE @.outbox SET published_at = clock_timestamp() "
    "WHERE seq IN (SELECT value::bigint FROM jsonb_array_elements_text($1::jsonb))";
// The newest row stays: it tells how many were ever written.
constexpr const char* forget = "DELETE FROM @.outbox WHERE published_at < now() - interval '10 minutes' "
                               "AND seq < (SELECT max(seq) FROM @.outbox)";

Event eventFrom(const std::vector<std::optional<std::string>>& row)
{
    const auto text = [&row](std::size_t column) { return row.at(column).value_or(std::string()); };
    Event event;
    event.id = text(1);
    event.type = text(2);
    event.version = std::stoi(text(3));
    event.aggregate = text(4);
    event.correlationId = text(5);
    event.data = json::parse(text(6));
    event.occurredAt = TimePoint(Duration(std::stoll(text(7))));
    return event;
}

} // namespace

ProducerOptions relayProducerOptions()
{
    ProducerOptions options;
    // A second's worth in a batch compresses three times as well as single events; see --help for what a broker with a
    // limit of 5 MB a partition then holds.
    options.linger = Duration(1000);
    options.deliveryTimeout = std::chrono::hours(24);
    return options;
}

Relay::Relay(ProcessContext context, std::unique_ptr<RelationalStore> store, std::unique_ptr<EventProducer> producer)
    : m_context(std::move(context)), m_store(std::move(store)), m_producer(std::move(producer))
{
}

Result<void> Relay::run()
{
    while (!m_context.stop.requested()) {
        if (auto done = oneRound(); !done) {
            if (!done.error().retriable)
                return done;
            m_errors.report(done.error());
            m_context.stop.sleep(Duration(500));
        } else if (const auto trouble = m_producer->trouble()) {
            m_errors.report(*trouble);
        } else {
            m_errors.allWell();
        }
    }
    if (m_producer->flush(Duration(2000)))
        if (auto done = collect(Duration(0)); !done)
            return done;
    return markPublished();
}

Result<void> Relay::oneRound()
{
    if (auto done = readOutbox(); !done)
        return done;
    if (auto done = collect(pollInterval); !done)
        return done;
    if (auto done = markPublished(); !done)
        return done;
    return prune();
}

Result<void> Relay::readOutbox()
{
    const Parameter parameters[]{std::to_string(m_lastRead), std::to_string(readAtOnce)};
    const auto rows = m_store->query(inSchema(pending, m_context.settings.schema), parameters, readAtOnce);
    if (!rows)
        return tl::unexpected(rows.error());
    for (const auto& row : rows->rows) {
        const std::int64_t seq = std::stoll(row.front().value_or("0"));
        const auto queued =
            m_producer->produce(toRecord(eventFrom(row), m_context.settings.topic), static_cast<std::uint64_t>(seq));
        if (!queued && queued.error().kind == ErrorKind::Resource && queued.error().retriable)
            return {}; // full: the broker is behind; read on from here when it took some
        if (!queued) {
            Error error = queued.error();
            error.retriable = false; // leaving one out would break the order
            return tl::unexpected(error);
        }
        m_lastRead = seq;
    }
    return {};
}

Result<void> Relay::collect(Duration wait)
{
    const auto deadline = m_context.clock.monotonic() + wait;
    do {
        const auto left = std::max(Duration(0), deadline - m_context.clock.monotonic());
        for (const auto& delivery : m_producer->collect(left)) {
            if (delivery.error) {
                Error error = *delivery.error;
                error.retriable = false;
                return tl::unexpected(error);
            }
            m_acknowledged.insert(delivery.token);
        }
    } while (m_context.clock.monotonic() < deadline && !m_context.stop.requested());
    return {};
}

Result<void> Relay::markPublished()
{
    if (m_acknowledged.empty())
        return {};
    const Parameter parameters[]{json(m_acknowledged).dump()};
    auto done = m_store->transaction([&](Transaction& transaction) -> Result<void> {
        return transaction.execute(inSchema(publishedStatement, m_context.settings.schema), parameters)
            .map([](const Rows&) {});
    });
    if (done)
        m_acknowledged.clear();
    return done;
}

Result<void> Relay::prune()
{
    if (m_context.clock.monotonic() - m_lastPruned < pruneInterval)
        return {};
    m_lastPruned = m_context.clock.monotonic();
    return m_store->transaction([&](Transaction& transaction) -> Result<void> {
        return transaction.execute(inSchema(forget, m_context.settings.schema)).map([](const Rows&) {});
    });
}

} // namespace projectionist
