// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/rebuild/workerchild.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

extern char** environ;

namespace projectionist {

namespace {

constexpr int lookInterval = 20; ///< milliseconds; how soon a stop is seen

Error workerNotStarted(const std::vector<std::string>& program, const std::string& why)
{
    return {ErrorKind::Configuration,
            program.empty() ? "No worker can be started" : "The worker " + program.front() + " cannot be started", why,
            "Check that projectionistctl is installed beside this program.", false};
}

/// With `end` as its standard input and output; signals as a program expects them.
int spawnWorker(const std::vector<std::string>& program, int end, pid_t& pid)
{
    std::vector<std::string> words = program;
    std::vector<char*> argv;
    for (auto& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, end, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, end, STDOUT_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    const int code = ::posix_spawnp(&pid, argv.front(), &actions, &attributes, argv.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

} // namespace

Result<void> WorkerChild::start(const std::vector<std::string>& program, const std::string& order)
{
    kill();
    int ends[2];
    if (program.empty())
        return tl::unexpected(workerNotStarted(program, "nobody knows which program it is"));
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return tl::unexpected(workerNotStarted(program, std::generic_category().message(errno)));
    m_output = ends[0];
    const int code = spawnWorker(program, ends[1], m_pid);
    ::close(ends[1]);
    if (code != 0) {
        m_pid = -1;
        kill();
        return tl::unexpected(workerNotStarted(program, std::generic_category().message(code)));
    }
    const std::string line = order + '\n';
    for (std::size_t sent = 0; sent < line.size();) {
        const auto size = ::send(m_output, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0) // it is gone; what it said tells why
            break;
        sent += static_cast<std::size_t>(size);
    }
    return {};
}

Result<std::optional<std::string>> WorkerChild::nextLine(Duration limit, const std::stop_token& stop)
{
    const auto deadline = std::chrono::steady_clock::now() + limit;
    for (;;) {
        if (const auto end = m_text.find('\n'); end != std::string::npos) {
            std::string line = m_text.substr(0, end);
            m_text.erase(0, end + 1);
            return line;
        }
        if (stop.stop_requested())
            return tl::unexpected(Error{ErrorKind::Cancelled, "The drill was cancelled", {}, {}, false});
        if (std::chrono::steady_clock::now() >= deadline)
            return tl::unexpected(Error{ErrorKind::Timeout, "The worker did not go on", "it hangs", {}, true});
        pollfd wanted{m_output, POLLIN, 0};
        if (::poll(&wanted, 1, lookInterval) <= 0)
            continue;
        std::array<char, 4096> bytes{};
        const auto size = ::recv(m_output, bytes.data(), bytes.size(), 0);
        if (size == 0 || (size < 0 && errno != EINTR))
            return std::nullopt;
        if (size > 0)
            m_text.append(bytes.data(), static_cast<std::size_t>(size));
    }
}

void WorkerChild::kill()
{
    if (m_pid > 0) {
        ::kill(m_pid, SIGKILL);
        while (::waitpid(m_pid, nullptr, 0) < 0 && errno == EINTR) {
        }
    }
    if (m_output >= 0)
        ::close(m_output);
    m_pid = -1;
    m_output = -1;
    m_text.clear();
}

} // namespace projectionist
