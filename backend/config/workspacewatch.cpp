// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/workspacewatch.h"

#include <algorithm>
#include <fmt/format.h>
#include <sys/stat.h>

namespace projectionist {

WorkspaceWatch::WorkspaceWatch(Load load) : m_load(std::move(load))
{
    read();
}

void WorkspaceWatch::read()
{
    // Stamps from before the reading: what changes during it is seen as a change next time.
    const auto before = stamps(m_last.files);
    m_last = m_load();
    m_stamps = stamps(m_last.files);
    for (auto& stamp : m_stamps)
        for (const auto& old : before)
            if (old.file == stamp.file)
                stamp = old;
    if (m_last.workspace)
        m_workspace = m_last.workspace;
}

bool WorkspaceWatch::changed()
{
    if (stamps(m_last.files) == m_stamps)
        return false;
    read();
    return true;
}

std::string WorkspaceWatch::notice() const
{
    if (!broken())
        return {};
    const auto isError = [](const Diagnostic& diagnostic) { return diagnostic.level == DiagnosticLevel::Error; };
    const auto& diagnostics = m_last.diagnostics;
    const auto errors = std::count_if(diagnostics.begin(), diagnostics.end(), isError);
    if (errors == 0)
        return {};
    const auto& file = std::find_if(diagnostics.begin(), diagnostics.end(), isError)->origin.file;
    return fmt::format("{}: {} {}; {}", file.empty() ? "settings" : file.filename().string(), errors,
                       errors == 1 ? "error" : "errors",
                       m_workspace ? "still using the settings of before" : "there are no settings to use");
}

std::vector<WorkspaceWatch::Stamp> WorkspaceWatch::stamps(const std::vector<std::filesystem::path>& files)
{
    std::vector<Stamp> result;
    for (const auto& file : files) {
        Stamp stamp{file, -1, 0, 0};
        struct stat status
        {
        };
        if (::stat(file.c_str(), &status) == 0)
            stamp = {file, std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec,
                     static_cast<std::uintmax_t>(status.st_size), status.st_ino};
        result.push_back(std::move(stamp));
    }
    return result;
}

} // namespace projectionist
