// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/position.h"

#include <librdkafka/rdkafka.h>
#include <stdexcept>
#include <vector>

namespace projectionist {

/// The seam to producers knows no transactions, so this is the library itself.
class TransactionalProducer
{
public:
    TransactionalProducer(const std::string& bootstrap, const std::string& id)
    {
        rd_kafka_conf_t* conf = rd_kafka_conf_new();
        char why[512] = "";
        rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap.c_str(), why, sizeof why);
        rd_kafka_conf_set(conf, "transactional.id", id.c_str(), why, sizeof why);
        rd_kafka_conf_set(conf, "linger.ms", "0", why, sizeof why);
        m_producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
        if (!m_producer)
            throw std::runtime_error(why);
        check(rd_kafka_init_transactions(m_producer, 30'000));
    }
    ~TransactionalProducer() { rd_kafka_destroy(m_producer); }
    TransactionalProducer(const TransactionalProducer&) = delete;
    TransactionalProducer& operator=(const TransactionalProducer&) = delete;

    /// Begins a transaction and writes so many events to each, which are in the log when this returns.
    void write(const std::vector<TopicPartition>& ids, int count)
    {
        check(rd_kafka_begin_transaction(m_producer));
        for (const auto& id : ids)
            for (int i = 0; i < count; ++i)
                rd_kafka_producev(m_producer, RD_KAFKA_V_TOPIC(id.topic.c_str()), RD_KAFKA_V_PARTITION(id.partition),
                                  RD_KAFKA_V_VALUE(const_cast<char*>("v"), 1), RD_KAFKA_V_END);
        if (rd_kafka_flush(m_producer, 30'000) != RD_KAFKA_RESP_ERR_NO_ERROR)
            throw std::runtime_error("the events of the transaction were not acknowledged");
    }
    void commit() { check(rd_kafka_commit_transaction(m_producer, 30'000)); }
    void abort() { check(rd_kafka_abort_transaction(m_producer, 30'000)); }

private:
    static void check(rd_kafka_error_t* error)
    {
        if (!error)
            return;
        const std::string text = rd_kafka_error_string(error);
        rd_kafka_error_destroy(error);
        throw std::runtime_error(text);
    }

    rd_kafka_t* m_producer = nullptr;
};

} // namespace projectionist
