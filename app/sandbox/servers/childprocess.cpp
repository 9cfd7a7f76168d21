// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/servers/childprocess.h"

#include "app/sandbox/servers/processtree.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace projectionist {

/// Everything the child needs between fork and exec, where nothing may be allocated.
struct ChildProcess::Prepared
{
    std::string program;
    std::string folder;
    std::vector<std::string> arguments, environment;
    std::vector<char*> argv, envp;
    std::optional<passwd> user;
    int deathSignal = SIGKILL;
    int input = -1, log = -1, report[2] = {-1, -1};

    Prepared() = default;
    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;
    void runChild(pid_t parent);
    ~Prepared()
    {
        for (const int fd : {input, log, report[0], report[1]}) {
            if (fd >= 0)
                ::close(fd);
        }
    }
};

namespace {

enum class Step : int
{
    User,
    Folder,
    Program
};

struct Failure
{
    Step step;
    int number;
};

std::string reason(int number)
{
    return std::generic_category().message(number);
}

Error startError(const std::string& program, std::string why, std::string next)
{
    return {ErrorKind::Resource, "Cannot start " + program, std::move(why), std::move(next), false};
}

std::string findProgram(const std::string& name)
{
    if (name.find('/') != std::string::npos)
        return name;
    const char* path = std::getenv("PATH");
    std::string_view rest = path ? path : "/usr/local/bin:/usr/bin:/bin";
    while (!rest.empty()) {
        const auto colon = rest.find(':');
        const auto candidate = std::filesystem::path(rest.substr(0, colon)) / name;
        if (::access(candidate.c_str(), X_OK) == 0)
            return candidate;
        rest = colon == std::string_view::npos ? std::string_view() : rest.substr(colon + 1);
    }
    return {};
}

std::vector<std::string> mergedEnvironment(const std::map<std::string, std::string>& added)
{
    std::vector<std::string> merged;
    for (char** entry = environ; *entry; ++entry) {
        const std::string text = *entry;
        if (!added.contains(text.substr(0, text.find('='))))
            merged.push_back(text);
    }
    for (const auto& [name, value] : added)
        merged.push_back(name + '=' + value);
    return merged;
}

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> result;
    for (auto& text : texts)
        result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

} // namespace

/// The child, after fork: only async-signal-safe calls.
void ChildProcess::Prepared::runChild(pid_t parent)
{
    const auto fail = [this](Step step) {
        const Failure failure{step, errno};
        (void)!::write(report[1], &failure, sizeof failure);
        ::_exit(127);
    };
    for (int number = 1; number < NSIG; ++number)
        ::signal(number, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    // In our session, but a group of its own: Ctrl+C does not reach it, and if we die while it is stopped, its group
    // usually becomes an orphan, which the kernel continues, so that it can act on its death signal.
    ::setpgid(0, 0);
    if (user && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0))
        fail(Step::User);
    ::prctl(PR_SET_PDEATHSIG, deathSignal); // after setuid, which clears it
    if (::getppid() != parent)
        ::_exit(125); // we died before the kernel knew what to do then
    if (::chdir(folder.c_str()) != 0)
        fail(Step::Folder);
    ::dup2(input, STDIN_FILENO);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC); // libraries open files without asking
    ::execve(program.c_str(), argv.data(), envp.data());
    fail(Step::Program);
}

std::string toString(const ExitStatus& status)
{
    return status.signal != 0 ? fmt::format("killed by signal {}", status.signal)
                              : fmt::format("exit code {}", status.code);
}

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(ChildCommand command)
{
    Prepared prepared;
    const std::string name = command.arguments.empty() ? std::string("nothing") : command.arguments.front();
    prepared.program = command.arguments.empty() ? std::string() : findProgram(name);
    if (prepared.program.empty())
        return tl::unexpected(startError(name, "there is no such program in PATH", "Install the package that has it."));
    prepared.folder = command.workingFolder.string();
    prepared.deathSignal = command.deathSignal;
    prepared.arguments = std::move(command.arguments);
    prepared.argv = pointers(prepared.arguments);
    prepared.environment = mergedEnvironment(command.environment);
    prepared.envp = pointers(prepared.environment);
    std::string buffer(4096, '\0');
    if (!command.user.empty()) {
        passwd entry{};
        passwd* found = nullptr;
        ::getpwnam_r(command.user.c_str(), &entry, buffer.data(), buffer.size(), &found);
        if (!found)
            return tl::unexpected(startError(name, "there is no user " + command.user, "Create the user."));
        prepared.user = entry;
    }
    prepared.input = ::open(command.inputFile.c_str(), O_RDONLY | O_CLOEXEC);
    prepared.log = ::open(command.logFile.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (prepared.input < 0 || prepared.log < 0 || ::pipe2(prepared.report, O_CLOEXEC) != 0)
        return tl::unexpected(startError(name, "its input or log file cannot be opened: " + reason(errno), {}));

    std::unique_ptr<ChildProcess> child(new ChildProcess);
    child->m_thread = std::thread([&] { child->forkAndWait(prepared); });
    std::unique_lock lock(child->m_mutex);
    child->m_changed.wait(lock, [&] { return child->m_started.has_value(); });
    if (!*child->m_started)
        return tl::unexpected(child->m_started->error());
    child->m_pid = **child->m_started;
    lock.unlock();
    return child;
}

void ChildProcess::publish(Result<pid_t> started)
{
    const std::lock_guard lock(m_mutex);
    m_started = std::move(started);
    m_changed.notify_all();
}

void ChildProcess::forkAndWait(Prepared& prepared)
{
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid == 0)
        prepared.runChild(parent);
    if (pid < 0)
        return publish(tl::unexpected(startError(prepared.program, reason(errno), "Close other programs.")));
    ::close(std::exchange(prepared.report[1], -1)); // the child's end closes with the exec, which ends the reading
    Failure failure{};
    ssize_t got = -1;
    do
        got = ::read(prepared.report[0], &failure, sizeof failure);
    while (got < 0 && errno == EINTR);
    if (got == static_cast<ssize_t>(sizeof failure)) {
        ::waitpid(pid, nullptr, 0);
        const char* const step = failure.step == Step::User     ? "cannot change to the unprivileged user"
                                 : failure.step == Step::Folder ? "cannot enter its working folder"
                                                                : "cannot execute it";
        return publish(tl::unexpected(startError(prepared.program, fmt::format("{}: {}", step, reason(failure.number)),
                                                 "Check the permissions.")));
    }
    publish(pid); // `prepared` is gone from here on

    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
    }
    // Reaping frees the process id, so nobody may be about to signal it.
    const std::lock_guard lock(m_mutex);
    int status = 0;
    ::waitpid(pid, &status, 0);
    m_exit = WIFSIGNALED(status) ? ExitStatus{0, WTERMSIG(status)} : ExitStatus{WEXITSTATUS(status), 0};
    m_changed.notify_all();
}

ChildProcess::~ChildProcess()
{
    if (m_pid > 0)
        kill();
    if (m_thread.joinable())
        m_thread.join();
}

bool ChildProcess::running() const
{
    return !exitStatus();
}

std::optional<ExitStatus> ChildProcess::exitStatus() const
{
    const std::lock_guard lock(m_mutex);
    return m_exit;
}

std::optional<ExitStatus> ChildProcess::waitForExit(Duration timeout) const
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, timeout, [this] { return m_exit.has_value(); });
    return m_exit;
}

bool ChildProcess::signal(int number) const
{
    const std::lock_guard lock(m_mutex);
    return !m_exit && ::kill(m_pid, number) == 0;
}

ExitStatus ChildProcess::terminate(Duration grace, int number)
{
    if (m_paused)
        resumeTree();
    signal(number);
    if (!waitForExit(grace))
        kill();
    return *exitStatus();
}

void ChildProcess::kill()
{
    // Descendants of a stopped process cannot notice that it is gone.
    if (m_paused.exchange(false)) {
        for (const auto& entry : processTree(m_pid)) {
            if (entry.pid != m_pid)
                ::kill(entry.pid, SIGKILL);
        }
    }
    signal(SIGKILL);
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_exit.has_value(); });
}

bool ChildProcess::pauseTree(Duration timeout)
{
    m_paused = true;
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (running()) {
        bool still = true;
        // Every round looks anew, because a process may have forked before its signal came.
        for (const auto& entry : processTree(m_pid)) {
            if (entry.state == 'T' || entry.state == 'Z')
                continue;
            still = false;
            ::kill(entry.pid, SIGSTOP);
        }
        if (still)
            return true;
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        std::this_thread::sleep_for(Duration(2));
    }
    return false;
}

void ChildProcess::resumeTree()
{
    m_paused = false;
    if (!running())
        return;
    for (const auto& entry : processTree(m_pid))
        ::kill(entry.pid, SIGCONT);
}

} // namespace projectionist
