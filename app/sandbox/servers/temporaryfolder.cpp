// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/servers/temporaryfolder.h"

#include "app/sandbox/servers/processtree.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

fs::path temporaryRoot()
{
    const char* folder = std::getenv("TMPDIR");
    return folder && *folder == '/' ? folder : "/tmp";
}

Error folderError(const fs::path& path, int number)
{
    return {ErrorKind::Resource, "Cannot make a temporary folder " + path.string(),
            std::generic_category().message(number), "Free some space there, or point TMPDIR elsewhere.", false};
}

/// Processes that were paused when their parent was killed cannot act on their death signal. They are known by the
/// folder in their command line.
void killStopped(const fs::path& folder)
{
    std::error_code ignored;
    for (fs::directory_iterator it("/proc", ignored), end; it != end; it.increment(ignored)) {
        std::ifstream file(it->path() / "cmdline");
        const std::string arguments((std::istreambuf_iterator<char>(file)), {});
        if (arguments.find(folder.string() + '/') == std::string::npos)
            continue;
        const auto tree = processTree(std::atoi(it->path().filename().c_str()));
        if (tree.empty() || tree.front().state != 'T')
            continue;
        for (const auto& entry : tree)
            ::kill(entry.pid, SIGKILL);
    }
}

/// Removes the folder if nobody holds it. One without a lock file is either just being made or half removed: its age
/// decides.
bool reap(const fs::path& folder)
{
    struct stat info
    {
    };
    if (::lstat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode))
        return false;
    const int lock = ::open((folder / "lock").c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    const bool isFree =
        lock < 0 ? errno == ENOENT && ::time(nullptr) - info.st_mtime > 60 : ::flock(lock, LOCK_EX | LOCK_NB) == 0;
    std::error_code failure; // what cannot be removed now is tried again at the next start
    if (isFree) {
        killStopped(folder);
        fs::remove_all(folder, failure);
    }
    if (lock >= 0)
        ::close(lock); // only now: the folder's maker may be waiting for the lock
    return isFree && !failure;
}

} // namespace

Result<TemporaryFolder> TemporaryFolder::create(const std::string& prefix)
{
    for (;;) {
        std::string name = temporaryRoot() / (prefix + "XXXXXX");
        if (!::mkdtemp(name.data()))
            return tl::unexpected(folderError(name, errno));
        TemporaryFolder folder(name, ::open((fs::path(name) / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
        if (folder.m_lock < 0 || ::flock(folder.m_lock, LOCK_EX) != 0)
            return tl::unexpected(folderError(name, errno));
        // Somebody who reaps may have been faster than our lock.
        struct stat info
        {
        };
        if (::fstat(folder.m_lock, &info) == 0 && info.st_nlink > 0)
            return folder;
    }
}

std::size_t TemporaryFolder::reapAbandoned(const std::string& prefix)
{
    std::size_t reaped = 0;
    std::error_code ignored;
    for (fs::directory_iterator it(temporaryRoot(), ignored), end; it != end; it.increment(ignored)) {
        const std::string name = it->path().filename();
        if (name.size() == prefix.size() + 6 && name.starts_with(prefix) && reap(it->path()))
            ++reaped;
    }
    return reaped;
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept
    : m_path(std::exchange(other.m_path, {})), m_lock(std::exchange(other.m_lock, -1))
{
}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept
{
    std::swap(m_path, other.m_path);
    std::swap(m_lock, other.m_lock);
    return *this;
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    if (!m_path.empty())
        fs::remove_all(m_path, ignored);
    if (m_lock >= 0)
        ::close(m_lock);
}

Result<void> giveTo(const fs::path& folder, const std::string& user)
{
    if (user.empty())
        return {};
    std::string buffer(4096, '\0');
    passwd entry{};
    passwd* found = nullptr;
    ::getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
    bool given = found && ::lchown(folder.c_str(), entry.pw_uid, entry.pw_gid) == 0;
    std::error_code failure;
    for (fs::recursive_directory_iterator it(folder, failure), end; given && it != end; it.increment(failure))
        given = ::lchown(it->path().c_str(), entry.pw_uid, entry.pw_gid) == 0;
    if (given && !failure)
        return {};
    return tl::unexpected(Error{ErrorKind::Permission,
                                "Cannot give " + folder.string() + " to the user " + user,
                                found ? std::generic_category().message(errno) : "there is no such user",
                                {},
                                false});
}

std::string unprivilegedUser()
{
    if (::geteuid() != 0)
        return {};
    std::string buffer(4096, '\0');
    passwd entry{};
    passwd* found = nullptr;
    ::getpwnam_r("postgres", &entry, buffer.data(), buffer.size(), &found);
    return found ? "postgres" : "nobody";
}

fs::path cacheFolder()
{
    // XDG Base Directory Specification: relative values must be ignored.
    if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache && *cache == '/')
        return fs::path(cache) / "projectionist";
    if (const char* home = std::getenv("HOME"); home && *home == '/')
        return fs::path(home) / ".cache" / "projectionist";
    return {};
}

std::string lastLines(const fs::path& file, std::size_t lines)
{
    std::ifstream stream(file);
    std::deque<std::string> tail;
    for (std::string line; std::getline(stream, line);) {
        if (tail.size() == lines)
            tail.pop_front();
        tail.push_back(line);
    }
    std::string text;
    for (const auto& line : tail)
        text += (text.empty() ? "" : "\n") + line;
    return text;
}

} // namespace projectionist
