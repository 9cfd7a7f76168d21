// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replayrun.h"

#include "backend/deadletter/replay/replayengine.h"

#include <algorithm>
#include <future>

namespace projectionist {

namespace fs = std::filesystem;

fs::path replayFolder(const fs::path& stateFolder)
{
    return stateFolder / "replays";
}

fs::path replayJournalFile(const fs::path& stateFolder, const std::string& planId)
{
    return replayFolder(stateFolder) / (planId + ".db");
}

class ReplayRun::Private
{
public:
    Private(const Workspace& workspace, ReplayPlan plan, ReplayRunOptions options, ReplayConnectors connectors,
            const Clock& clock, ReplayRunSinks sinks)
        : m_workspace(workspace)
        , m_plan(std::move(plan))
        , m_options(std::move(options))
        , m_connectors(std::move(connectors))
        , m_sinks(std::move(sinks))
        , m_engine(m_workspace, m_plan, m_options, m_connectors, clock, m_sinks, control)
        , m_thread([this] {
            m_engine.run();
            m_ended.set_value();
        })
    {
    }
    ~Private()
    {
        control.stop.request_stop();
        // A question may have begun between the last interruption and the stop: repeat until the thread has seen it.
        const auto ended = m_ended.get_future();
        while (ended.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready)
            m_engine.interrupt();
        m_thread.join();
    }
    Private(const Private&) = delete;
    Private& operator=(const Private&) = delete;

    ReplayControl control;

private:
    const Workspace m_workspace;
    const ReplayPlan m_plan;
    const ReplayRunOptions m_options;
    const ReplayConnectors m_connectors;
    const ReplayRunSinks m_sinks;
    ReplayEngine m_engine;
    std::promise<void> m_ended;
    std::thread m_thread;
};

ReplayRun::ReplayRun(const Workspace& workspace, ReplayPlan plan, ReplayRunOptions options, ReplayConnectors connectors,
                     const Clock& clock, ReplayRunSinks sinks)
    : d(std::make_unique<Private>(workspace, std::move(plan), std::move(options), std::move(connectors), clock,
                                  std::move(sinks)))
{
}

ReplayRun::~ReplayRun() = default;

void ReplayRun::pause()
{
    d->control.paused = true;
}

void ReplayRun::proceed()
{
    d->control.paused = false;
}

void ReplayRun::cancel()
{
    d->control.cancelled = true;
}

Result<ReplayStatus> replayStatus(const fs::path& journal)
{
    const bool running = ReplayLock::isTaken(journal);
    auto opened = ReplayJournal::open(journal, false);
    if (!opened)
        return tl::unexpected(opened.error());
    auto plan = opened->plan();
    const auto record = opened->record();
    auto letters = opened->letters();
    if (!plan || !record || !letters)
        return tl::unexpected(!plan ? plan.error() : !record ? record.error() : letters.error());
    ReplayStatus status;
    status.plan = std::move(*plan);
    status.running = running;
    status.runner = record->runner;
    auto& progress = status.progress;
    progress.plan = status.plan.id;
    progress.at = record->touched;
    progress.began = record->began;
    progress.state = record->state;
    progress.stop = record->stop;
    progress.why = record->why;
    progress.facts = record->facts;
    progress.unprovable = record->unprovable;
    progress.step = record->step;
    progress.letters = std::move(*letters);
    for (std::size_t i = progress.letters.size(); i-- > 0 && record->step > 0;)
        if (progress.letters[i].step == record->step) {
            ++progress.stepLetters;
            progress.stepBegin = i;
        }
    progress.counts = countsOf(progress.letters);
    return status;
}

std::vector<ReplayStatus> replayStatuses(const fs::path& folder, std::vector<Error>& errors)
{
    std::vector<ReplayStatus> statuses;
    std::error_code failure;
    for (fs::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) {
        if (at->path().extension() != ".db")
            continue;
        if (auto status = replayStatus(at->path()))
            statuses.push_back(std::move(*status));
        else
            errors.push_back(status.error());
    }
    std::ranges::sort(statuses, [](const auto& a, const auto& b) { return a.plan.made > b.plan.made; });
    return statuses;
}

} // namespace projectionist
