// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/lateproxy.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <deque>
#include <memory>
#include <poll.h>
#include <stdexcept>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace projectionist {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

sockaddr_in addressOf(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
}

bool sendAll(int socket, const char* data, std::size_t size)
{
    while (size > 0) {
        const ssize_t sent = ::send(socket, data, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        data += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return true;
}

/// A client, the connection to the server made for it, and what the server said lately. Ends with either side.
class Passage
{
public:
    Passage(int client, std::uint16_t target) : m_client(client), m_server(::socket(AF_INET, SOCK_STREAM, 0))
    {
        const sockaddr_in address = addressOf(target);
        m_open = ::connect(m_server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    ~Passage()
    {
        ::close(m_client);
        ::close(m_server);
    }
    Passage(const Passage&) = delete;
    Passage& operator=(const Passage&) = delete;

    [[nodiscard]] bool open() const { return m_open; }
    [[nodiscard]] std::array<pollfd, 2> sockets() const { return {{{m_client, POLLIN, 0}, {m_server, POLLIN, 0}}}; }
    void serve(bool client, bool server, Duration delay)
    {
        const SteadyTime now = std::chrono::steady_clock::now();
        if (client)
            m_open = sendAll(m_server, m_buffer.data(), receive(m_client)) && m_open;
        if (server)
            m_late.emplace_back(now + delay, std::string(m_buffer.data(), receive(m_server)));
        for (; m_open && !m_late.empty() && m_late.front().first <= now; m_late.pop_front())
            m_open = sendAll(m_client, m_late.front().second.data(), m_late.front().second.size());
    }

private:
    /// Into the buffer. The end of the connection is noted.
    std::size_t receive(int socket)
    {
        const ssize_t size = ::recv(socket, m_buffer.data(), m_buffer.size(), 0);
        m_open = m_open && size > 0;
        return static_cast<std::size_t>(std::max<ssize_t>(size, 0));
    }

    const int m_client;
    const int m_server;
    bool m_open = false;
    std::deque<std::pair<SteadyTime, std::string>> m_late;
    std::array<char, 65536> m_buffer{};
};

} // namespace

LateProxy::LateProxy() : m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address = addressOf(0);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    if (::bind(m_listener, generic, size) != 0 || ::listen(m_listener, 64) != 0 ||
        ::getsockname(m_listener, generic, &size) != 0)
        throw std::runtime_error("no port to listen on");
    m_port = ntohs(address.sin_port);
    m_thread = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

LateProxy::~LateProxy()
{
    m_thread.request_stop();
    m_thread.join();
    ::close(m_listener);
}

void LateProxy::run(const std::stop_token& stop) const
{
    constexpr int tickMs = 10; // how exact delays are
    std::vector<std::unique_ptr<Passage>> passages;
    while (!stop.stop_requested()) {
        std::vector<pollfd> sockets{{m_listener, POLLIN, 0}};
        for (const auto& passage : passages)
            for (const pollfd& socket : passage->sockets())
                sockets.push_back(socket);
        if (::poll(sockets.data(), sockets.size(), tickMs) < 0)
            continue;
        const Duration delay(m_delay);
        for (std::size_t i = 0; i < passages.size(); ++i)
            passages[i]->serve(sockets[2 * i + 1].revents != 0, sockets[2 * i + 2].revents != 0, delay);
        if (sockets[0].revents != 0)
            passages.push_back(std::make_unique<Passage>(::accept(m_listener, nullptr, nullptr), m_target));
        std::erase_if(passages, [](const auto& passage) { return !passage->open(); });
    }
}

} // namespace projectionist
