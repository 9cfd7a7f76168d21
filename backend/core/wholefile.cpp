// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/core/wholefile.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

bool writeAll(int descriptor, std::string_view text)
{
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno != EINTR)
            return false;
        text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
    return true;
}

/// The rename itself is safe on disk only when its folder is.
void syncFolder(const fs::path& folder)
{
    if (const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); descriptor >= 0) {
        ::fsync(descriptor);
        ::close(descriptor);
    }
}

mode_t modeFor(const fs::path& target, bool ownerOnly)
{
    struct stat existing
    {
    };
    const mode_t mode = ::stat(target.c_str(), &existing) == 0 ? existing.st_mode & 07777 : 0644;
    return ownerOnly ? mode & 0700 : mode;
}

} // namespace

fs::path throughLinks(const fs::path& file)
{
    std::error_code error;
    fs::path target = fs::weakly_canonical(file, error);
    return error ? fs::absolute(file) : target;
}

Error fileNotSaved(const fs::path& file, int code)
{
    const bool denied = code == EACCES || code == EPERM || code == EROFS;
    return {denied ? ErrorKind::Permission : ErrorKind::Resource, fmt::format("Cannot save {}", file.string()),
            std::generic_category().message(code), "Choose another place, or make room and try again", true};
}

Result<void> writeWholeFile(const fs::path& file, std::string_view text, bool ownerOnly,
                            const std::function<Result<void>(const fs::path& written)>& check)
{
    const fs::path target = throughLinks(file);
    std::string temporary = (target.parent_path() / ("." + target.filename().string() + ".XXXXXX")).string();
    const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);
    if (descriptor < 0)
        return tl::unexpected(fileNotSaved(target, errno));
    const bool written =
        writeAll(descriptor, text) && ::fchmod(descriptor, modeFor(target, ownerOnly)) == 0 && ::fsync(descriptor) == 0;
    int code = errno;
    ::close(descriptor);
    if (const auto checked = written && check ? check(temporary) : Result<void>(); !checked) {
        ::unlink(temporary.c_str());
        return checked;
    }
    if (written && ::rename(temporary.c_str(), target.c_str()) == 0) {
        syncFolder(target.parent_path());
        return {};
    }
    code = written ? errno : code;
    ::unlink(temporary.c_str());
    return tl::unexpected(fileNotSaved(target, code));
}

} // namespace projectionist
