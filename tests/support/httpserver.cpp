// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/httpserver.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace projectionist {

namespace {

constexpr std::size_t mostRequestBytes = 1U << 20;

std::string lowerCased(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// Reads until `enough` is content; false when the client is gone.
template<typename Enough>
bool receive(int socket, std::string& buffer, const Enough& enough)
{
    while (!enough()) {
        char bytes[4096];
        const ssize_t got = ::recv(socket, bytes, sizeof bytes, 0);
        if (got <= 0 || buffer.size() > mostRequestBytes)
            return false;
        buffer.append(bytes, static_cast<std::size_t>(got));
        if (std::isupper(static_cast<unsigned char>(buffer.front())) == 0)
            return false; // not HTTP: TLS, for example
    }
    return true;
}

/// One request off the front of `buffer`.
std::optional<HttpRequest> nextRequest(int socket, std::string& buffer)
{
    if (!receive(socket, buffer, [&] { return buffer.find("\r\n\r\n") != std::string::npos; }))
        return std::nullopt;
    const std::size_t headEnd = buffer.find("\r\n\r\n");
    HttpRequest request;
    std::size_t begin = 0;
    for (bool first = true; begin < headEnd; first = false) {
        const std::size_t end = std::min(buffer.find("\r\n", begin), headEnd);
        const std::string line = buffer.substr(begin, end - begin);
        begin = end + 2;
        if (first) {
            const auto space = line.find(' ');
            request.method = line.substr(0, space);
            request.path = line.substr(space + 1, line.rfind(' ') - space - 1);
        } else if (const auto colon = line.find(':'); colon != std::string::npos) {
            const auto value = line.find_first_not_of(' ', colon + 1);
            request.headers[lowerCased(line.substr(0, colon))] = value == std::string::npos ? "" : line.substr(value);
        }
    }
    const auto length = request.headers.find("content-length");
    const std::size_t bytes = length == request.headers.end() ? 0 : std::stoul(length->second);
    if (!receive(socket, buffer, [&] { return buffer.size() >= headEnd + 4 + bytes; }))
        return std::nullopt;
    request.body = buffer.substr(headEnd + 4, bytes);
    buffer.erase(0, headEnd + 4 + bytes);
    return request;
}

bool send(int socket, const std::string& text)
{
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t sent = ::send(socket, text.data() + done, text.size() - done, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        done += static_cast<std::size_t>(sent);
    }
    return true;
}

std::string textOf(const HttpReply& reply)
{
    std::string text = "HTTP/1.1 " + std::to_string(reply.status) + " Status\r\n";
    for (const auto& [name, value] : reply.headers)
        text.append(name).append(": ").append(value).append("\r\n");
    text += "Content-Length: " + std::to_string(reply.announced.value_or(reply.body.size())) + "\r\n\r\n";
    return text + reply.body;
}

} // namespace

HttpServer::HttpServer() : m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (m_listener < 0 || ::bind(m_listener, any, size) != 0 || ::listen(m_listener, 64) != 0 ||
        ::getsockname(m_listener, any, &size) != 0)
        throw std::runtime_error("no port for an HTTP server");
    m_port = ntohs(address.sin_port);
    m_acceptor = std::jthread([this] { accept(); });
}

HttpServer::~HttpServer()
{
    ::shutdown(m_listener, SHUT_RDWR);
    m_acceptor.join();
    for (auto& connection : m_connections) {
        connection.thread.request_stop();
        ::shutdown(connection.socket, SHUT_RDWR);
    }
    for (auto& connection : m_connections) {
        connection.thread.join();
        ::close(connection.socket);
    }
    ::close(m_listener);
}

void HttpServer::accept()
{
    for (;;) {
        const int socket = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0)
            return;
        const std::lock_guard lock(m_mutex);
        auto& connection = m_connections.emplace_back();
        connection.socket = socket;
        connection.thread = std::jthread([this, socket](const std::stop_token& stop) { serve(stop, socket); });
    }
}

void HttpServer::serve(const std::stop_token& stop, int socket)
{
    std::string buffer;
    while (auto request = nextRequest(socket, buffer)) {
        const HttpReply reply = replyTo(*request);
        if (reply.hang)
            wait(stop, std::nullopt);
        else if (reply.delay > Duration(0))
            wait(stop, reply.delay);
        if (stop.stop_requested() || !send(socket, reply.raw ? *reply.raw : textOf(reply)) || reply.raw ||
            reply.announced)
            break;
    }
    ::shutdown(socket, SHUT_RDWR);
}

HttpReply HttpServer::replyTo(const HttpRequest& request)
{
    Handler handler;
    {
        const std::lock_guard lock(m_mutex);
        m_requests.push_back(request);
        auto at = m_handlers.find(request.path);
        if (at == m_handlers.end())
            at = m_handlers.find("");
        if (at != m_handlers.end())
            handler = at->second;
    }
    return handler ? handler(request)
                   : HttpReply{.status = 404, .body = "{\"error_code\":404,\"message\":\"Not found\"}"};
}

void HttpServer::wait(const std::stop_token& stop, std::optional<Duration> time)
{
    std::unique_lock lock(m_mutex);
    if (time)
        m_never.wait_for(lock, stop, *time, [] { return false; });
    else
        m_never.wait(lock, stop, [] { return false; });
}

void HttpServer::answer(const std::string& path, HttpReply reply)
{
    answerBy(path, [reply = std::move(reply)](const HttpRequest&) { return reply; });
}

void HttpServer::answerBy(const std::string& path, Handler handler)
{
    const std::lock_guard lock(m_mutex);
    m_handlers.insert_or_assign(path, std::move(handler));
}

std::vector<HttpRequest> HttpServer::requests() const
{
    const std::lock_guard lock(m_mutex);
    return m_requests;
}

} // namespace projectionist
