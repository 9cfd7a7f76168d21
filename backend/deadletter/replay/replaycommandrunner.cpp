// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replaycommandrunner.h"

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

using SteadyClock = std::chrono::steady_clock;
constexpr std::size_t mostOutput = 4096;
constexpr int pollInterval = 20; ///< milliseconds; how soon an end or a stop is seen

class Descriptor
{
public:
    Descriptor() = default;
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { reset(); }
    void reset(int descriptor = -1)
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
        m_descriptor = descriptor;
    }
    [[nodiscard]] int get() const { return m_descriptor; }

private:
    int m_descriptor = -1;
};

Error notStarted(const std::string& program, int code)
{
    return {ErrorKind::Configuration, "The command \"" + program + "\" cannot be started",
            std::generic_category().message(code), "Check its path and rights.", false};
}

/// Both ends. Sockets, because writing to a program that has gone is an error there and no signal.
bool openPair(Descriptor& ours, Descriptor& theirs)
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return false;
    ours.reset(ends[0]);
    theirs.reset(ends[1]);
    return ::fcntl(ours.get(), F_SETFL, O_NONBLOCK) == 0;
}

std::vector<std::string> environmentWith(const std::map<std::string, std::string>& more)
{
    std::vector<std::string> all;
    for (char** entry = environ; *entry; ++entry) {
        const std::string text(*entry);
        if (!more.contains(text.substr(0, text.find('='))))
            all.push_back(text);
    }
    for (const auto& [name, value] : more)
        all.push_back(name + '=' + value);
    return all;
}

std::vector<char*> pointersTo(std::vector<std::string>& texts)
{
    std::vector<char*> pointers;
    for (auto& text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// Signals as a program expects them: we may have blocked some, or ignore them.
int startProgram(std::vector<std::string> arguments, std::vector<std::string> environment, int input, int output,
                 pid_t& pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP})
        sigaddset(&signals, number);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    auto argv = pointersTo(arguments);
    auto envp = pointersTo(environment);
    const int code = ::posix_spawnp(&pid, argv.front(), &actions, &attributes, argv.data(), envp.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

/// Feeds and reads a program that runs.
class Talk
{
public:
    Talk(Descriptor& input, Descriptor& output, std::string_view bytes)
        : m_input(input), m_output(output), m_left(bytes)
    {
        write();
    }

    void step()
    {
        std::array<pollfd, 2> wanted{pollfd{m_input.get(), POLLOUT, 0}, pollfd{m_output.get(), POLLIN, 0}};
        if (m_input.get() < 0 && m_output.get() < 0) {
            ::poll(nullptr, 0, pollInterval);
            return;
        }
        ::poll(wanted.data(), wanted.size(), pollInterval);
        write();
        read();
    }
    void read()
    {
        std::array<char, 4096> bytes{};
        while (m_output.get() >= 0) {
            const auto size = ::recv(m_output.get(), bytes.data(), bytes.size(), 0);
            if (size == 0 || (size < 0 && errno != EAGAIN && errno != EINTR))
                m_output.reset();
            if (size <= 0)
                return;
            m_text.append(bytes.data(), static_cast<std::size_t>(size));
            if (m_text.size() > mostOutput)
                m_text.erase(0, m_text.size() - mostOutput);
        }
    }
    [[nodiscard]] std::string takeText() { return std::move(m_text); }

private:
    void write()
    {
        while (m_input.get() >= 0 && !m_left.empty()) {
            const auto size = ::send(m_input.get(), m_left.data(), m_left.size(), MSG_NOSIGNAL);
            if (size < 0 && (errno == EAGAIN || errno == EINTR))
                return;
            if (size < 0)
                m_left = {}; // it does not want all of it
            else
                m_left.remove_prefix(static_cast<std::size_t>(size));
        }
        m_input.reset();
    }

    Descriptor& m_input;
    Descriptor& m_output;
    std::string_view m_left;
    std::string m_text;
};

} // namespace

std::string toString(const CommandOutcome& outcome)
{
    if (!outcome.ended)
        return "it did not end in time";
    return outcome.signal != 0 ? "killed by signal " + std::to_string(outcome.signal)
                               : "exit code " + std::to_string(outcome.code);
}

Result<CommandOutcome> runCommand(const std::vector<std::string>& arguments,
                                  const std::map<std::string, std::string>& environment, std::string_view input,
                                  Duration timeout, const std::stop_token& stop)
{
    Descriptor inputOurs, inputTheirs, outputOurs, outputTheirs;
    if (!openPair(inputOurs, inputTheirs) || !openPair(outputOurs, outputTheirs))
        return tl::unexpected(notStarted(arguments.front(), errno));
    pid_t pid = -1;
    if (const int code =
            startProgram(arguments, environmentWith(environment), inputTheirs.get(), outputTheirs.get(), pid);
        code != 0)
        return tl::unexpected(notStarted(arguments.front(), code));
    inputTheirs.reset();
    outputTheirs.reset();
    CommandOutcome outcome;
    Talk talk(inputOurs, outputOurs, input);
    const auto deadline = SteadyClock::now() + timeout;
    int status = 0;
    pid_t reaped = 0;
    while ((reaped = ::waitpid(pid, &status, WNOHANG)) == 0 || (reaped < 0 && errno == EINTR)) {
        if (SteadyClock::now() >= deadline || stop.stop_requested()) {
            outcome.ended = false;
            ::kill(-pid, SIGKILL);
            while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
            }
            break;
        }
        talk.step();
    }
    talk.read();
    outcome.output = talk.takeText();
    if (WIFSIGNALED(status))
        outcome.signal = WTERMSIG(status);
    else
        outcome.code = WEXITSTATUS(status);
    return outcome;
}

} // namespace projectionist
