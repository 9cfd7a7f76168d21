// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/controlserver.h"

#include "app/sandbox/controlprotocol.h"

#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

namespace projectionist {

using nlohmann::json;

namespace {

/// A client that says nothing holds up the others for no longer than this.
constexpr Duration patience{500};

void answer(int client, const ControlServer::Handler& handler)
{
    const auto line = readLine(client, patience);
    if (!line)
        return;
    const auto request = json::parse(*line, nullptr, false);
    json reply;
    if (request.is_object()) {
        reply = handler(request);
    } else {
        reply = {{"ok", false},
                 {"error", errorToJson({ErrorKind::InvalidData, "That is no request", "it is no JSON object", {}})}};
    }
    (void)writeAll(client, reply.dump() + '\n'); // a client that has gone needs no answer
}

} // namespace

Result<ControlServer> ControlServer::listen(const std::filesystem::path& path)
{
    const auto failed = [&path](int number) {
        return tl::unexpected(Error{ErrorKind::Resource, "Cannot listen on " + path.string(),
                                    std::generic_category().message(number), "Check the folder.", false});
    };
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = path.string();
    if (name.size() >= sizeof address.sun_path)
        return failed(ENAMETOOLONG);
    std::memcpy(address.sun_path, name.data(), name.size());
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return failed(errno);
    ControlServer server(descriptor);
    // Nobody can connect before listen(), so the mode is in place in time.
    if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::chmod(name.c_str(), 0600) != 0 || ::listen(descriptor, 16) != 0)
        return failed(errno);
    return server;
}

ControlServer::ControlServer(ControlServer&& other) noexcept : m_socket(std::exchange(other.m_socket, -1)) {}

ControlServer::~ControlServer()
{
    if (m_socket >= 0)
        ::close(m_socket);
}

void ControlServer::serve(Duration time, const Handler& handler) const
{
    pollfd waiting{m_socket, POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(time.count())) <= 0)
        return;
    const int client = ::accept4(m_socket, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0)
        return;
    answer(client, handler);
    ::close(client);
}

} // namespace projectionist
