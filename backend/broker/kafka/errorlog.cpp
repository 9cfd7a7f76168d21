// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/broker/kafka/errorlog.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace projectionist::kafka {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t maxComplaints = 32;
/// librdkafka suppresses a connection's complaint for 30 s when it is the same as the last one.
constexpr auto memory = 40s;

bool contains(const std::string& text, const char* part)
{
    return text.find(part) != std::string::npos;
}

Error authenticationError(const std::string& what, const std::string& text, const SecurityFacts& facts)
{
    Error error{ErrorKind::Authentication, what, "The broker refused our credentials: " + text,
                "Check sasl.username and sasl.password", false};
    if (contains(text, "supported mechanisms") || contains(text, "Unsupported SASL")) {
        error.why = fmt::format("The broker does not offer the SASL mechanism {}: {}", facts.mechanism, text);
        error.next = "Set sasl.mechanism to one that the broker supports";
        return error;
    }
    // SCRAM of librdkafka before 2.6.1 sends a nonce that Kafka 4 rejects (librdkafka pull request 4895).
    if (facts.mechanism.starts_with("SCRAM") && facts.libraryVersion < 0x020601ff) {
        const char* kafka4 =
            facts.kafka4 ? "The broker is Apache Kafka 4 or later: there" : "If the broker is Apache Kafka 4 or later:";
        error.next +=
            fmt::format(". {} SCRAM of this librdkafka ({}) fails with the right password too; use librdkafka "
                        "2.6.1 or later, or SASL PLAIN over TLS",
                        kafka4, rd_kafka_version_str());
    }
    return error;
}

Error tlsError(const std::string& what, const std::string& text)
{
    Error error{ErrorKind::Tls, what, text, "Check ssl.ca.location and the broker's certificate", false};
    if (contains(text, "PLAINTEXT broker listener") || contains(text, "wrong version number")) {
        error.why = "We speak TLS, but this listener of the broker does not: " + text;
        error.next = "Use the broker's TLS port, or set security.protocol to plaintext or sasl_plaintext";
    } else if (contains(text, "certificate verify failed")) {
        error.why = "The broker's certificate could not be verified: " + text;
        error.next = "Set ssl.ca.location to the authority that signed it, and use the host name it was issued for";
    }
    return error;
}

/// Closed before the first answer: the listener wants TLS or a login that we do not offer.
Error droppedError(const std::string& what, const std::string& text, const SecurityFacts& facts)
{
    const bool tls = facts.protocol.ends_with("ssl");
    return {ErrorKind::Tls, what,
            fmt::format("The broker closed the connection during the first request; the listener probably expects {}",
                        tls ? "a connection without TLS" : "TLS or a SASL login") +
                " (" + text + ')',
            fmt::format("Check security.protocol (now \"{}\") and the port", facts.protocol), true};
}

Error transportError(const std::string& what, const std::string& text)
{
    if (contains(text, "Connection refused"))
        return {ErrorKind::Refused, what, "Nobody listens there: " + text,
                "Check host and port in bootstrap.servers, and that the broker runs", true};
    if (contains(text, "timed out"))
        return {ErrorKind::Timeout, what, text, "Check that the broker answers and that no firewall drops the packets",
                true};
    return {ErrorKind::Unreachable, what, text, "Check the network and that the broker runs", true};
}

/// Larger is more telling; 0 tells nothing.
int weight(const Complaint& complaint)
{
    switch (complaint.code) {
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM:
        return 6;
    case RD_KAFKA_RESP_ERR__SSL:
        return 5;
    case RD_KAFKA_RESP_ERR__RESOLVE:
        return 4;
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
        return contains(complaint.text, "security.protocol") || contains(complaint.text, "requesting ApiVersion") ||
                       contains(complaint.text, "PLAINTEXT broker")
                   ? 3
                   : 2;
    default:
        return 0;
    }
}

struct Meaning
{
    rd_kafka_resp_err_t code;
    ErrorKind kind;
    bool retriable;
    const char* next;
};

constexpr std::array meanings{
    Meaning{RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, ErrorKind::Permission, false,
            "Ask for the DESCRIBE permission (READ, to read records) on this topic"},
    Meaning{RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, ErrorKind::Permission, false,
            "Ask for the DESCRIBE permission on this consumer group"},
    Meaning{RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, ErrorKind::Permission, false,
            "Ask for the permission on the cluster"},
    Meaning{RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, ErrorKind::NotFound, true,
            "Check the topic's name; it may have been deleted"},
    Meaning{RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, ErrorKind::NotFound, true, "Check the topic's name"},
    Meaning{RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, ErrorKind::NotFound, true, "The topic has fewer partitions"},
    Meaning{RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, ErrorKind::Configuration, false, "Check the topic's name"},
    Meaning{RD_KAFKA_RESP_ERR__AUTHENTICATION, ErrorKind::Authentication, false, "Check user name and password"},
    Meaning{RD_KAFKA_RESP_ERR__SSL, ErrorKind::Tls, false, "Check ssl.ca.location and the broker's certificate"},
    Meaning{RD_KAFKA_RESP_ERR__RESOLVE, ErrorKind::NameNotFound, true, "Check the host name in bootstrap.servers"},
    Meaning{RD_KAFKA_RESP_ERR__TIMED_OUT, ErrorKind::Timeout, true, "The broker may be overloaded or hang"},
    Meaning{RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, ErrorKind::Timeout, true, "The broker may be overloaded or hang"},
    Meaning{RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, ErrorKind::Timeout, true, "The broker did not acknowledge in time"},
    Meaning{RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, ErrorKind::Timeout, true, "The broker may be overloaded"},
    Meaning{RD_KAFKA_RESP_ERR__QUEUE_FULL, ErrorKind::Resource, true, "Wait until the broker has taken what is queued"},
    Meaning{RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, ErrorKind::InvalidData, false,
            "Raise message.max.bytes here and max.message.bytes of the topic"},
    Meaning{RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, ErrorKind::Conflict, true, "The group was rebalanced meanwhile"},
    Meaning{RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, ErrorKind::Conflict, true, "The group was rebalanced meanwhile"},
    Meaning{RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, ErrorKind::Conflict, true, "The group is being rebalanced"},
    Meaning{RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST, ErrorKind::Conflict, true, "The group was rebalanced meanwhile"},
    Meaning{RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS, ErrorKind::Conflict, false, ""},
    Meaning{RD_KAFKA_RESP_ERR_POLICY_VIOLATION, ErrorKind::Permission, false, "The cluster's policy forbids it"},
    Meaning{RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, ErrorKind::NotFound, false, "This broker cannot do that"},
    Meaning{RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, ErrorKind::NotFound, false, "This broker cannot do that"},
    Meaning{RD_KAFKA_RESP_ERR__INVALID_ARG, ErrorKind::Configuration, false, ""},
};

} // namespace

void ErrorLog::add(rd_kafka_resp_err_t code, std::string text)
{
    const std::lock_guard lock(m_mutex);
    if (m_complaints.size() == maxComplaints)
        m_complaints.pop_front();
    m_complaints.push_back({std::chrono::steady_clock::now(), code, std::move(text)});
}

void ErrorLog::succeeded()
{
    const std::lock_guard lock(m_mutex);
    m_complaints.clear();
    m_succeeded = true;
}

bool ErrorLog::everSucceeded() const
{
    const std::lock_guard lock(m_mutex);
    return m_succeeded;
}

void ErrorLog::sawKafka4()
{
    const std::lock_guard lock(m_mutex);
    m_kafka4 = true;
}

bool ErrorLog::kafka4() const
{
    const std::lock_guard lock(m_mutex);
    return m_kafka4;
}

std::vector<Complaint> ErrorLog::recent() const
{
    const auto since = std::chrono::steady_clock::now() - memory;
    const std::lock_guard lock(m_mutex);
    std::vector<Complaint> recent;
    std::ranges::copy_if(m_complaints, std::back_inserter(recent), [since](const auto& c) { return c.at >= since; });
    return recent;
}

bool isSilence(rd_kafka_resp_err_t code) noexcept
{
    switch (code) {
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
    case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__WAIT_COORD:
    case RD_KAFKA_RESP_ERR__IN_PROGRESS:
    case RD_KAFKA_RESP_ERR__NOENT:
        return true;
    default:
        return false;
    }
}

Error errorFor(rd_kafka_resp_err_t code, std::string what)
{
    Error error{ErrorKind::Unreachable, std::move(what), rd_kafka_err2str(code), "", true};
    const auto known = std::ranges::find(meanings, code, &Meaning::code);
    if (known != meanings.end()) {
        error.kind = known->kind;
        error.retriable = known->retriable;
        error.next = known->next;
    } else if (code == RD_KAFKA_RESP_ERR__TRANSPORT || code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) {
        error.why = "No broker can be reached (" + error.why + ')';
        error.next = "Check bootstrap.servers and that the brokers run";
    } else if (code == RD_KAFKA_RESP_ERR__NOENT || code == RD_KAFKA_RESP_ERR__IN_PROGRESS) {
        error.why = "The partition has no leader at present";
    }
    return error;
}

std::optional<Error> causeOf(const std::vector<Complaint>& complaints, const SecurityFacts& facts,
                             const std::string& what)
{
    const Complaint* telling = nullptr;
    for (const Complaint& complaint : complaints)
        if (weight(complaint) > 0 && (!telling || weight(complaint) >= weight(*telling)))
            telling = &complaint;
    if (!telling)
        return std::nullopt;
    const std::string text = plainText(telling->text);
    switch (weight(*telling)) {
    case 6:
        return authenticationError(what, text, facts);
    case 5:
        return tlsError(what, text);
    case 4:
        return Error{ErrorKind::NameNotFound, what, text, "Check the host name in bootstrap.servers", true};
    case 3:
        // A connection that is merely cut looks the same to the library.
        if (facts.worked)
            return transportError(what, text.substr(0, text.find(':')));
        return contains(text, "PLAINTEXT broker") ? tlsError(what, text) : droppedError(what, text, facts);
    default:
        return transportError(what, text);
    }
}

std::string plainText(const std::string& complaint)
{
    // "[thrd:sasl_plaintext://h:1/bootstrap]: sasl_plaintext://h:1/bootstrap: SASL ... (after 0ms in state CONNECT, 2
    // identical error(s) suppressed)"; the connection's name stands in front of what it says.
    std::string text = complaint;
    if (const auto end = text.find("]: "); text.starts_with("[thrd:") && end != std::string::npos)
        text.erase(0, end + 3);
    const auto colon = text.find(": ");
    const auto scheme = text.find("://");
    if (colon != std::string::npos && (scheme < colon || text.substr(0, colon).find('/') != std::string::npos))
        text.erase(0, colon + 2);
    if (const auto after = text.rfind(" (after "); after != std::string::npos)
        text.erase(after);
    return text;
}

} // namespace projectionist::kafka
