// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/runtimefolder.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view prefix = "sandbox-";

Error folderError(const fs::path& folder, const std::string& why)
{
    return {ErrorKind::Resource, "Cannot use the folder " + folder.string(), why,
            "Set XDG_RUNTIME_DIR to a folder of your own.", false};
}

bool lives(const fs::path& link)
{
    const std::string name = link.filename();
    pid_t pid = 0;
    std::from_chars(name.data() + prefix.size(), name.data() + name.size(), pid);
    return pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM) && fs::exists(link);
}

} // namespace

Result<fs::path> runtimeFolder()
{
    const char* given = std::getenv("XDG_RUNTIME_DIR");
    const fs::path folder = given && given[0] == '/' ? fs::path(given) / "projectionist"
                                                     : fs::path("/tmp/projectionist-" + std::to_string(::getuid()));
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return tl::unexpected(folderError(folder, std::generic_category().message(errno)));
    struct stat info
    {
    };
    if (::lstat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != ::getuid() ||
        (info.st_mode & 022) != 0)
        return tl::unexpected(folderError(folder, "it is not a folder that only we can write to"));
    return folder;
}

Result<Announcement> Announcement::make(const fs::path& controlSocket)
{
    const auto folder = runtimeFolder();
    if (!folder)
        return tl::unexpected(folder.error());
    const fs::path link = *folder / (std::string(prefix) + std::to_string(::getpid()));
    std::error_code problem;
    fs::remove(link, problem);
    fs::create_symlink(controlSocket, link, problem);
    if (problem)
        return tl::unexpected(folderError(*folder, problem.message()));
    return Announcement(link);
}

Announcement::~Announcement()
{
    std::error_code ignored;
    if (!m_link.empty())
        fs::remove(m_link, ignored);
}

Result<std::vector<fs::path>> runningSandboxes()
{
    const auto folder = runtimeFolder();
    if (!folder)
        return tl::unexpected(folder.error());
    std::vector<fs::path> sockets;
    std::error_code problem;
    for (const auto& entry : fs::directory_iterator(*folder, problem)) {
        if (!entry.path().filename().string().starts_with(prefix))
            continue;
        std::error_code ignored;
        if (lives(entry.path()))
            sockets.push_back(fs::read_symlink(entry.path(), ignored));
        else
            fs::remove(entry.path(), ignored);
    }
    std::sort(sockets.begin(), sockets.end());
    return sockets;
}

} // namespace projectionist
