// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/core/error.h"

#include <deque>
#include <librdkafka/rdkafka.h>
#include <mutex>
#include <optional>
#include <vector>

namespace projectionist::kafka {

/// One complaint of a connection, from error_cb or log_cb.
struct Complaint
{
    std::chrono::steady_clock::time_point at;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR; ///< NO_ERROR: a log line
    std::string text;
};

/// The last complaints of one librdkafka instance. Blocking calls say only "timed out" or "transport failure"; the
/// cause (wrong password, unknown host, certificate) is told to callbacks alone, once in 30 s when it stays the same.
/// Thread-safe: log lines come from the library's own threads.
class ErrorLog
{
public:
    void add(rd_kafka_resp_err_t code, std::string text);
    /// A request was answered: older complaints are history.
    void succeeded();
    /// Told by the "feature" debug lines: the broker speaks only what Kafka 4 and later do.
    void sawKafka4();
    [[nodiscard]] bool kafka4() const;
    [[nodiscard]] bool everSucceeded() const;
    /// Newest last; not older than the library's habit of repeating itself.
    [[nodiscard]] std::vector<Complaint> recent() const;

private:
    mutable std::mutex m_mutex;
    std::deque<Complaint> m_complaints; ///< guarded by m_mutex
    bool m_kafka4 = false;              ///< guarded by m_mutex
    bool m_succeeded = false;           ///< guarded by m_mutex
};

/// How the connection is secured, for explanations.
struct SecurityFacts
{
    std::string protocol;   ///< "plaintext", "ssl", "sasl_plaintext", "sasl_ssl"
    std::string mechanism;  ///< "SCRAM-SHA-256"
    bool kafka4 = false;    ///< the broker is known to be Kafka 4 or later
    int libraryVersion = 0; ///< rd_kafka_version()
    bool worked = false;    ///< the same settings have been answered before, so they are not to blame
};

/// The Error for an answer code of a broker or of the library.
[[nodiscard]] Error errorFor(rd_kafka_resp_err_t code, std::string what);
/// Whether `code` only says that there was no answer, so that the complaints tell more.
[[nodiscard]] bool isSilence(rd_kafka_resp_err_t code) noexcept;
/// The most telling of the complaints as an Error; nullopt when none tells a cause.
[[nodiscard]] std::optional<Error> causeOf(const std::vector<Complaint>& complaints, const SecurityFacts& facts,
                                           const std::string& what);
/// A complaint without the prefix of thread and connection: "Connect to ipv4#127.0.0.1:9 failed: Connection refused".
[[nodiscard]] std::string plainText(const std::string& complaint);

} // namespace projectionist::kafka
