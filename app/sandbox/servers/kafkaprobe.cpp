// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/servers/kafkaprobe.h"

#include <arpa/inet.h>
#include <array>
#include <netinet/in.h>
#include <span>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace projectionist {

namespace {

/// Reads the big-endian numbers of Kafka's protocol; any read past the end makes it bad.
class Reader
{
public:
    explicit Reader(std::span<const unsigned char> bytes) : m_bytes(bytes) {}

    std::int32_t number(std::size_t size)
    {
        std::uint32_t value = 0;
        for (const unsigned char byte : take(size))
            value = value << 8 | byte;
        return size == 2 ? static_cast<std::int16_t>(value) : static_cast<std::int32_t>(value);
    }
    void skipString()
    {
        if (const auto length = number(2); length > 0)
            take(static_cast<std::size_t>(length));
    }
    [[nodiscard]] bool good() const { return m_good; }

private:
    std::span<const unsigned char> take(std::size_t size)
    {
        if (size > m_bytes.size()) {
            m_good = false;
            return {};
        }
        const auto taken = m_bytes.first(size);
        m_bytes = m_bytes.subspan(size);
        return taken;
    }

    std::span<const unsigned char> m_bytes;
    bool m_good = true;
};

bool receive(int socket, unsigned char* to, std::size_t size)
{
    while (size > 0) {
        const ssize_t got = ::recv(socket, to, size, 0);
        if (got <= 0)
            return false;
        to += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

std::optional<std::set<int>> ask(int socket, std::uint16_t port, Duration timeout)
{
    timeval limit{};
    limit.tv_sec = timeout.count() / 1000;
    limit.tv_usec = timeout.count() % 1000 * 1000;
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit); // limits connect, too
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // Length, then header: Metadata (3), version 4, correlation 1, client "p"; body: no topics, no creation of topics.
    constexpr std::array<unsigned char, 20> request = {0, 0, 0, 16, 0, 3, 0, 4, 0, 0, 0, 1, 0, 1, 'p', 0, 0, 0, 0, 0};
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
        return std::nullopt;
    std::array<unsigned char, 4> length{};
    if (!receive(socket, length.data(), length.size()))
        return std::nullopt;
    const std::int32_t size = Reader(length).number(4);
    if (size <= 0 || size > 1'000'000)
        return std::nullopt; // not Kafka
    std::basic_string<unsigned char> answer(static_cast<std::size_t>(size), 0);
    if (!receive(socket, answer.data(), answer.size()))
        return std::nullopt;
    Reader reader(answer);
    reader.number(4); // correlation
    reader.number(4); // throttle time
    std::set<int> brokers;
    for (auto count = reader.number(4); count > 0 && reader.good(); --count) {
        brokers.insert(reader.number(4));
        reader.skipString(); // host
        reader.number(4);    // port
        reader.skipString(); // rack
    }
    return reader.good() ? std::optional(brokers) : std::nullopt;
}

} // namespace

std::optional<std::set<int>> probeKafka(std::uint16_t port, Duration timeout)
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0)
        return std::nullopt;
    auto brokers = ask(socket, port, timeout);
    ::close(socket);
    return brokers;
}

} // namespace projectionist
