// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/latehistory.h"

namespace projectionist {

namespace {

/// Should a disk not answer for minutes, memory stays bounded; the oldest go.
constexpr std::size_t mostWaiting = 600;

} // namespace

LateHistory::LateHistory(std::filesystem::path file, const Clock& clock)
    : m_thread([this, file = std::move(file), &clock] { open(file, clock); })
{
}

void LateHistory::open(const std::filesystem::path& file, const Clock& clock)
{
    auto history = std::make_shared<History>(file, clock);
    const std::lock_guard lock(m_mutex);
    for (const auto& deed : m_waiting)
        deed(*history);
    m_waiting.clear();
    m_history = std::move(history);
    m_opened.notify_all();
}

void LateHistory::doWhenOpen(Deed deed)
{
    const std::lock_guard lock(m_mutex);
    if (m_history) {
        deed(*m_history);
        return;
    }
    m_waiting.push_back(std::move(deed));
    if (m_waiting.size() > mostWaiting)
        m_waiting.pop_front();
}

void LateHistory::append(std::shared_ptr<const Snapshot> snapshot)
{
    doWhenOpen([snapshot = std::move(snapshot)](History& history) { history.append(snapshot); });
}

void LateHistory::appendRetroactive(const std::string& context, const std::string& projection,
                                    std::vector<HistoryPoint> points)
{
    doWhenOpen([context, projection, points = std::move(points)](History& history) {
        history.appendRetroactive(context, projection, points);
    });
}

std::shared_ptr<History> LateHistory::ifOpen() const
{
    const std::lock_guard lock(m_mutex);
    return m_history;
}

std::shared_ptr<History> LateHistory::waitUntilOpen() const
{
    std::unique_lock lock(m_mutex);
    m_opened.wait(lock, [this] { return m_history != nullptr; });
    return m_history;
}

HistorySource historySource(const std::shared_ptr<const LateHistory>& history)
{
    HistorySource source;
    source.points = [history](const HistoryQuery& query) {
        return historySource(history->waitUntilOpen()).points(query);
    };
    source.partitions = [history](const HistoryQuery& query) {
        return historySource(history->waitUntilOpen()).partitions(query);
    };
    source.annotations = [history](const HistoryQuery& query) {
        return historySource(history->waitUntilOpen()).annotations(query);
    };
    return source;
}

} // namespace projectionist
