// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/rebuild/drill.h"
#include "backend/reconcile/checkhistory.h"

namespace projectionist {

/// One run of a drill as the history keeps it.
struct DrillRecord
{
    std::uint64_t number = 0; ///< rising; given by the history
    std::string context;      ///< as historyContext() has it
    std::string by;           ///< user@host
    TimePoint began{};
    CheckRunState state = CheckRunState::Running;
    std::string error{}; ///< one line; empty unless Failed
    /// Kind and projection; all else once it is Finished. Of `compared` names and differences alone.
    DrillResult result{};

    /// "passed", "failed", else what became of it: "running", "not finished", "cancelled", "lost".
    [[nodiscard]] std::string_view outcome() const noexcept;
};

/// Every run of every drill, in SQLite; several programs may use one file at a time. An object belongs to one thread.
class DrillHistory
{
public:
    ~DrillHistory();
    DrillHistory(DrillHistory&& other) noexcept;
    DrillHistory& operator=(DrillHistory&& other) noexcept;

    /// Makes file and folder where there is none, readable by their owner alone.
    [[nodiscard]] static Result<DrillHistory> open(const std::filesystem::path& file);
    /// Gives the run's number. Conflict if this drill of this projection is being run, whatever program does it.
    [[nodiscard]] Result<std::uint64_t> begin(const std::string& context, const std::string& projection, DrillKind kind,
                                              TimePoint at, const std::string& by);
    [[nodiscard]] Result<void> finish(std::uint64_t number, const DrillResult& result);
    [[nodiscard]] Result<void> fail(std::uint64_t number, const Error& error, Duration took);
    /// Of a context, oldest first; the newest `most` of each drill of each projection.
    [[nodiscard]] Result<std::vector<DrillRecord>> runs(const std::string& context, std::size_t most);
    /// Rises with each change that any program makes: when to read again.
    [[nodiscard]] Result<std::uint64_t> version();

private:
    class Private;
    explicit DrillHistory(std::unique_ptr<Private> data);
    std::unique_ptr<Private> d;
};

/// "drills.db" in the folder for state, see workspacefile.h.
[[nodiscard]] std::filesystem::path drillHistoryFile(const std::filesystem::path& stateFolder);

} // namespace projectionist
