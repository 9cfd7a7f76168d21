// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/decode.h"

#include <fmt/format.h>

namespace projectionist {

/// Bytes as the frameworks write them.
template<typename Number>
std::string bigEndianBytes(Number number, int bytes = sizeof(Number))
{
    std::string text;
    for (int shift = 8 * bytes - 8; shift >= 0; shift -= 8)
        text += static_cast<char>((static_cast<std::uint64_t>(number) >> shift) & 0xff);
    return text;
}
inline std::string int32Bytes(std::int32_t number)
{
    return bigEndianBytes(number);
}
inline std::string int64Bytes(std::int64_t number)
{
    return bigEndianBytes(number);
}
/// Java's BigInteger of a time of today: six bytes.
inline std::string bigIntegerBytes(std::int64_t number)
{
    return bigEndianBytes(number, 6);
}

/// 2026-11-21T14:02:11.042Z and times after it.
inline constexpr std::int64_t eventMillis = 1795269731042;
inline TimePoint timeAt(std::int64_t millis)
{
    return TimePoint(Duration(millis));
}

/// A letter under construction.
struct LetterBuilder
{
    Record record{{"orders.dlt", 3}, 77, timeAt(eventMillis + 60'000), false, "k-1", "{\"orderId\":1}", {}};
    std::string table;

    LetterBuilder& add(std::string name, std::optional<std::string> value)
    {
        record.headers.push_back({std::move(name), std::move(value)});
        return *this;
    }
    [[nodiscard]] RawLetter view()
    {
        RawLetter letter = viewOf(record, m_headers);
        letter.table = table;
        return letter;
    }

private:
    std::vector<RawHeader> m_headers;
};

inline LetterScanner scannerFor(const DecodeSettings& settings = {})
{
    return LetterScanner(*DecodeRules::build(settings));
}

inline DeadLetter decoded(LetterBuilder letter, const DecodeSettings& settings = {})
{
    LetterScanner scanner = scannerFor(settings);
    return decode(scanner, letter.view());
}

/// A trace as Java prints it: the root two causes deep, thrown by the application.
inline const std::string springTrace =
    "org.springframework.kafka.listener.ListenerExecutionFailedException: Listener failed\n"
    "\tat "
    "org.springframework.kafka.listener.KafkaMessageListenerContainer.invoke(KafkaMessageListenerContainer.java:1)\n"
    "\tat java.base/java.lang.Thread.run(Thread.java:840)\n"
    "Caused by: com.acme.OrderRejected: order 17 rejected\n"
    "\tat com.acme.Orders.apply(Orders.java:41)\n"
    "\tat "
    "org.springframework.kafka.listener.KafkaMessageListenerContainer.invoke(KafkaMessageListenerContainer.java:1)\n"
    "\t... 1 more\n"
    "Caused by: java.sql.SQLTransientException: deadlock detected\n"
    "\tat org.postgresql.core.v3.QueryExecutorImpl.receive(QueryExecutorImpl.java:2)\n"
    "\tat com.acme.Store$$SpringCGLIB$$0.save(Store.java:9)\n"
    "\t... 3 more\n";

inline LetterBuilder springLetter()
{
    LetterBuilder letter;
    letter.add("type", "OrderPlaced")
        .add("kafka_dlt-original-topic", "orders")
        .add("kafka_dlt-original-partition", int32Bytes(5))
        .add("kafka_dlt-original-offset", int64Bytes(123456789))
        .add("kafka_dlt-original-timestamp", int64Bytes(eventMillis))
        .add("kafka_dlt-original-timestamp-type", "CreateTime")
        .add("kafka_dlt-original-consumer-group", "billing")
        .add("kafka_dlt-exception-fqcn", "org.springframework.kafka.listener.ListenerExecutionFailedException")
        .add("kafka_dlt-exception-cause-fqcn", "com.acme.OrderRejected")
        .add("kafka_dlt-exception-message", "Listener failed; deadlock detected")
        .add("kafka_dlt-exception-stacktrace", springTrace);
    return letter;
}

} // namespace projectionist
