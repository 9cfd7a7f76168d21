// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/deadletters.h"

#include "app/sandbox/schema.h"
#include "backend/broker/kafka/kafkaproducer.h"

#include <set>

namespace projectionist {

namespace {

class LetterTopic final : public DeadLetters
{
public:
    using Format = OutgoingRecord (*)(const DeadLetterRecord& letter, const LetterWriter& writer);

    LetterTopic(LetterWriter writer, Format format, std::unique_ptr<EventProducer> producer)
        : m_writer(std::move(writer)), m_format(format), m_producer(std::move(producer))
    {
    }

    Result<void> write(Transaction&, const std::vector<DeadLetterRecord>& letters, Duration timeout) override
    {
        std::set<std::uint64_t> waiting;
        for (const auto& letter : letters) {
            if (auto queued = m_producer->produce(m_format(letter, m_writer), ++m_lastToken); !queued)
                return queued;
            waiting.insert(m_lastToken);
        }
        if (waiting.empty())
            return {};
        if (auto flushed = m_producer->flush(timeout); !flushed)
            return flushed;
        for (const auto& delivery : m_producer->collect(Duration(0))) {
            if (delivery.error && waiting.contains(delivery.token))
                return tl::unexpected(*delivery.error);
        }
        return {};
    }

private:
    LetterWriter m_writer;
    Format m_format;
    std::unique_ptr<EventProducer> m_producer;
    std::uint64_t m_lastToken = 0;
};

class LetterTable final : public DeadLetters
{
public:
    LetterTable(const std::string& schema, std::string projection)
        : m_insert(inSchema(insertLetters, schema)), m_projection(std::move(projection))
    {
    }

    Result<void> write(Transaction& transaction, const std::vector<DeadLetterRecord>& letters, Duration) override
    {
        if (letters.empty())
            return {};
        auto rows = nlohmann::json::array();
        for (const auto& letter : letters)
            rows.push_back(letterRow(letter, m_projection));
        const Parameter parameters[]{rows.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
        return transaction.execute(m_insert, parameters).map([](const Rows&) {});
    }

private:
    static constexpr const char* insertLetters =
        "INSERT INTO @.dead_letter (failed_at, projection, topic, partition, position, key, type, payload, headers, "
        "exception, message, stack, attempts) SELECT failed_at, projection, topic, partition, position, key, type, "
        "decode(payload, 'hex'), headers, exception, message, stack, attempts FROM jsonb_to_recordset($1::jsonb) AS "
        "(failed_at timestamptz, projection text, topic text, partition int, position bigint, key text, type text, "
        "payload text, headers jsonb, exception text, message text, stack text, attempts int)";

    std::string m_insert;
    std::string m_projection;
};

} // namespace

Result<std::unique_ptr<DeadLetters>> makeDeadLetters(const SandboxSettings& settings, const std::string& projection)
{
    if (!settings.hasDeadLetterTopic(projection))
        return std::make_unique<LetterTable>(settings.schema, projection);
    // Given up before the worker tries anew, so that no copy comes out later.
    auto producer =
        connectKafkaProducer(settings.brokerSettings(), {.linger = Duration(5), .deliveryTimeout = Duration(4000)});
    if (!producer)
        return tl::unexpected(producer.error());
    const bool spring = projection == "parcel_tracking";
    return std::make_unique<LetterTopic>(
        LetterWriter{settings.deadLetterTopic(projection), projection, spring ? groupOf(settings) : projection},
        spring ? &springLetter : &sandboxLetter, std::move(*producer));
}

} // namespace projectionist
