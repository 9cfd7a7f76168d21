// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replayjournal.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace projectionist {

namespace {

std::filesystem::path lockFileOf(std::filesystem::path journal)
{
    return journal.replace_extension(".lock");
}

std::string whoHolds(int descriptor)
{
    std::array<char, 512> text{};
    const auto size = ::pread(descriptor, text.data(), text.size(), 0);
    return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : "somebody";
}

/// Of the open file, not of the process: two runs of one program tell each other, too (fcntl(2), "Open file
/// description locks").
struct flock wholeFile()
{
    struct flock lock
    {
    };
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

} // namespace

ReplayLock::~ReplayLock()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

/// The file stays: removing it would let two processes hold locks on different files of one name.
Result<ReplayLock> ReplayLock::take(const std::filesystem::path& journal, const std::string& runner)
{
    const auto file = lockFileOf(journal);
    const auto failed = [&](ErrorKind kind, std::string why, std::string next) {
        return tl::unexpected(Error{kind, "The plan cannot be run", std::move(why), std::move(next), false});
    };
    ReplayLock lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (lock.m_descriptor < 0)
        return failed(ErrorKind::Resource, file.string() + ": " + std::generic_category().message(errno),
                      "Check the folder's space and permissions.");
    auto wanted = wholeFile();
    if (::fcntl(lock.m_descriptor, F_OFD_SETLK, &wanted) != 0)
        return failed(ErrorKind::Conflict, "it is being run already, by " + whoHolds(lock.m_descriptor),
                      "Watch that run, or end it first.");
    if (::ftruncate(lock.m_descriptor, 0) != 0 ||
        ::pwrite(lock.m_descriptor, runner.data(), runner.size(), 0) != static_cast<ssize_t>(runner.size()))
        return failed(ErrorKind::Resource, file.string() + ": " + std::generic_category().message(errno),
                      "Check the folder's space and permissions.");
    return lock;
}

bool ReplayLock::isTaken(const std::filesystem::path& journal)
{
    const ReplayLock lock(::open(lockFileOf(journal).c_str(), O_RDWR | O_CLOEXEC));
    auto wanted = wholeFile();
    return lock.m_descriptor >= 0 && ::fcntl(lock.m_descriptor, F_OFD_GETLK, &wanted) == 0 && wanted.l_type != F_UNLCK;
}

} // namespace projectionist
