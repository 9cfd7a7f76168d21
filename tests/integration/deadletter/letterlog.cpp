// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/integration/deadletter/letterlog.h"

#include <algorithm>
#include <librdkafka/rdkafka.h>
#include <stdexcept>

namespace projectionist {

namespace {

constexpr int patience = 30'000;

template<auto Destroy>
struct Freed
{
    template<typename T>
    void operator()(T* pointer) const
    {
        Destroy(pointer);
    }
};
using Queue = std::unique_ptr<rd_kafka_queue_t, Freed<rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Freed<rd_kafka_event_destroy>>;
using List = std::unique_ptr<rd_kafka_topic_partition_list_t, Freed<rd_kafka_topic_partition_list_destroy>>;

rd_kafka_t* handleOf(void* producer)
{
    return static_cast<rd_kafka_t*>(producer);
}

void check(rd_kafka_resp_err_t code)
{
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        throw std::runtime_error(rd_kafka_err2str(code));
}

void check(rd_kafka_error_t* error)
{
    if (!error)
        return;
    const std::string text = rd_kafka_error_string(error);
    rd_kafka_error_destroy(error);
    throw std::runtime_error(text);
}

/// Sends an admin request and waits for its answer.
template<typename Send>
Event answerOf(rd_kafka_t* rk, Send send)
{
    const Queue queue(rd_kafka_queue_new(rk));
    send(queue.get());
    Event event(rd_kafka_queue_poll(queue.get(), patience));
    check(event ? rd_kafka_event_error(event.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT);
    return event;
}

void check(const rd_kafka_topic_result_t* const* results, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i)
        check(rd_kafka_topic_result_error(results[i]));
}

} // namespace

void LetterLog::add(const RawLetter& letter)
{
    const LetterPlace place{{std::string(letter.topic), letter.partition}, letter.offset};
    const auto [last, first] = m_last.try_emplace(place.id, -1);
    if (letter.offset <= last->second)
        m_faults +=
            toString(place.id) + " " + std::to_string(letter.offset) + " after " + std::to_string(last->second) + "; ";
    last->second = letter.offset;
    if (!m_letters.emplace(place, letter.key.value_or("")).second)
        m_faults += toString(place.id) + " " + std::to_string(letter.offset) + " twice; ";
    if (letter.headers.size() != 2 || letter.headers[0].name != "type" || letter.headers[0].value != "Tested" ||
        letter.headers[1].name != "nothing" || letter.headers[1].value)
        m_faults += toString(place.id) + " " + std::to_string(letter.offset) + " has other headers; ";
}

void LetterLog::removeBelow(const TopicPartition& id, Offset start)
{
    m_letters.erase(m_letters.lower_bound({id, 0}), m_letters.lower_bound({id, start}));
}

void LetterLog::removeTopic(const std::string& topic)
{
    ++m_topicsRemoved;
    std::erase_if(m_letters, [&](const auto& letter) { return letter.first.id.topic == topic; });
    std::erase_if(m_last, [&](const auto& last) { return last.first.topic == topic; });
}

std::string LetterLog::keys(const std::string& topic) const
{
    std::string text;
    for (const auto& [place, key] : m_letters)
        if (place.id.topic == topic)
            text += (text.empty() ? "" : " ") + key;
    return text;
}

TopicOwner::TopicOwner(const std::string& bootstrap, const std::string& transactionalId)
{
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    char why[512] = "";
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap.c_str(), why, sizeof why);
    rd_kafka_conf_set(conf, "linger.ms", "0", why, sizeof why);
    if (!transactionalId.empty())
        rd_kafka_conf_set(conf, "transactional.id", transactionalId.c_str(), why, sizeof why);
    m_producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (!m_producer)
        throw std::runtime_error(why);
    if (!transactionalId.empty())
        check(rd_kafka_init_transactions(handleOf(m_producer), patience));
}

TopicOwner::~TopicOwner()
{
    rd_kafka_destroy(handleOf(m_producer));
}

void TopicOwner::make(const std::string& topic, int partitions, const std::map<std::string, std::string>& config)
{
    rd_kafka_NewTopic_t* wanted = rd_kafka_NewTopic_new(topic.c_str(), partitions, 1, nullptr, 0);
    for (const auto& [name, value] : config)
        rd_kafka_NewTopic_set_config(wanted, name.c_str(), value.c_str());
    const std::unique_ptr<rd_kafka_NewTopic_t, Freed<rd_kafka_NewTopic_destroy>> owned(wanted);
    const Event event = answerOf(handleOf(m_producer), [&](rd_kafka_queue_t* queue) {
        rd_kafka_CreateTopics(handleOf(m_producer), &wanted, 1, nullptr, queue);
    });
    std::size_t count = 0;
    check(rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count), count);
}

void TopicOwner::remove(const std::string& topic)
{
    rd_kafka_DeleteTopic_t* wanted = rd_kafka_DeleteTopic_new(topic.c_str());
    const std::unique_ptr<rd_kafka_DeleteTopic_t, Freed<rd_kafka_DeleteTopic_destroy>> owned(wanted);
    const Event event = answerOf(handleOf(m_producer), [&](rd_kafka_queue_t* queue) {
        rd_kafka_DeleteTopics(handleOf(m_producer), &wanted, 1, nullptr, queue);
    });
    std::size_t count = 0;
    check(rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event.get()), &count), count);
}

void TopicOwner::addPartitions(const std::string& topic, int partitions)
{
    char why[512] = "";
    rd_kafka_NewPartitions_t* wanted =
        rd_kafka_NewPartitions_new(topic.c_str(), static_cast<std::size_t>(partitions), why, sizeof why);
    const std::unique_ptr<rd_kafka_NewPartitions_t, Freed<rd_kafka_NewPartitions_destroy>> owned(wanted);
    const Event event = answerOf(handleOf(m_producer), [&](rd_kafka_queue_t* queue) {
        rd_kafka_CreatePartitions(handleOf(m_producer), &wanted, 1, nullptr, queue);
    });
    std::size_t count = 0;
    check(rd_kafka_CreatePartitions_result_topics(rd_kafka_event_CreatePartitions_result(event.get()), &count), count);
}

void TopicOwner::deleteBelow(const TopicPartition& id, Offset start)
{
    const List list(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(list.get(), id.topic.c_str(), id.partition)->offset = start;
    rd_kafka_DeleteRecords_t* wanted = rd_kafka_DeleteRecords_new(list.get());
    const std::unique_ptr<rd_kafka_DeleteRecords_t, Freed<rd_kafka_DeleteRecords_destroy>> owned(wanted);
    const Event event = answerOf(handleOf(m_producer), [&](rd_kafka_queue_t* queue) {
        rd_kafka_DeleteRecords(handleOf(m_producer), &wanted, 1, nullptr, queue);
    });
    check(rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event.get()))->elems[0].err);
}

void TopicOwner::write(const TopicPartition& id, const std::string& prefix, int count, const std::string& value)
{
    for (int i = 0; i < count; ++i) {
        const std::string key = prefix + std::to_string(i);
        while (true) {
            rd_kafka_headers_t* headers = rd_kafka_headers_new(2);
            rd_kafka_header_add(headers, "type", -1, "Tested", -1);
            rd_kafka_header_add(headers, "nothing", -1, nullptr, 0);
            const auto code = rd_kafka_producev(
                handleOf(m_producer), RD_KAFKA_V_TOPIC(id.topic.c_str()), RD_KAFKA_V_PARTITION(id.partition),
                RD_KAFKA_V_KEY(key.data(), key.size()), RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
            if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
                break;
            rd_kafka_headers_destroy(headers);
            if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL)
                check(code);
            rd_kafka_poll(handleOf(m_producer), 20);
        }
    }
    check(rd_kafka_flush(handleOf(m_producer), patience));
}

void TopicOwner::begin()
{
    check(rd_kafka_begin_transaction(handleOf(m_producer)));
}

void TopicOwner::commit()
{
    check(rd_kafka_commit_transaction(handleOf(m_producer), patience));
}

void TopicOwner::abort()
{
    check(rd_kafka_abort_transaction(handleOf(m_producer), patience));
}

bool readUntil(LetterSource& source, LetterSink& sink, const std::function<bool()>& condition)
{
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        static_cast<void>(source.read(sink, Duration(200), {})); // its errors are in progress()
    }
    return true;
}

bool readAll(const LetterSource& source)
{
    return std::ranges::all_of(source.progress(), [](const ScanProgress& progress) {
        return progress.complete && !progress.error && progress.scanned == progress.total;
    });
}

} // namespace projectionist
