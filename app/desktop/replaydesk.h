// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/inbox.h"
#include "backend/core/mailbox.h"
#include "backend/deadletter/replay/replayplanner.h"
#include "backend/deadletter/replay/replayrun.h"
#include "widgets/deadletters/replaypage.h"

#include <thread>

namespace projectionist {

/// Does for the replay wizard what takes time: plans and previews on one thread, files and journals on another, runs on
/// their own. Answers wait until poll() gives them to the page. Functions are called by the GUI thread and do not wait;
/// destruction waits for what is under way and leaves journals that can be resumed.
class ReplayDesk
{
public:
    ReplayDesk(const Clock& clock, std::filesystem::path stateFolder);
    ~ReplayDesk();
    ReplayDesk(const ReplayDesk&) = delete;
    ReplayDesk& operator=(const ReplayDesk&) = delete;

    /// For what is asked from now on; runs keep theirs.
    void setWorkspace(const Workspace& workspace);
    /// Ends the planning before.
    void plan(std::uint64_t token, ReplayRequest request);
    /// Likewise, of all events of keys whose rows are wrong.
    void reproject(std::uint64_t token, ReprojectionRequest request);
    void dryRun(std::uint64_t token, const SharedPlan& plan);
    /// Ends the preview before.
    void preview(std::uint64_t token, const SharedPlan& plan, std::size_t index);
    void open(const QString& file);
    void save(const QString& file, const SharedPlan& plan);
    void exportProof(const QString& file, bool json, const SharedPlan& plan, const SharedProgress& progress);
    void listRuns();
    void lookAt(const std::string& plan);

    void start(const SharedPlan& plan, bool resume, ReplayAssumption assume);
    void pause(const std::string& plan, bool paused);
    void cancel(const std::string& plan);

    /// Gives the page all that has come since; the plans of reprojections that have been run to their end.
    std::vector<SharedPlan> poll(ReplayPage& page);

private:
    using Answer = std::function<void(ReplayPage&)>;
    struct Running
    {
        SharedPlan plan;
        std::shared_ptr<ReplayRun> run;
        std::shared_ptr<Mailbox<SharedProgress>> progress;
    };
    static void work(Inbox& inbox, const std::stop_token& stop);
    void answer(Answer answer) { m_answers.push(std::move(answer)); }

    const Clock& m_clock;
    const std::filesystem::path m_state;
    const ReplayConnectors m_connectors;
    std::shared_ptr<const Workspace> m_workspace;
    std::map<std::string, Running> m_runs; ///< by plan
    std::stop_source m_planning;
    std::stop_source m_previewing;
    Mailbox<Answer> m_answers{1024};
    Inbox m_plans;
    Inbox m_files;
    std::jthread m_planThread; ///< last: they start when all the rest is there
    std::jthread m_fileThread;
};

} // namespace projectionist
