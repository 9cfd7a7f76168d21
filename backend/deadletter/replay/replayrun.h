// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/deadletter/replay/replayconnectors.h"
#include "backend/deadletter/replay/replayplan.h"
#include "backend/deadletter/replay/replayprogress.h"
#include "backend/history/audittrail.h"

namespace projectionist {

/// Where replays keep their journals: a file for each plan.
[[nodiscard]] std::filesystem::path replayFolder(const std::filesystem::path& stateFolder);
[[nodiscard]] std::filesystem::path replayJournalFile(const std::filesystem::path& stateFolder,
                                                      const std::string& planId);

/// What may be told of letters that a command was given when its runner was killed; nobody can look that up.
enum class ReplayAssumption : std::uint8_t
{
    Ask, ///< the run is refused and names them
    Sent,
    NotSent ///< they are sent (again)
};

/// What of a run a test may interrupt: each is about to happen, or has just happened.
enum class ReplayBoundary : std::uint8_t
{
    BeforeJournal,
    AfterJournal,
    BeforeSend,
    AfterSend,
    AfterAcknowledged
};

struct ReplayRunOptions
{
    std::filesystem::path journal; ///< see replayJournalFile(); made with its folder if there is none
    bool resume = false;           ///< false: the plan must not have been started before
    ReplayAssumption assume = ReplayAssumption::Ask;
    /// Asked before anything is done, on the run's thread: whether letters may be sent in this context; the Error says
    /// what to do ("unlock it"). Empty: only contexts that are not for production.
    std::function<Result<void>(const ContextSettings&)> permitted{};
    /// Gets "replay-run" when it begins, without a result, and when it ends. A run whose beginning cannot be noted does
    /// not begin. Called on the run's thread.
    std::function<Result<void>(const AuditEntry&)> audit{};
    std::string reason{}; ///< for the audit trail; empty: the plan's
    /// How long a request of a killed runner may be on its way to the broker.
    Duration settle{3'000};
    /// How long it is watched whether letters come back where nobody knows what consumers have read.
    Duration watch{5'000};
    /// How long servers may be away before the run stops.
    Duration patience{60'000};
    std::function<void(ReplayBoundary)> boundary{}; ///< for tests
};

/// Where results go. Called on the run's thread, must not block: push into a Mailbox.
struct ReplayRunSinks
{
    /// Whenever something changed, at most ten a second; the last one has ended, see hasEnded().
    std::function<void(std::shared_ptr<const ReplayProgress>)> progress;
};

/// Sends the letters of a plan, step by step, each step after the proof of the one before; see deadletters.md. A thread
/// of its own does all of it. Every act is in the journal before it is done, so that it may be killed at any time and
/// resumed. Construction starts; destruction waits for what is under way within the connections' timeouts, and leaves a
/// journal that can be resumed. Functions may be called by any thread.
class ReplayRun
{
public:
    ReplayRun(const Workspace& workspace, ReplayPlan plan, ReplayRunOptions options, ReplayConnectors connectors,
              const Clock& clock, ReplayRunSinks sinks);
    ~ReplayRun();
    ReplayRun(const ReplayRun&) = delete;
    ReplayRun& operator=(const ReplayRun&) = delete;

    void pause();   ///< no further letter; what is under way is waited for, proof is still gathered
    void proceed(); ///< after pause()
    void cancel();  ///< ends in good order: every letter is sent or not sent, as far as the broker answers

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// What a journal tells of a run, whether it runs or not.
struct ReplayStatus
{
    ReplayPlan plan;
    ReplayProgress progress; ///< lights as last proved
    bool running = false;    ///< somebody on this machine runs it now
    std::string runner;      ///< "user@host, process 4711"; of the last start
};
/// NotFound: there is no journal.
[[nodiscard]] Result<ReplayStatus> replayStatus(const std::filesystem::path& journal);
/// Of all journals in the folder, the newest plan first; journals that cannot be read are in `errors`.
[[nodiscard]] std::vector<ReplayStatus> replayStatuses(const std::filesystem::path& folder, std::vector<Error>& errors);

} // namespace projectionist
