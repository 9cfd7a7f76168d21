// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How fast letters of 600 bytes with 12 headers are decoded and grouped on one core, as a ratio to the 600 000 a second
// that an index has to keep up with (above 1 is good), and how often that takes memory from the heap. Processor time,
// so that a busy machine does not count. Exits with 1 when a rate that is asked for is not reached.
#include "backend/deadletter/decode.h"
#include "tests/bench/measure.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

using namespace projectionist;

namespace {

constexpr double asked = 600'000;
constexpr std::size_t kinds = 8192; ///< letters that take turns; more than the scanner remembers traces
std::size_t allocations = 0;        // NOLINT: operator new has no other place to count

std::string bigEndian(std::uint64_t number, int bytes)
{
    std::string text;
    for (int shift = 8 * bytes - 8; shift >= 0; shift -= 8)
        text += static_cast<char>((number >> shift) & 0xff);
    return text;
}

/// A letter as Spring Kafka writes it; the trace says the same in each, or its message names the order.
Record letterOf(std::size_t number, bool ownMessage, int frames)
{
    const std::string message = ownMessage ? "order " + std::to_string(number) + " rejected" : "order rejected";
    std::string trace = "org.springframework.kafka.listener.ListenerExecutionFailedException: Listener failed\n";
    for (int i = 0; i < frames; ++i)
        trace +=
            "\tat org.springframework.kafka.listener.Container.invoke" + std::to_string(i) + "(Container.java:1)\n";
    trace += "Caused by: com.acme.OrderRejected: " + message +
             "\n\tat com.acme.Orders.apply(Orders.java:41)\n\t... 9 more\n";
    Record record;
    record.id = {"orders.dlt", static_cast<std::int32_t>(number % 12)};
    record.offset = static_cast<Offset>(number);
    record.timestamp = TimePoint(Duration(1'795'269'731'042));
    record.key = "order-" + std::to_string(number);
    record.value = "{\"orderId\":" + std::to_string(number) + ",\"total\":17.5,\"currency\":\"EUR\"}";
    record.headers = {
        {"type", "OrderPlaced"},
        {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00"},
        {"kafka_dlt-original-topic", "orders"},
        {"kafka_dlt-original-partition", bigEndian(number % 12, 4)},
        {"kafka_dlt-original-offset", bigEndian(number, 8)},
        {"kafka_dlt-original-timestamp", bigEndian(1'795'269'731'042, 8)},
        {"kafka_dlt-original-timestamp-type", "CreateTime"},
        {"kafka_dlt-original-consumer-group", "billing"},
        {"kafka_dlt-exception-fqcn", "org.springframework.kafka.listener.ListenerExecutionFailedException"},
        {"kafka_dlt-exception-cause-fqcn", "com.acme.OrderRejected"},
        {"kafka_dlt-exception-message", "Listener failed; " + message},
        {"kafka_dlt-exception-stacktrace", trace}};
    return record;
}

struct Case
{
    const char* name;
    bool ownMessage;
    int frames;
    std::size_t count;
    double wanted; ///< ratio; 0: only told
};

/// As a fetched batch lies in memory: one letter behind the other, lengths before names and values.
void append(std::string& batch, std::string_view text)
{
    const auto size = static_cast<std::uint32_t>(text.size());
    batch.append(reinterpret_cast<const char*>(&size), sizeof size).append(text); // NOLINT
}

std::string_view take(const char*& at)
{
    std::uint32_t size = 0;
    std::memcpy(&size, at, sizeof size);
    const std::string_view text(at + sizeof size, size);
    at += sizeof size + size;
    return text;
}

bool measure(const Case& what)
{
    std::string batch;
    RawLetter letter;
    std::vector<RawHeader> headers;
    for (std::size_t i = 0; i < kinds; ++i) {
        const Record record = letterOf(i, what.ownMessage, what.frames);
        headers.resize(record.headers.size());
        letter.timestamp = record.timestamp;
        for (const auto& header : record.headers) {
            append(batch, header.name);
            append(batch, *header.value);
        }
        append(batch, *record.key);
        append(batch, *record.value);
    }
    letter.topic = "orders.dlt";
    LetterScanner scanner(*DecodeRules::build());
    std::uint64_t groups = 0;
    std::size_t before = 0;
    double start = 0;
    const char* at = nullptr;
    for (std::size_t i = 0; i < kinds + what.count; ++i) { // the first round is to warm up
        if (i % kinds == 0)
            at = batch.data();
        if (i == kinds) {
            before = allocations;
            start = cpuNow();
        }
        for (auto& header : headers) {
            header.name = take(at);
            header.value = take(at);
        }
        letter.headers = headers;
        letter.key = take(at);
        letter.value = take(at);
        groups += scanner.scan(letter).fingerprint;
    }
    const double rate = static_cast<double>(what.count) / (cpuNow() - start) * 1000;
    std::printf("%-52s %5zu B %8.0f/s  ratio %5.2f  %.3f allocations a letter  (%llx)\n", what.name,
                batch.size() / kinds, rate, rate / asked,
                static_cast<double>(allocations - before) / static_cast<double>(what.count),
                static_cast<unsigned long long>(groups));
    return rate / asked >= what.wanted;
}

} // namespace

void* operator new(std::size_t size)
{
    ++allocations;
    if (void* memory = std::malloc(size)) // NOLINT
        return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept
{
    std::free(memory); // NOLINT
}
void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory); // NOLINT
}

int main()
{
    constexpr Case cases[] = {{"the same trace in every letter", false, 0, 2'000'000, 1},
                              {"a message of its own in every letter", true, 0, 2'000'000, 1},
                              {"40 frames, the same in every letter", false, 40, 1'000'000, 0},
                              {"40 frames, a message of its own in every letter", true, 40, 500'000, 0}};
    bool good = true;
    for (const auto& one : cases)
        good = measure(one) && good;
    return good ? 0 : 1;
}
