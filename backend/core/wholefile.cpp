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

tl::expected<std::string, std::string> readWholeFile(const fs::path& file, std::uintmax_t mostBytes)
{
    std::error_code error;
    const auto status = fs::status(file, error);
    if (!fs::exists(status))
        return tl::unexpected<std::string>(status.type() == fs::file_type::not_found ? "no such file"
                                                                                     : error.message());
    if (fs::is_directory(status))
        return tl::unexpected<std::string>("it is a folder");
    // A pipe and what /proc shows have no size, and a log may grow while it is read: what comes is counted, too.
    const std::uintmax_t size = fs::is_regular_file(status) ? fs::file_size(file, error) : 0;
    const auto tooLarge = [&] {
        return tl::unexpected(mostBytes >> 20U > 0 ? fmt::format("it is larger than {} MiB", mostBytes >> 20U)
                                                   : fmt::format("it is larger than {} bytes", mostBytes));
    };
    if (!error && size > mostBytes)
        return tooLarge();
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return tl::unexpected(std::generic_category().message(errno));
    std::string text;
    std::size_t filled = 0;
    ssize_t count = 0;
    do {
        if (filled == text.size())
            text.resize(std::min(mostBytes, std::max<std::uintmax_t>({error ? 0 : size, 2 * filled, 4096})) + 1);
        count = ::read(descriptor, text.data() + filled, text.size() - filled);
        filled += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
    } while (filled <= mostBytes && (count > 0 || (count < 0 && errno == EINTR)));
    const int code = errno;
    ::close(descriptor);
    if (count < 0)
        return tl::unexpected(std::generic_category().message(code));
    if (filled > mostBytes)
        return tooLarge();
    text.resize(filled);
    return text;
}

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
