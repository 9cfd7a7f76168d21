// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filter.h"
#include "backend/deadletter/letterview.h"
#include "tests/unit/deadletter/letters.h"

namespace projectionist {

/// As letters.h has it, a minute after the event.
inline constexpr std::int64_t arrivalMillis = eventMillis + 60'000;

/// One of Spring's with a frame and a message of its own.
inline LetterBuilder failedLetter(Offset offset, const std::string& exception, const std::string& message,
                                  const std::string& consumer = "billing")
{
    LetterBuilder letter;
    letter.record.id = {"orders.dlt", 0};
    letter.record.offset = offset;
    letter.record.key = "k" + std::to_string(offset);
    letter.record.timestamp = timeAt(arrivalMillis + offset);
    letter.add("type", "OrderPlaced")
        .add("kafka_dlt-original-topic", "orders")
        .add("kafka_dlt-original-partition", int32Bytes(5))
        .add("kafka_dlt-original-offset", int64Bytes(1000 + offset))
        .add("kafka_dlt-original-timestamp", int64Bytes(eventMillis))
        .add("kafka_dlt-original-consumer-group", consumer)
        .add("kafka_dlt-exception-fqcn", exception)
        .add("kafka_dlt-exception-message", message)
        .add("kafka_dlt-exception-stacktrace",
             exception + ": " + message + "\n\tat com.acme.Orders.apply(Orders.java:41)\n");
    return letter;
}

/// The same failure as a source tells it that keeps no stack traces.
inline LetterBuilder framelessLetter(Offset offset, const std::string& exception, const std::string& message)
{
    LetterBuilder letter = failedLetter(offset, exception, message);
    letter.record.id.topic = "other.dlt";
    std::erase_if(letter.record.headers, [](const Header& header) { return header.name.ends_with("stacktrace"); });
    return letter;
}

inline std::shared_ptr<const DecodeRules> builtinRules()
{
    return *DecodeRules::build();
}

/// Rows that pass a filter: "0 3 4", and those without an answer: "0 ?7".
inline std::string passing(const LetterIndex& index, const std::string& filter)
{
    const auto program = compileFilter(filter, letterSchema(), {timeAt(arrivalMillis + 3'600'000), {}});
    if (!program)
        return toString(program.error());
    FilterRun run(*program, index);
    FilterResult result;
    run.advance(result);
    std::string rows;
    for (std::size_t row = 0; row < result.rowCount(); ++row) {
        if (index.rows().removed(row) || result.verdict(row) == FilterVerdict::No)
            continue;
        rows += (rows.empty() ? "" : " ") + std::string(result.verdict(row) == FilterVerdict::Yes ? "" : "?") +
                std::to_string(row);
    }
    return rows;
}

} // namespace projectionist
