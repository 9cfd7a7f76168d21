// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/reconcile/checkresult.h"

#include <filesystem>
#include <memory>

namespace projectionist {

enum class CheckRunState : std::uint8_t
{
    Running,
    Finished,
    Failed, ///< `error` says why
    Cancelled,
    Lost ///< the program that ran it is gone and has told no end
};
/// "running", "finished", "failed", "cancelled", "lost".
[[nodiscard]] std::string_view toString(CheckRunState state) noexcept;

/// What a replay of the events of a run's keys came to, once these keys were checked again.
struct CheckRepair
{
    TimePoint at{};
    std::string by;           ///< user@host
    std::string replay;       ///< id of its plan
    std::size_t repaired = 0; ///< confirmed differences that are none any more, by this replay and those before it
    std::size_t of = 0;       ///< confirmed differences of the run

    bool operator==(const CheckRepair&) const = default;
};

/// One run of a check as the history keeps it, without its rows.
struct CheckRunRecord
{
    std::uint64_t number = 0; ///< rising; given by the history
    std::string context;
    std::string check;
    std::string by; ///< user@host
    TimePoint began{};
    Duration took{0};
    CheckRunState state = CheckRunState::Running;
    std::string error{}; ///< one line; empty unless Failed
    CheckSeverity severity = CheckSeverity::Warning;
    bool drift = false;
    std::size_t missing = 0; ///< confirmed, as `extra` and `different`
    std::size_t extra = 0;
    std::size_t different = 0;
    std::size_t pending = 0;
    std::size_t settled = 0;
    std::int64_t expectedRows = 0;
    std::int64_t actualRows = 0;
    bool complete = true;
    std::optional<CheckRepair> repair{}; ///< the newest

    /// Nothing of what it confirmed is left.
    [[nodiscard]] bool isRepaired() const { return repair && repair->repaired == repair->of; }
    [[nodiscard]] std::size_t confirmed() const { return missing + extra + different; }
    bool operator==(const CheckRunRecord&) const = default;
};
/// What a finished run comes to; number, context and by stay as they are by default.
[[nodiscard]] CheckRunRecord recordOf(const CheckResult& result);

/// Every run of every check, in SQLite; several programs may use one file at a time. An object belongs to one thread.
class CheckHistory
{
public:
    ~CheckHistory();
    CheckHistory(CheckHistory&& other) noexcept;
    CheckHistory& operator=(CheckHistory&& other) noexcept;

    /// Makes file and folder where there is none, readable by their owner alone.
    [[nodiscard]] static Result<CheckHistory> open(const std::filesystem::path& file);
    /// Gives the run's number. Conflict if the check is being run, by whom and since when: one run at a time, whatever
    /// program does it. A run whose program is gone is Lost and in nobody's way.
    [[nodiscard]] Result<std::uint64_t> begin(const std::string& context, const std::string& check, TimePoint at,
                                              const std::string& by);
    /// Keeps the rows too.
    [[nodiscard]] Result<void> finish(std::uint64_t number, const CheckResult& result);
    [[nodiscard]] Result<void> fail(std::uint64_t number, const Error& error, Duration took);
    /// Of a context, oldest first; the newest `most` of each check. Without `check`: of all.
    [[nodiscard]] Result<std::vector<CheckRunRecord>> runs(const std::string& context, const std::string& check,
                                                           std::size_t most);
    /// The whole result of a finished run; NotFound if there is none or retention took its rows.
    [[nodiscard]] Result<CheckResult> result(std::uint64_t number);
    /// Replaces the causes of a finished run's differences.
    [[nodiscard]] Result<void> replace(std::uint64_t number, const CheckResult& result);
    /// As replace(), with differences that have been repaired; the run tells it from now on.
    [[nodiscard]] Result<void> markRepaired(std::uint64_t number, const CheckResult& result, const CheckRepair& repair);
    /// Rises with each change that any program makes: when to read again.
    [[nodiscard]] Result<std::uint64_t> version();

private:
    class Private;
    explicit CheckHistory(std::unique_ptr<Private> data);
    std::unique_ptr<Private> d;
};

/// By which the history knows a context. That of a sandbox is another one each time: what a former sandbox held is
/// gone.
[[nodiscard]] std::string historyContext(const ContextSettings& context);
/// "checks.db" in the folder for state, see workspacefile.h.
[[nodiscard]] std::filesystem::path checkHistoryFile(const std::filesystem::path& stateFolder);

} // namespace projectionist
