// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/rebuild/drilldesk.h"

#include "backend/history/audittrail.h"

#include <algorithm>
#include <deque>
#include <thread>

namespace projectionist {

namespace {

/// Between boards, and how late a run of another program is seen at most.
constexpr Duration betweenDrillBoards{250};
constexpr Duration betweenDrillLooks{1000};

} // namespace

class DrillDesk::Private
{
public:
    Private(const Workspace& workspace, const std::string& context, DrillConnectors connectors, const Clock& clock,
            const std::filesystem::path& history, Permit permit, OnBoard board)
        : m_workspace(workspace)
        , m_context(context)
        , m_kept(workspace.context(context) ? historyContext(*workspace.context(context)) : context)
        , m_connectors(std::move(connectors))
        , m_clock(clock)
        , m_file(history)
        , m_permit(std::move(permit))
        , m_told(std::move(board))
    {
        for (const auto& projection : workspace.projectionsOf(context)) {
            const auto why = whyNoDrill(workspace, projection);
            for (const auto kind : allDrills)
                m_drills.push_back(
                    {projection.version.empty() ? projection.name : projection.name + ':' + projection.version, kind,
                     why});
        }
        m_runner = std::jthread([this](const std::stop_token& stop) { runOrders(stop); });
        m_keeper = std::jthread([this](const std::stop_token& stop) { keepBoard(stop); });
    }
    ~Private()
    {
        m_runner.request_stop();
        m_keeper.request_stop();
        const std::lock_guard lock(m_mutex);
        if (m_run)
            m_run->cancel();
    }
    Private(const Private&) = delete;
    Private& operator=(const Private&) = delete;

    void order(const std::string& projection, DrillKind kind)
    {
        const std::lock_guard lock(m_mutex);
        auto* const one = standing(projection, kind);
        if (!one || one->obstacle || one->waiting || one->running)
            return;
        one->waiting = true;
        one->complaint.clear();
        m_orders.push_back(one);
        changed();
    }
    void cancel(const std::string& projection, DrillKind kind)
    {
        const std::lock_guard lock(m_mutex);
        auto* const one = standing(projection, kind);
        if (!one)
            return;
        if (one->running && m_run)
            m_run->cancel();
        one->waiting = false;
        std::erase(m_orders, one);
        changed();
    }

private:
    /// With m_mutex held, as the next two.
    DrillStanding* standing(const std::string& projection, DrillKind kind)
    {
        const auto found = std::ranges::find_if(
            m_drills, [&](const DrillStanding& one) { return one.projection == projection && one.kind == kind; });
        return found == m_drills.end() ? nullptr : &*found;
    }
    void changed()
    {
        m_changed = true;
        m_wake.notify_all();
    }

    void runOrders(const std::stop_token& stop)
    {
        while (!stop.stop_requested()) {
            std::unique_lock lock(m_mutex);
            if (!m_wake.wait(lock, stop, [this] { return !m_orders.empty(); }))
                return;
            auto* const one = m_orders.front();
            m_orders.pop_front();
            one->waiting = false;
            one->running = DrillProgress{};
            changed();
            const DrillRequest request{one->kind, m_context, one->projection, actingUser()};
            lock.unlock();
            const auto done = drill(request, *one, stop);
            lock.lock();
            one->running.reset();
            one->complaint = done ? std::string() : toString(done.error());
            m_look = true;
            changed();
        }
    }

    /// An Error: it was not begun; what came of it is in the history.
    Result<void> drill(const DrillRequest& request, DrillStanding& one, const std::stop_token& stop)
    {
        if (auto permitted = m_permit(request.projection, request.kind); !permitted)
            return permitted;
        auto history = DrillHistory::open(m_file);
        if (!history)
            return tl::unexpected(history.error());
        const auto number = history->begin(m_kept, request.projection, request.kind, m_clock.now(), request.by);
        if (!number)
            return tl::unexpected(number.error());
        const Duration began = m_clock.monotonic();
        DrillRun run(m_workspace, request, m_connectors, m_clock);
        setRun(&run);
        if (stop.stop_requested())
            run.cancel();
        const auto result = run.run([this, &one](const DrillProgress& now) {
            const std::lock_guard lock(m_mutex);
            one.running = now;
            changed();
        });
        setRun(nullptr);
        return result ? history->finish(*number, *result)
                      : history->fail(*number, result.error(), m_clock.monotonic() - began);
    }
    void setRun(DrillRun* run)
    {
        const std::lock_guard lock(m_mutex);
        m_run = run;
    }

    void keepBoard(const std::stop_token& stop)
    {
        std::optional<DrillHistory> history;
        std::optional<std::uint64_t> seen;
        while (!stop.stop_requested()) {
            const auto complaint = look(history, seen);
            std::unique_lock lock(m_mutex);
            if (m_complaint != complaint)
                m_changed = true;
            m_complaint = complaint;
            m_look = false;
            if (std::exchange(m_changed, false))
                m_told(std::make_shared<const DrillBoard>(DrillBoard{m_drills, m_complaint}));
            m_pause.wait_for(lock, stop, betweenDrillBoards, [] { return false; });
            m_wake.wait_for(lock, stop, betweenDrillLooks - betweenDrillBoards, [this] { return m_changed || m_look; });
        }
    }

    /// Takes what is new in the history; what keeps it from being read.
    std::string look(std::optional<DrillHistory>& history, std::optional<std::uint64_t>& seen)
    {
        std::error_code ignored;
        if (!history && !std::filesystem::exists(m_file, ignored)) // looking does not make a file
            return {};
        if (!history) {
            auto opened = DrillHistory::open(m_file);
            if (!opened)
                return toString(opened.error());
            history = *std::move(opened);
        }
        const auto version = history->version();
        if (version && seen == *version)
            return {};
        auto runs = version ? history->runs(m_kept, 1) : tl::unexpected(version.error());
        if (!runs)
            return toString(runs.error());
        seen = *version;
        const std::lock_guard lock(m_mutex);
        for (auto& run : *runs)
            if (auto* const one = standing(run.result.projection, run.result.kind))
                one->last = std::move(run);
        m_changed = true;
        return {};
    }

    const Workspace& m_workspace;
    const std::string m_context;
    const std::string m_kept; ///< as the history knows the context
    const DrillConnectors m_connectors;
    const Clock& m_clock;
    const std::filesystem::path m_file;
    const Permit m_permit;
    const OnBoard m_told;
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::condition_variable_any m_pause;
    std::vector<DrillStanding> m_drills; ///< guarded by m_mutex, as all below; none comes or goes
    std::deque<DrillStanding*> m_orders; ///< of m_drills
    DrillRun* m_run = nullptr;           ///< while one runs
    std::string m_complaint;
    bool m_changed = true;
    bool m_look = false;   ///< at the history, soon
    std::jthread m_runner; ///< these go first
    std::jthread m_keeper;
};

DrillDesk::DrillDesk(const Workspace& workspace, const std::string& context, DrillConnectors connectors,
                     const Clock& clock, const std::filesystem::path& history, Permit permit, OnBoard board)
    : d(std::make_unique<Private>(workspace, context, std::move(connectors), clock, history, std::move(permit),
                                  std::move(board)))
{
}

DrillDesk::~DrillDesk() = default;

void DrillDesk::run(const std::string& projection, DrillKind kind)
{
    d->order(projection, kind);
}

void DrillDesk::cancel(const std::string& projection, DrillKind kind)
{
    d->cancel(projection, kind);
}

} // namespace projectionist
