// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/watcher.h"

#include "backend/lag/cycle.h"

namespace projectionist {

class Watcher::Private
{
public:
    Private(const Workspace& workspace, const std::string& context, Connectors connectors, const Clock& clock,
            WatcherSinks sinks)
        : m_cycle(workspace, context, std::move(connectors), clock, std::move(sinks), m_inbox)
        , m_thread([this](const std::stop_token& stop) { run(stop); })
    {
    }

    void run(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            const Duration idle = m_cycle.step();
            for (const Inbox::Task& task : m_inbox.take(idle, stop)) {
                if (!stop.stop_requested())
                    task();
            }
        }
    }

    Inbox m_inbox;
    Cycle m_cycle; ///< touched by the thread only, after construction
    std::jthread m_thread;
};

Watcher::Watcher(const Workspace& workspace, const std::string& context, Connectors connectors, const Clock& clock,
                 WatcherSinks sinks)
    : d(std::make_unique<Private>(workspace, context, std::move(connectors), clock, std::move(sinks)))
{
}

Watcher::~Watcher() = default;

void Watcher::reconfigure(const Workspace& workspace)
{
    d->m_inbox.push([this, workspace] { d->m_cycle.reconfigure(workspace); });
}

void Watcher::inspect(std::uint64_t token, const TopicPartition& id, Offset offset)
{
    d->m_inbox.push([this, token, id, offset] { d->m_cycle.inspect(token, id, offset); });
}

} // namespace projectionist
