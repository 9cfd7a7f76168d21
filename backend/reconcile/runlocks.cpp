// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/runlocks.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace projectionist {

namespace {

/// Of the open file, not of the process: two histories in one program tell each other, too (fcntl(2), "Open file
/// description locks").
struct flock byteOf(std::uint64_t number, short type)
{
    struct flock lock
    {
    };
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    lock.l_start = static_cast<off_t>(number);
    lock.l_len = 1;
    return lock;
}

bool isFile(int descriptor, const std::filesystem::path& path)
{
    struct stat open
    {
    };
    struct stat named
    {
    };
    return ::fstat(descriptor, &open) == 0 && ::stat(path.c_str(), &named) == 0 && open.st_ino == named.st_ino &&
           open.st_dev == named.st_dev;
}

} // namespace

RunLocks::~RunLocks()
{
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

Error RunLocks::failure() const
{
    return {ErrorKind::Resource, "It cannot be told which checks are being run, by " + m_file.string(),
            std::generic_category().message(errno), "Check the folder's space and permissions, then try again.", true};
}

/// Somebody may remove the file under a program that runs for days: nobody would see locks on what is left of it.
Result<void> RunLocks::ensureOpen()
{
    if (m_descriptor >= 0 && isFile(m_descriptor, m_file))
        return {};
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    m_own.clear();
    m_descriptor = ::open(m_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (m_descriptor < 0)
        return tl::unexpected(failure());
    return {};
}

Result<void> RunLocks::take(std::uint64_t number)
{
    if (auto open = ensureOpen(); !open)
        return open;
    auto lock = byteOf(number, F_WRLCK);
    if (::fcntl(m_descriptor, F_OFD_SETLK, &lock) != 0)
        return tl::unexpected(failure());
    m_own.insert(number);
    return {};
}

void RunLocks::release(std::uint64_t number)
{
    if (m_own.erase(number) == 0)
        return;
    auto lock = byteOf(number, F_UNLCK);
    ::fcntl(m_descriptor, F_OFD_SETLK, &lock);
}

Result<bool> RunLocks::isTaken(std::uint64_t number)
{
    if (auto open = ensureOpen(); !open)
        return tl::unexpected(open.error());
    if (m_own.contains(number))
        return true;
    auto lock = byteOf(number, F_WRLCK);
    if (::fcntl(m_descriptor, F_OFD_GETLK, &lock) != 0)
        return tl::unexpected(failure());
    return lock.l_type != F_UNLCK;
}

} // namespace projectionist
