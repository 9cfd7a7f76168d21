// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/replaydesk.h"

#include "backend/history/audittrail.h"
#include "backend/history/productionlock.h"
#include "backend/reconcile/reproject/rowwriter.h"
#include "models/replayexport.h"

#include <QSaveFile>

namespace projectionist {

namespace {

constexpr Duration idle{1'000};

Result<void> recordAct(const std::filesystem::path& state, const AuditEntry& entry)
{
    auto trail = AuditTrail::open(auditFile(state));
    if (!trail)
        return tl::unexpected(trail.error());
    return trail->append(entry).map([](std::uint64_t) {});
}

/// Asked on a run's thread.
Result<void> mayChange(const std::filesystem::path& state, const ContextSettings& context, TimePoint now)
{
    if (context.environment != Environment::Production)
        return {};
    auto lock = ProductionLock::open(auditFile(state));
    if (!lock)
        return tl::unexpected(lock.error());
    const auto unlock = lock->unlocked(context.name, now);
    if (!unlock)
        return tl::unexpected(unlock.error());
    return *unlock ? Result<void>() : tl::unexpected(lockedError(context.name));
}

/// Planning is an act as soon as others can run the plan.
Result<void> savePlan(const ReplayPlan& plan, const std::filesystem::path& file, const std::filesystem::path& state,
                      TimePoint now)
{
    if (auto saved = saveReplayPlan(plan, file); !saved)
        return saved;
    AuditEntry entry;
    entry.at = now;
    entry.who = actingUser();
    entry.context = plan.context;
    entry.act = "replay-plan";
    entry.object = plan.id;
    entry.reason = plan.reason;
    entry.detail = std::to_string(plan.letters.size()) + " letters, saved as " + file.string();
    entry.result = "done";
    return recordAct(state, entry);
}

Result<void> writeWhole(const QString& file, const std::string& text)
{
    QSaveFile target(file);
    const bool written =
        target.open(QIODevice::WriteOnly) &&
        target.write(text.data(), static_cast<qint64>(text.size())) == static_cast<qint64>(text.size()) &&
        target.commit();
    if (written)
        return {};
    return tl::unexpected(Error{ErrorKind::Resource, file.toStdString() + " cannot be written",
                                target.errorString().toStdString(), "Choose another file.", true});
}

/// What libraries throw ends here.
template<typename Value, typename Work>
Result<Value> guarded(const Work& work)
{
    try {
        return work();
    } catch (const std::exception& failure) {
        return tl::unexpected(
            Error{ErrorKind::Internal, "A replay could not be prepared", failure.what(), "Please report this", true});
    }
}

} // namespace

ReplayDesk::ReplayDesk(const Clock& clock, std::filesystem::path stateFolder)
    : m_clock(clock)
    , m_state(std::move(stateFolder))
    , m_connectors(reprojectionConnectors())
    , m_workspace(std::make_shared<const Workspace>())
    , m_planThread([this](const std::stop_token& stop) { work(m_plans, stop); })
    , m_fileThread([this](const std::stop_token& stop) { work(m_files, stop); })
{
}

ReplayDesk::~ReplayDesk()
{
    m_planning.request_stop();
    m_previewing.request_stop();
}

void ReplayDesk::work(Inbox& inbox, const std::stop_token& stop)
{
    while (!stop.stop_requested())
        for (const auto& task : inbox.take(idle, stop))
            if (!stop.stop_requested())
                task();
}

void ReplayDesk::setWorkspace(const Workspace& workspace)
{
    m_workspace = std::make_shared<const Workspace>(workspace);
}

void ReplayDesk::plan(std::uint64_t token, ReplayRequest request)
{
    m_planning.request_stop();
    m_planning = {};
    m_plans.push(
        [this, token, request = std::move(request), workspace = m_workspace, stop = m_planning.get_token()]() mutable {
            if (stop.stop_requested())
                return;
            request.draft.madeBy = actingUser();
            request.journals = replayFolder(m_state);
            request.progress = [this, token](std::size_t read, std::size_t total) {
                answer([=](ReplayPage& page) { page.setPlanning(token, read, total); });
            };
            auto plan = guarded<ReplayPlan>(
                [&] { return planReplay(*workspace, std::move(request), m_connectors, m_clock, stop); });
            if (!stop.stop_requested())
                answer([token, plan = std::move(plan)](ReplayPage& page) { page.setPlan(token, plan); });
        });
}

void ReplayDesk::reproject(std::uint64_t token, ReprojectionRequest request)
{
    m_planning.request_stop();
    m_planning = {};
    m_plans.push(
        [this, token, request = std::move(request), workspace = m_workspace, stop = m_planning.get_token()]() mutable {
            if (stop.stop_requested())
                return;
            request.draft.madeBy = actingUser();
            request.journals = replayFolder(m_state);
            auto plan = guarded<ReplayPlan>(
                [&] { return planReprojection(*workspace, std::move(request), m_connectors, m_clock, stop); });
            if (!stop.stop_requested())
                answer([token, plan = std::move(plan)](ReplayPage& page) { page.setPlan(token, plan); });
        });
}

void ReplayDesk::dryRun(std::uint64_t token, const SharedPlan& plan)
{
    m_planning.request_stop();
    m_planning = {};
    m_plans.push([this, token, plan, workspace = m_workspace, stop = m_planning.get_token()] {
        auto found = guarded<ReplayDryRun>(
            [&] { return dryRunReplay(*workspace, *plan, replayFolder(m_state), m_connectors, m_clock, stop); });
        if (!stop.stop_requested())
            answer([token, found = std::move(found)](ReplayPage& page) { page.setDryRun(token, found); });
    });
}

void ReplayDesk::preview(std::uint64_t token, const SharedPlan& plan, std::size_t index)
{
    m_previewing.request_stop();
    m_previewing = {};
    m_plans.push([this, token, plan, index, workspace = m_workspace, stop = m_previewing.get_token()] {
        if (stop.stop_requested())
            return;
        auto shown =
            guarded<ReplayPreview>([&] { return previewReplay(*workspace, *plan, index, m_connectors, stop); });
        if (!stop.stop_requested())
            answer(
                [token, index, shown = std::move(shown)](ReplayPage& page) { page.setPreview(token, index, shown); });
    });
}

void ReplayDesk::open(const QString& file)
{
    m_files.push([this, file] {
        auto plan = loadReplayPlan(file.toStdString());
        answer([file, plan = std::move(plan)](ReplayPage& page) { page.setOpened(file, plan); });
    });
}

void ReplayDesk::save(const QString& file, const SharedPlan& plan)
{
    m_files.push([this, file, plan] {
        const auto saved = savePlan(*plan, file.toStdString(), m_state, m_clock.now());
        answer([file, saved](ReplayPage& page) { page.setSaved(file, saved, true); });
    });
}

void ReplayDesk::exportProof(const QString& file, bool json, const SharedPlan& plan, const SharedProgress& progress)
{
    m_files.push([this, file, json, plan, progress] {
        const auto saved = writeWhole(file, json ? proofJson(*plan, *progress) : proofCsv(*plan, *progress));
        answer([file, saved](ReplayPage& page) { page.setSaved(file, saved, false); });
    });
}

void ReplayDesk::listRuns()
{
    m_files.push([this] {
        std::vector<Error> errors;
        auto runs = replayStatuses(replayFolder(m_state), errors);
        answer([runs = std::move(runs), errors = std::move(errors)](ReplayPage& page) { page.setRuns(runs, errors); });
    });
}

void ReplayDesk::lookAt(const std::string& plan)
{
    m_files.push([this, plan] {
        if (auto status = replayStatus(replayJournalFile(m_state, plan)))
            answer([status = *std::move(status)](ReplayPage& page) { page.setStatus(status); });
    });
}

void ReplayDesk::start(const SharedPlan& plan, bool resume, ReplayAssumption assume)
{
    if (m_runs.contains(plan->id))
        return;
    auto& running = m_runs[plan->id];
    running.plan = plan;
    running.progress = std::make_shared<Mailbox<SharedProgress>>(2);
    ReplayRunOptions options;
    options.journal = replayJournalFile(m_state, plan->id);
    options.resume = resume;
    options.assume = assume;
    options.permitted = [this](const ContextSettings& context) { return mayChange(m_state, context, m_clock.now()); };
    options.audit = [this](const AuditEntry& entry) { return recordAct(m_state, entry); };
    running.run = std::make_shared<ReplayRun>(
        *m_workspace, *plan, std::move(options), m_connectors, m_clock,
        ReplayRunSinks{[box = running.progress](SharedProgress progress) { box->push(std::move(progress)); }});
}

void ReplayDesk::pause(const std::string& plan, bool paused)
{
    if (const auto found = m_runs.find(plan); found != m_runs.end())
        paused ? found->second.run->pause() : found->second.run->proceed();
}

void ReplayDesk::cancel(const std::string& plan)
{
    if (const auto found = m_runs.find(plan); found != m_runs.end())
        found->second.run->cancel();
}

std::vector<SharedPlan> ReplayDesk::poll(ReplayPage& page)
{
    std::vector<SharedPlan> reprojected;
    for (const auto& tell : m_answers.drain())
        tell(page);
    for (auto running = m_runs.begin(); running != m_runs.end();) {
        const auto news = running->second.progress->drain();
        const auto plan = running->first;
        if (news.empty() || !hasEnded(news.back()->state)) {
            ++running;
        } else {
            if (news.back()->state == ReplayState::Finished && running->second.plan->reprojection)
                reprojected.push_back(running->second.plan);
            // Its thread may still be closing connections: that is not waited for here.
            m_files.push([run = std::move(running->second.run)]() mutable { run.reset(); });
            running = m_runs.erase(running);
        }
        if (!news.empty())
            page.setProgress(plan, news.back());
    }
    return reprojected;
}

} // namespace projectionist
