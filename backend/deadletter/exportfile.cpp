// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/exportfile.h"

#include "backend/core/wholefile.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <utility>

namespace projectionist {

Result<ExportFile> ExportFile::open(const std::string& file)
{
    ExportFile target;
    std::error_code error;
    target.m_target = throughLinks(file);
    if (std::filesystem::exists(target.m_target, error) && !std::filesystem::is_regular_file(target.m_target, error))
        return tl::unexpected(Error{ErrorKind::Configuration, fmt::format("{} cannot be written", file),
                                    "it is no file", "Choose another name.", false});
    target.m_temporary =
        (target.m_target.parent_path() / ("." + target.m_target.filename().string() + ".XXXXXX")).string();
    target.m_descriptor = ::mkostemp(target.m_temporary.data(), O_CLOEXEC);
    if (target.m_descriptor < 0)
        return tl::unexpected(fileNotSaved(target.m_target, errno));
    return target;
}

ExportFile::ExportFile(ExportFile&& other) noexcept
    : m_target(std::move(other.m_target))
    , m_temporary(std::move(other.m_temporary))
    , m_descriptor(std::exchange(other.m_descriptor, -1))
{
}

ExportFile::~ExportFile()
{
    if (m_descriptor < 0)
        return;
    ::close(m_descriptor);
    ::unlink(m_temporary.c_str());
}

Result<void> ExportFile::write(std::string_view text)
{
    while (!text.empty()) {
        const auto written = ::write(m_descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return tl::unexpected(fileNotSaved(m_target, errno));
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> ExportFile::finish()
{
    if (::fsync(m_descriptor) != 0 || ::rename(m_temporary.c_str(), m_target.c_str()) != 0)
        return tl::unexpected(fileNotSaved(m_target, errno));
    ::close(std::exchange(m_descriptor, -1));
    return {};
}

} // namespace projectionist
