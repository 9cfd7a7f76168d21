// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/workspaceloader.h"

#include "backend/config/workspacewatch.h"

namespace projectionist {

namespace {

constexpr std::chrono::seconds lookInterval{1};

WorkspaceReading readingOf(const WorkspaceWatch& watch)
{
    return {watch.workspace(), watch.diagnostics(), watch.broken(), watch.notice()};
}

} // namespace

WorkspaceLoader::WorkspaceLoader(std::optional<std::filesystem::path> file)
    : m_file(std::move(file)), m_thread([this](const std::stop_token& stop) { run(stop); })
{
}

void WorkspaceLoader::run(const std::stop_token& stop)
{
    WorkspaceWatch watch([this] { return loadWorkspaceByPrecedence(m_file); });
    m_readings.push(readingOf(watch));
    while (!stop.stop_requested()) {
        std::unique_lock lock(m_mutex);
        m_wake.wait_for(lock, stop, lookInterval, [] { return false; });
        lock.unlock();
        if (!stop.stop_requested() && watch.changed())
            m_readings.push(readingOf(watch));
    }
}

} // namespace projectionist
