// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/kafkaproducer.h"

#include "backend/broker/kafka/messages.h"

#include <fmt/format.h>
#include <map>

namespace projectionist {

namespace {

using namespace kafka;
using HeadersPtr = std::unique_ptr<rd_kafka_headers_t, Deleter<rd_kafka_headers_destroy>>;

/// What the delivery callback noted; the texts are made later, once for all records that failed alike.
struct Outcome
{
    std::uint64_t token;
    TopicPartition id;
    Offset offset;
    rd_kafka_resp_err_t code;
};

void onDelivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque)
{
    auto& outcomes = *static_cast<std::vector<Outcome>*>(static_cast<HandleState*>(opaque)->user);
    outcomes.push_back(
        {reinterpret_cast<std::uintptr_t>(message->_private), idOf(*message), message->offset, message->err});
}

rd_kafka_vu_t field(rd_kafka_vtype_t type)
{
    rd_kafka_vu_t value{};
    value.vtype = type;
    return value;
}

rd_kafka_vu_t bytesField(rd_kafka_vtype_t type, const std::string& bytes)
{
    rd_kafka_vu_t value = field(type);
    value.u.mem.ptr = const_cast<char*>(bytes.data()); // copied, see RD_KAFKA_MSG_F_COPY
    value.u.mem.size = bytes.size();
    return value;
}

HeadersPtr headersOf(const std::vector<Header>& headers)
{
    HeadersPtr list(rd_kafka_headers_new(headers.size()));
    for (const Header& header : headers)
        rd_kafka_header_add(list.get(), header.name.data(), static_cast<ssize_t>(header.name.size()),
                            header.value ? header.value->data() : nullptr,
                            header.value ? static_cast<ssize_t>(header.value->size()) : 0);
    return list;
}

class KafkaProducer final : public EventProducer
{
public:
    KafkaProducer(BrokerSettings settings, const ProducerOptions& options)
        : m_settings(std::move(settings)), m_options(options)
    {
    }

    [[nodiscard]] Result<void> open();
    [[nodiscard]] Result<void> produce(const OutgoingRecord& record, std::uint64_t token) override;
    [[nodiscard]] std::vector<Delivery> collect(Duration wait) override;
    [[nodiscard]] Result<void> flush(Duration timeout) override;
    [[nodiscard]] std::size_t inFlight() const override { return m_accepted - m_outcomes.size(); }
    [[nodiscard]] std::optional<Error> trouble() const override;

private:
    [[nodiscard]] Result<void> send(const OutgoingRecord& record, std::uint64_t token);

    const BrokerSettings m_settings;
    const ProducerOptions m_options;
    std::vector<Outcome> m_outcomes; ///< filled by the delivery callback, which runs inside our own calls
    std::size_t m_accepted = 0;      ///< not yet collected
    std::unique_ptr<Handle> m_handle;
};

Result<void> KafkaProducer::open()
{
    HandlePlan plan;
    plan.type = RD_KAFKA_PRODUCER;
    plan.defaults = connectionDefaults();
    plan.defaults.merge(Properties{{"enable.idempotence", m_options.idempotent ? "true" : "false"},
                                   {"compression.codec", m_options.compression},
                                   {"linger.ms", std::to_string(m_options.linger.count())},
                                   {"message.timeout.ms", std::to_string(m_options.deliveryTimeout.count())},
                                   {"queue.buffering.max.messages", std::to_string(m_options.maxQueued)},
                                   {"queue.buffering.max.kbytes", "262144"},
                                   {"partitioner", "murmur2_random"}});
    plan.callbacks = [](rd_kafka_conf_t* conf) { rd_kafka_conf_set_dr_msg_cb(conf, onDelivery); };
    plan.user = &m_outcomes;
    auto handle = Handle::open(m_settings, plan);
    if (!handle)
        return tl::unexpected(handle.error());
    m_handle = std::move(*handle);
    return {};
}

Result<void> KafkaProducer::produce(const OutgoingRecord& record, std::uint64_t token)
{
    // An idempotent producer that lost track of its sequence numbers never works again: begin anew.
    char text[256];
    if (rd_kafka_fatal_error(m_handle->get(), text, sizeof text) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (inFlight() > 0)
            return tl::unexpected(Error{ErrorKind::Resource,
                                        fmt::format("Broker \"{}\" takes no records", m_settings.name), text,
                                        "Collect the outcomes, then try again", true});
        if (auto opened = open(); !opened)
            return opened;
    }
    return send(record, token);
}

Result<void> KafkaProducer::send(const OutgoingRecord& record, std::uint64_t token)
{
    std::vector<rd_kafka_vu_t> fields;
    fields.push_back(field(RD_KAFKA_VTYPE_TOPIC));
    fields.back().u.cstr = record.topic.c_str();
    fields.push_back(field(RD_KAFKA_VTYPE_MSGFLAGS));
    fields.back().u.i = RD_KAFKA_MSG_F_COPY;
    fields.push_back(field(RD_KAFKA_VTYPE_OPAQUE));
    fields.back().u.ptr = reinterpret_cast<void*>(static_cast<std::uintptr_t>(token));
    if (record.partition) {
        fields.push_back(field(RD_KAFKA_VTYPE_PARTITION));
        fields.back().u.i32 = *record.partition;
    }
    if (record.key)
        fields.push_back(bytesField(RD_KAFKA_VTYPE_KEY, *record.key));
    if (record.value)
        fields.push_back(bytesField(RD_KAFKA_VTYPE_VALUE, *record.value));
    if (record.timestamp) {
        fields.push_back(field(RD_KAFKA_VTYPE_TIMESTAMP));
        fields.back().u.i64 = record.timestamp->time_since_epoch().count();
    }
    HeadersPtr headers = record.headers.empty() ? nullptr : headersOf(record.headers);
    if (headers) {
        fields.push_back(field(RD_KAFKA_VTYPE_HEADERS));
        fields.back().u.headers = headers.get();
    }
    const ErrorPtr error(rd_kafka_produceva(m_handle->get(), fields.data(), fields.size()));
    if (error)
        return tl::unexpected(errorFor(rd_kafka_error_code(error.get()),
                                       fmt::format("A record for topic \"{}\" cannot be written", record.topic)));
    static_cast<void>(headers.release()); // the record owns them now
    ++m_accepted;
    return {};
}

std::vector<Delivery> KafkaProducer::collect(Duration wait)
{
    const auto deadline = std::chrono::steady_clock::now() + wait;
    rd_kafka_poll(m_handle->get(), 0);
    while (m_outcomes.empty() && millisecondsUntil(deadline) > 0)
        rd_kafka_poll(m_handle->get(), millisecondsUntil(deadline));

    std::map<std::pair<rd_kafka_resp_err_t, std::string>, Error> errors;
    std::vector<Delivery> deliveries;
    deliveries.reserve(m_outcomes.size());
    bool written = false;
    const auto outcomes = std::exchange(m_outcomes, {}); // explain() below may add more
    m_accepted -= outcomes.size();
    for (const Outcome& outcome : outcomes) {
        Delivery delivery{outcome.token, outcome.id, {}, {}};
        if (outcome.code == RD_KAFKA_RESP_ERR_NO_ERROR) {
            delivery.offset = outcome.offset;
            written = true;
        } else {
            auto& error = errors[{outcome.code, outcome.id.topic}];
            if (error.what.empty())
                error = m_handle->explain(outcome.code,
                                          fmt::format("A record for topic \"{}\" was not written", outcome.id.topic));
            delivery.error = error;
        }
        deliveries.push_back(std::move(delivery));
    }
    if (written)
        m_handle->log().succeeded();
    return deliveries;
}

Result<void> KafkaProducer::flush(Duration timeout)
{
    const auto code = rd_kafka_flush(m_handle->get(), static_cast<int>(timeout.count()));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return tl::unexpected(m_handle->explain(
            code, fmt::format("Broker \"{}\" did not acknowledge {} records", m_settings.name, inFlight())));
    return {};
}

std::optional<Error> KafkaProducer::trouble() const
{
    const SecurityFacts facts{"", "", false, rd_kafka_version(), m_handle->log().everSucceeded()};
    return causeOf(m_handle->log().recent(), facts,
                   fmt::format("Records cannot be written to broker \"{}\"", m_settings.name));
}

} // namespace

Result<std::unique_ptr<EventProducer>> connectKafkaProducer(const BrokerSettings& settings,
                                                            const ProducerOptions& options)
{
    auto producer = std::make_unique<KafkaProducer>(settings, options);
    if (auto opened = producer->open(); !opened)
        return tl::unexpected(opened.error());
    return producer;
}

} // namespace projectionist
