// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/checkdesk.h"

#include "backend/history/audittrail.h"
#include "backend/reconcile/sampledflight.h"

#include <algorithm>
#include <deque>
#include <thread>

namespace projectionist {

namespace {

/// Between boards, and how late a run of another program is seen at most.
constexpr Duration betweenBoards{250};
constexpr Duration betweenLooks{1000};

} // namespace

const CheckRunRecord* CheckStanding::lastFinished() const
{
    const auto last = std::find_if(runs.rbegin(), runs.rend(),
                                   [](const CheckRunRecord& run) { return run.state == CheckRunState::Finished; });
    return last == runs.rend() ? nullptr : &*last;
}

class CheckDesk::Private
{
public:
    Private(const Workspace& workspace, const std::string& context, OpenSnapshotReader open, const Clock& clock,
            const std::filesystem::path& history, CheckDeskSinks sinks, ExplainDifferences explain)
        : m_workspace(workspace)
        , m_context(context)
        , m_kept(workspace.context(context) ? historyContext(*workspace.context(context)) : context)
        , m_open(std::move(open))
        , m_clock(clock)
        , m_file(history)
        , m_sinks(std::move(sinks))
        , m_explain(std::move(explain))
    {
        for (const auto& check : workspace.checks)
            if (check.context == context)
                m_checks.push_back(check);
        m_standings.resize(m_checks.size());
        m_due.resize(m_checks.size());
        m_runner = std::jthread([this](const std::stop_token& stop) { runOrders(stop); });
        m_keeper = std::jthread([this](const std::stop_token& stop) { keepBoard(stop); });
    }
    ~Private()
    {
        m_runner.request_stop();
        m_keeper.request_stop();
        const std::lock_guard lock(m_mutex);
        stopRunning();
    }
    Private(const Private&) = delete;
    Private& operator=(const Private&) = delete;

    void order(const std::string& name);
    void orderRecheck(const ReprojectedRows& rows);
    void cancel(const std::string& name);
    void setPaused(const std::string& name, bool paused);
    void show(const std::string& name);
    void observe(const std::shared_ptr<const Snapshot>& snapshot);

private:
    /// What the desk's two threads share about one check.
    struct Standing
    {
        bool waiting = false;
        std::optional<CheckProgress> running{};
        bool paused = false;
        std::string complaint{};
    };

    /// The rows of the last run of this desk: they need not be read back.
    struct OwnResult
    {
        std::uint64_t number = 0;
        std::shared_ptr<const CheckResult> result;
    };

    // The runner's thread.
    void runOrders(const std::stop_token& stop);
    void carryOut(std::size_t place, Result<CheckHistory>& history, const std::stop_token& stop);
    void checkAgain(std::size_t place, const ReprojectedRows& rows, Result<CheckHistory>& history,
                    const std::stop_token& stop);
    Result<CheckResult> run(std::size_t place, const std::stop_token& stop,
                            const std::function<Result<CheckResult>(CheckRun&)>& work);
    void keep(std::size_t place, std::uint64_t number, Result<CheckHistory>& history, CheckResult result,
              const std::stop_token& stop);
    void publish(std::uint64_t number, CheckResult result);
    void complain(std::size_t place, const std::string& text);
    void end(std::size_t place);
    // The keeper's thread.
    void keepBoard(const std::stop_token& stop);
    void readRuns(Result<CheckHistory>& history, CheckBoard& board);
    void tellShown(Result<CheckHistory>& history, const CheckBoard& board);
    /// False if they are as they were.
    bool takeStandings(CheckBoard& board);
    /// Orders what its schedule says, and tells when that is; false if that is as it was.
    bool orderDue(CheckBoard& board);
    // Any thread.
    std::optional<std::size_t> placeOf(const std::string& name) const;
    // With m_mutex locked.
    void changed();
    void stopRunning();

    const Workspace m_workspace;
    const std::string m_context;
    const std::string m_kept; ///< as the history knows it
    const OpenSnapshotReader m_open;
    const Clock& m_clock;
    const std::filesystem::path m_file;
    const CheckDeskSinks m_sinks;
    const ExplainDifferences m_explain;
    const TimePoint m_began = m_clock.now();
    std::vector<CheckSettings> m_checks;
    std::vector<std::optional<TimePoint>> m_due; ///< by place: when its schedule last ordered it; the keeper's

    std::mutex m_mutex; ///< guards what follows
    std::condition_variable_any m_ordered;
    std::condition_variable_any m_changed;
    std::vector<Standing> m_standings; ///< by place in m_checks
    std::deque<std::size_t> m_orders;
    std::map<std::size_t, std::deque<ReprojectedRows>> m_repairs; ///< by place; each has an order
    std::optional<std::size_t> m_running;
    std::stop_source m_stop; ///< of what runs: comparing, or looking for causes
    CheckRun* m_run = nullptr;
    SampledFlight* m_flight = nullptr;
    std::shared_ptr<const Snapshot> m_snapshot;
    std::vector<CheckRunRecord> m_unkept; ///< runs of this desk, where there is no history
    OwnResult m_own;
    std::string m_shown;
    std::uint64_t m_toldNumber = 0; ///< of the run whose rows were given away; 0: of none
    bool m_tellAgain = false;
    bool m_dirty = true;

    std::jthread m_runner;
    std::jthread m_keeper;
};

std::optional<std::size_t> CheckDesk::Private::placeOf(const std::string& name) const
{
    const auto at = std::find_if(m_checks.begin(), m_checks.end(), [&](const auto& one) { return one.name == name; });
    if (at == m_checks.end())
        return std::nullopt;
    return static_cast<std::size_t>(at - m_checks.begin());
}

void CheckDesk::Private::changed()
{
    m_dirty = true;
    m_changed.notify_all();
}

void CheckDesk::Private::stopRunning()
{
    m_stop.request_stop();
    if (m_run)
        m_run->cancel();
}

void CheckDesk::Private::order(const std::string& name)
{
    const std::lock_guard lock(m_mutex);
    const auto place = placeOf(name);
    if (!place || m_standings[*place].waiting || m_running == place)
        return;
    m_standings[*place].waiting = true;
    m_standings[*place].complaint.clear();
    m_orders.push_back(*place);
    m_ordered.notify_all();
    changed();
}

void CheckDesk::Private::orderRecheck(const ReprojectedRows& rows)
{
    const std::lock_guard lock(m_mutex);
    const auto place = placeOf(rows.check);
    if (!place || rows.context != m_context)
        return;
    m_repairs[*place].push_back(rows);
    m_orders.push_back(*place);
    m_standings[*place].waiting = true;
    m_ordered.notify_all();
    changed();
}

void CheckDesk::Private::cancel(const std::string& name)
{
    const std::lock_guard lock(m_mutex);
    const auto place = placeOf(name);
    if (!place)
        return;
    std::erase(m_orders, *place);
    m_repairs.erase(*place);
    m_standings[*place].waiting = false;
    if (m_running == place)
        stopRunning();
    changed();
}

void CheckDesk::Private::setPaused(const std::string& name, bool paused)
{
    const std::lock_guard lock(m_mutex);
    const auto place = placeOf(name);
    if (!place || m_running != place || m_standings[*place].paused == paused)
        return;
    m_standings[*place].paused = paused;
    if (m_run)
        paused ? m_run->pause() : m_run->resume();
    changed();
}

void CheckDesk::Private::show(const std::string& name)
{
    const std::lock_guard lock(m_mutex);
    m_shown = name;
    m_tellAgain = true;
    changed();
}

void CheckDesk::Private::observe(const std::shared_ptr<const Snapshot>& snapshot)
{
    const std::lock_guard lock(m_mutex);
    m_snapshot = snapshot;
    if (m_flight)
        m_flight->observe(snapshot);
}

void CheckDesk::Private::runOrders(const std::stop_token& stop)
{
    auto history = CheckHistory::open(m_file);
    while (!stop.stop_requested()) {
        std::size_t place = 0;
        std::optional<ReprojectedRows> repair;
        std::stop_source running;
        {
            std::unique_lock lock(m_mutex);
            if (!m_ordered.wait(lock, stop, [this] { return !m_orders.empty(); }))
                return;
            place = m_orders.front();
            m_orders.pop_front();
            m_running = place;
            m_stop = running;
            if (stop.stop_requested()) // by whoever found nothing running
                return;
            if (auto& repairs = m_repairs[place]; !repairs.empty()) {
                repair = std::move(repairs.front());
                repairs.pop_front();
            }
            m_standings[place].waiting = std::find(m_orders.begin(), m_orders.end(), place) != m_orders.end();
            m_standings[place].running.emplace();
            changed();
        }
        repair ? checkAgain(place, *repair, history, running.get_token())
               : carryOut(place, history, running.get_token());
        end(place);
    }
}

void CheckDesk::Private::end(std::size_t place)
{
    const std::lock_guard lock(m_mutex);
    m_running.reset();
    m_standings[place].running.reset();
    m_standings[place].paused = false;
    changed();
}

void CheckDesk::Private::complain(std::size_t place, const std::string& text)
{
    const std::lock_guard lock(m_mutex);
    m_standings[place].complaint = text;
    changed();
}

Result<CheckResult> CheckDesk::Private::run(std::size_t place, const std::stop_token& stop,
                                            const std::function<Result<CheckResult>(CheckRun&)>& work)
{
    const auto& check = m_checks[place];
    std::optional<SampledFlight> flight;
    if (const auto projection = projectionOf(check, m_workspace))
        flight.emplace(m_workspace, m_context, *projection, m_clock);
    CheckRun run(check, m_workspace, m_open, m_clock, flight ? &*flight : nullptr);
    {
        const std::lock_guard lock(m_mutex);
        m_run = &run;
        if (m_standings[place].paused) // before m_run was there
            run.pause();
        m_flight = flight ? &*flight : nullptr;
        if (m_flight && m_snapshot)
            m_flight->observe(m_snapshot);
    }
    auto result = [&]() -> Result<CheckResult> {
        try {
            if (stop.stop_requested()) // before m_run was there
                run.cancel();
            return work(run);
        } catch (const std::exception& failure) {
            return tl::unexpected(
                Error{ErrorKind::Internal, "A check failed unexpectedly", failure.what(), "Please report this", true});
        }
    }();
    const std::lock_guard lock(m_mutex);
    m_run = nullptr;
    m_flight = nullptr;
    return result;
}

void CheckDesk::Private::carryOut(std::size_t place, Result<CheckHistory>& history, const std::stop_token& stop)
{
    const auto& check = m_checks[place];
    const TimePoint began = m_clock.now();
    const Duration start = m_clock.monotonic();
    Result<std::uint64_t> number = std::uint64_t{0};
    if (history)
        number = history->begin(m_kept, check.name, began, actingUser());
    if (!number) {
        complain(place, toString(number.error()));
        return;
    }
    auto result = run(place, stop, [&](CheckRun& run) {
        return run.run([&](const CheckProgress& progress) {
            const std::lock_guard lock(m_mutex);
            m_standings[place].running = progress;
            changed();
        });
    });
    if (result) {
        keep(place, *number, history, *std::move(result), stop);
        return;
    }
    if (result.error().kind != ErrorKind::Cancelled)
        complain(place, toString(result.error()));
    if (!history)
        return;
    if (const auto kept = history->fail(*number, result.error(), m_clock.monotonic() - start); !kept)
        complain(place, toString(kept.error()));
}

void CheckDesk::Private::checkAgain(std::size_t place, const ReprojectedRows& rows, Result<CheckHistory>& history,
                                    const std::stop_token& stop)
{
    if (!history)
        return;
    const auto marked = run(place, stop, [&](CheckRun& run) {
        return checkRepair(run, rows, *history, actingUser(), m_clock).map([](RepairOutcome outcome) {
            return std::move(outcome.marked);
        });
    });
    if (marked)
        publish(rows.run, *marked);
    else if (marked.error().kind != ErrorKind::Cancelled)
        complain(place, toString(marked.error()));
}

void CheckDesk::Private::keep(std::size_t place, std::uint64_t number, Result<CheckHistory>& history,
                              CheckResult result, const std::stop_token& stop)
{
    if (history) {
        if (const auto kept = history->finish(number, result); !kept)
            complain(place, toString(kept.error()));
    } else {
        const std::lock_guard lock(m_mutex);
        auto record = recordOf(result);
        number = record.number = m_unkept.size() + 1;
        record.context = m_context;
        record.by = actingUser();
        m_unkept.push_back(record);
    }
    if (!m_explain || !result.hasDrift() || stop.stop_requested())
        return publish(number, std::move(result));
    publish(number, result);
    m_explain(m_checks[place], result, stop);
    if (history)
        if (const auto kept = history->replace(number, result); !kept)
            complain(place, toString(kept.error()));
    publish(number, std::move(result));
}

void CheckDesk::Private::publish(std::uint64_t number, CheckResult result)
{
    auto shared = std::make_shared<const CheckResult>(std::move(result));
    const std::lock_guard lock(m_mutex);
    m_tellAgain = m_tellAgain || m_shown == shared->check;
    m_own = {number, std::move(shared)};
    changed();
}

void CheckDesk::Private::readRuns(Result<CheckHistory>& history, CheckBoard& board)
{
    Result<std::vector<CheckRunRecord>> all = std::vector<CheckRunRecord>{};
    if (history)
        all = history->runs(m_kept, {}, runsShown);
    if (!history || !all)
        board.complaint = toString(history ? all.error() : history.error());
    else
        board.complaint.clear();
    if (!history) {
        const std::lock_guard lock(m_mutex);
        all = m_unkept;
    }
    if (!all)
        return;
    for (auto& standing : board.checks)
        standing.runs.clear();
    for (auto& run : *all)
        if (const auto place = placeOf(run.check))
            board.checks[*place].runs.push_back(std::move(run));
}

bool CheckDesk::Private::takeStandings(CheckBoard& board)
{
    const std::lock_guard lock(m_mutex);
    for (std::size_t i = 0; i < m_standings.size(); ++i) {
        board.checks[i].waiting = m_standings[i].waiting;
        board.checks[i].running = m_standings[i].running;
        board.checks[i].paused = m_standings[i].paused;
        board.checks[i].complaint = m_standings[i].complaint;
    }
    return std::exchange(m_dirty, false);
}

bool CheckDesk::Private::orderDue(CheckBoard& board)
{
    const TimePoint now = m_clock.now();
    bool changed = false;
    for (std::size_t i = 0; i < m_checks.size(); ++i) {
        const auto& schedule = m_checks[i].schedule;
        if (!schedule)
            continue;
        auto& standing = board.checks[i];
        // What was never run is not run because somebody opened a window.
        TimePoint after = standing.runs.empty() ? m_began : standing.runs.back().began;
        if (m_due[i]) // it may have been refused, and has left no run
            after = std::max(after, *m_due[i]);
        const TimePoint next = schedule->next(after);
        changed = changed || standing.next != next;
        standing.next = next;
        if (next > now)
            continue;
        m_due[i] = now;
        order(m_checks[i].name);
    }
    return changed;
}

void CheckDesk::Private::tellShown(Result<CheckHistory>& history, const CheckBoard& board)
{
    ShownCheck shown;
    {
        const std::lock_guard lock(m_mutex);
        const auto place = placeOf(m_shown);
        if (!place)
            return;
        const auto* const last = board.checks[*place].lastFinished();
        shown.check = m_shown;
        shown.number = last ? last->number : 0;
        if (!m_tellAgain && m_toldNumber == shown.number)
            return;
        m_tellAgain = false;
        m_toldNumber = shown.number;
        if (m_own.result && m_own.number == shown.number && m_own.result->check == m_shown)
            shown.result = m_own.result;
    }
    if (shown.number != 0 && !shown.result && history) {
        auto result = history->result(shown.number);
        if (result)
            shown.result = std::make_shared<const CheckResult>(*std::move(result));
        else
            shown.error = result.error();
    }
    m_sinks.shown(std::move(shown));
}

void CheckDesk::Private::keepBoard(const std::stop_token& stop)
{
    auto history = CheckHistory::open(m_file);
    std::optional<std::uint64_t> version;
    CheckBoard board;
    for (const auto& check : m_checks)
        board.checks.emplace_back().check = check;
    while (!stop.stop_requested()) {
        const auto now = history ? history->version() : Result<std::uint64_t>(0);
        bool news = takeStandings(board);
        if (!history || !now || version != *now) {
            readRuns(history, board);
            news = news || !version || (now && version != *now);
            version = now.value_or(0);
        }
        news = orderDue(board) || news;
        if (news)
            m_sinks.board(std::make_shared<const CheckBoard>(board));
        tellShown(history, board);
        std::unique_lock lock(m_mutex);
        m_changed.wait_for(lock, stop, betweenLooks, [this] { return m_dirty; });
        m_changed.wait_for(lock, stop, betweenBoards, [] { return false; });
    }
}

CheckDesk::CheckDesk(const Workspace& workspace, const std::string& context, OpenSnapshotReader open,
                     const Clock& clock, const std::filesystem::path& history, CheckDeskSinks sinks,
                     ExplainDifferences explain)
    : d(std::make_unique<Private>(workspace, context, std::move(open), clock, history, std::move(sinks),
                                  std::move(explain)))
{
}

CheckDesk::~CheckDesk() = default;

void CheckDesk::run(const std::string& check)
{
    d->order(check);
}

void CheckDesk::cancel(const std::string& check)
{
    d->cancel(check);
}

void CheckDesk::recheck(const ReprojectedRows& rows)
{
    d->orderRecheck(rows);
}

void CheckDesk::pause(const std::string& check)
{
    d->setPaused(check, true);
}

void CheckDesk::resume(const std::string& check)
{
    d->setPaused(check, false);
}

void CheckDesk::show(const std::string& check)
{
    d->show(check);
}

void CheckDesk::observe(const std::shared_ptr<const Snapshot>& snapshot)
{
    d->observe(snapshot);
}

} // namespace projectionist
