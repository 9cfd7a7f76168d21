// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace projectionist {

struct HttpRequest
{
    std::string method;
    std::string path;                           ///< as sent, with its query
    std::map<std::string, std::string> headers; ///< names in lower case
    std::string body;
};

struct HttpReply
{
    int status = 200;
    std::string body{};
    std::vector<std::pair<std::string, std::string>> headers{{"Content-Type", "application/json"}};
    Duration delay{0};                      ///< before the first byte
    bool hang = false;                      ///< never answers
    std::optional<std::string> raw{};       ///< sent as it is, instead of an HTTP answer
    std::optional<std::size_t> announced{}; ///< Content-Length, if another than the body's
};

/// A small real HTTP/1.1 server at a free port of 127.0.0.1, a thread a connection; connections stay open as long as
/// clients want. What it has no answer for is a 404. Throws when it cannot listen.
class HttpServer
{
public:
    using Handler = std::function<HttpReply(const HttpRequest&)>;

    HttpServer();
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// For a path with its query, or any path where it is empty; replaces what was there. Any thread.
    void answer(const std::string& path, HttpReply reply);
    void answerBy(const std::string& path, Handler handler);
    /// All so far, in their order.
    [[nodiscard]] std::vector<HttpRequest> requests() const;
    [[nodiscard]] std::uint16_t port() const noexcept { return m_port; }
    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(m_port); }

private:
    struct Connection
    {
        int socket = -1;
        std::jthread thread;
    };
    void accept();
    void serve(const std::stop_token& stop, int socket);
    [[nodiscard]] HttpReply replyTo(const HttpRequest& request);
    void wait(const std::stop_token& stop, std::optional<Duration> time);

    int m_listener = -1;
    std::uint16_t m_port = 0;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_never;
    std::map<std::string, Handler> m_handlers; ///< guarded by m_mutex
    std::vector<HttpRequest> m_requests;       ///< guarded by m_mutex
    std::list<Connection> m_connections;       ///< guarded by m_mutex
    std::jthread m_acceptor;
};

} // namespace projectionist
