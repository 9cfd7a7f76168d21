// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/controlprotocol.h"

#include <cerrno>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace projectionist {

using nlohmann::json;

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(SandboxProcess, name, state, pid, restarts)

void to_json(json& object, const SandboxFault& fault)
{
    object = {{"name", fault.name},       {"title", fault.title},
              {"see", fault.see},         {"projection", fault.projection},
              {"verdict", fault.verdict}, {"refusal", fault.refusal},
              {"active", fault.active}};
    if (fault.since)
        object["since"] = fault.since->time_since_epoch().count();
}

void from_json(const json& object, SandboxFault& fault)
{
    fault = {object.at("name"),    object.at("title"),   object.at("see"),    object.at("projection"),
             object.at("verdict"), object.at("refusal"), object.at("active"), std::nullopt};
    if (const auto since = object.find("since"); since != object.end())
        fault.since = TimePoint(Duration(since->get<std::int64_t>()));
}

void to_json(json& object, const SandboxStatus& status)
{
    object = {{"workspace", status.workspace.string()},
              {"started_at", status.startedAt.time_since_epoch().count()},
              {"rate", status.rate},
              {"broker", status.broker},
              {"store", status.store},
              {"processes", status.processes}};
}

void from_json(const json& object, SandboxStatus& status)
{
    status.workspace = object.at("workspace").get<std::string>();
    status.startedAt = TimePoint(Duration(object.at("started_at").get<std::int64_t>()));
    status.rate = object.at("rate");
    status.broker = object.at("broker");
    status.store = object.at("store");
    status.processes = object.at("processes").get<std::vector<SandboxProcess>>();
}

json errorToJson(const Error& error)
{
    return {{"kind", static_cast<int>(error.kind)},
            {"what", error.what},
            {"why", error.why},
            {"next", error.next},
            {"retriable", error.retriable}};
}

Error errorFromJson(const json& object)
{
    Error error;
    const int kind = object.value("kind", static_cast<int>(ErrorKind::Internal));
    if (kind >= 0 && kind <= static_cast<int>(ErrorKind::Internal))
        error.kind = static_cast<ErrorKind>(kind);
    error.what = object.value("what", "");
    error.why = object.value("why", "");
    error.next = object.value("next", "");
    error.retriable = object.value("retriable", false);
    return error;
}

std::optional<std::string> readLine(int socket, Duration timeout)
{
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    std::string line;
    while (line.size() < longestControlLine) {
        const auto left = std::chrono::ceil<Duration>(deadline - std::chrono::steady_clock::now());
        pollfd waiting{socket, POLLIN, 0};
        if (left <= Duration(0) || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0)
            return std::nullopt;
        char buffer[4096];
        const auto got = ::recv(socket, buffer, sizeof buffer, MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (got <= 0)
            return line;
        line.append(buffer, static_cast<std::size_t>(got));
        if (const auto end = line.find('\n'); end != std::string::npos)
            return line.substr(0, end);
    }
    return std::nullopt;
}

bool writeAll(int socket, const std::string& text)
{
    // Answers are far smaller than a socket's buffer, so this waits for nobody.
    return ::send(socket, text.data(), text.size(), MSG_NOSIGNAL | MSG_DONTWAIT) == static_cast<ssize_t>(text.size());
}

} // namespace projectionist
