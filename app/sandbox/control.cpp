// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/control.h"

#include "app/sandbox/controlprotocol.h"
#include "app/sandbox/runtimefolder.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

namespace projectionist {

using nlohmann::json;

namespace {

/// A connected Unix socket; closed with the object.
class Connection
{
public:
    explicit Connection(const std::filesystem::path& path) : m_socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string name = path.string();
        if (name.size() >= sizeof address.sun_path) {
            m_error = ENAMETOOLONG;
            return;
        }
        std::memcpy(address.sun_path, name.data(), name.size());
        if (m_socket < 0 || ::connect(m_socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            m_error = errno;
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection()
    {
        if (m_socket >= 0)
            ::close(m_socket);
    }

    [[nodiscard]] int socket() const noexcept { return m_socket; }
    [[nodiscard]] int error() const noexcept { return m_error; }

private:
    int m_socket;
    int m_error = 0;
};

Error unreachable(const std::filesystem::path& path, const std::string& why)
{
    return {ErrorKind::Unreachable, "Cannot reach the sandbox at " + path.string(), why,
            "Start one with `projectionist-sandbox run`.", true};
}

Result<json> ask(const std::filesystem::path& path, const json& request, Duration timeout)
{
    const Connection connection(path);
    if (connection.error() != 0)
        return tl::unexpected(unreachable(path, std::generic_category().message(connection.error())));
    if (!writeAll(connection.socket(), request.dump() + '\n'))
        return tl::unexpected(unreachable(path, "it closed the connection"));
    const auto line = readLine(connection.socket(), timeout);
    if (!line) {
        return tl::unexpected(Error{ErrorKind::Timeout, "The sandbox at " + path.string() + " does not answer",
                                    fmt::format("nothing came within {} ms", timeout.count()), "Try again.", true});
    }
    auto answer = json::parse(*line, nullptr, false);
    if (!answer.is_object())
        return tl::unexpected(unreachable(path, "it closed the connection without an answer"));
    if (!answer.value("ok", false))
        return tl::unexpected(errorFromJson(answer.value("error", json::object())));
    return answer;
}

template<typename Value>
Result<Value> valueOf(const Result<json>& answer, const char* name)
{
    if (!answer)
        return tl::unexpected(answer.error());
    try {
        return answer->at(name).get<Value>();
    } catch (const json::exception& problem) {
        return tl::unexpected(Error{ErrorKind::InvalidData, "The sandbox's answer makes no sense", problem.what(),
                                    "Use window and sandbox of the same version.", false});
    }
}

} // namespace

Result<std::vector<SandboxFault>> SandboxControl::faults(Duration timeout) const
{
    return valueOf<std::vector<SandboxFault>>(ask(m_socket, {{"command", "list"}}, timeout), "faults");
}

Result<void> SandboxControl::inject(const std::string& fault, Duration timeout) const
{
    return ask(m_socket, {{"command", "inject"}, {"fault", fault}}, timeout).map([](const json&) {});
}

Result<void> SandboxControl::clear(const std::string& fault, Duration timeout) const
{
    return ask(m_socket, {{"command", "clear"}, {"fault", fault}}, timeout).map([](const json&) {});
}

Result<SandboxStatus> SandboxControl::status(Duration timeout) const
{
    return valueOf<SandboxStatus>(ask(m_socket, {{"command", "status"}}, timeout), "status");
}

Result<std::filesystem::path> findSandbox()
{
    const auto running = runningSandboxes();
    if (!running)
        return tl::unexpected(running.error());
    if (running->empty()) {
        return tl::unexpected(Error{ErrorKind::NotFound, "No sandbox is running", "none has announced itself",
                                    "Start one with `projectionist-sandbox run`, or name its socket with --control.",
                                    false});
    }
    if (running->size() > 1) {
        std::string names;
        for (const auto& socket : *running)
            names += (names.empty() ? "" : ", ") + socket.string();
        return tl::unexpected(
            Error{ErrorKind::Conflict, "Several sandboxes are running", names, "Say which one with --control.", false});
    }
    return running->front();
}

} // namespace projectionist
