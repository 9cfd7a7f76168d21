// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/replay/replayprogress.h"
#include "backend/deadletter/replay/replaytrace.h"

#include <filesystem>
#include <map>
#include <memory>
#include <span>

namespace projectionist {

/// What a journal holds of a run, beside its letters.
struct ReplayRecord
{
    TimePoint began{};
    TimePoint touched{}; ///< last written
    ReplayState state = ReplayState::Starting;
    ReplayStop stop = ReplayStop::None;
    std::string why{};
    std::vector<std::string> facts{};
    std::vector<std::string> unprovable{};
    std::size_t step = 0;   ///< from 1; 0: none yet
    bool open = false;      ///< the step is being sent or proved
    std::size_t ladder = 0; ///< the step's place in the plan's ladder, from 0; it begins anew after a stop
    std::string runner{};   ///< "user@host, process 4711"
    bool operator==(const ReplayRecord&) const = default;
};

/// What was seen before a step, to be compared with after it.
struct ReplayStepStart
{
    LogHeads letterHeads{};                     ///< of the topics with dead letters
    std::map<std::size_t, std::string> rows{};  ///< by letter; see rowText(); missing: not known
    std::map<std::string, std::int64_t> lags{}; ///< of receiving projections, in milliseconds
    bool operator==(const ReplayStepStart&) const = default;
};

/// The memory of a run: one SQLite file a plan, with the plan in it. What is written is on disk when a function returns
/// (fsync): whoever was killed knows what he was about to do. Times are kept in milliseconds. Belongs to one thread.
class ReplayJournal
{
public:
    ~ReplayJournal();
    ReplayJournal(ReplayJournal&&) noexcept;
    ReplayJournal& operator=(ReplayJournal&&) noexcept;

    /// With all that a run has to know before its first letter, or there is none. Conflict: there is one.
    [[nodiscard]] static Result<ReplayJournal> create(const std::filesystem::path& file, const ReplayPlan& plan,
                                                      const ReplayRecord& record, const LogHeads& targetHeads);
    /// NotFound: there is none. InvalidData: it is none, or of a newer program.
    [[nodiscard]] static Result<ReplayJournal> open(const std::filesystem::path& file, bool toWrite);

    [[nodiscard]] Result<ReplayPlan> plan();
    [[nodiscard]] Result<ReplayRecord> record();
    [[nodiscard]] Result<LogHeads> targetHeads();
    [[nodiscard]] Result<std::vector<ReplayLetterProgress>> letters();
    [[nodiscard]] Result<ReplayStepStart> stepStart(std::size_t step);

    [[nodiscard]] Result<void> write(const ReplayRecord& record);
    /// The record, these letters as they stand in `letters`, and what was seen before the record's step if it begins.
    [[nodiscard]] Result<void> write(const ReplayRecord& record, std::span<const std::size_t> changed,
                                     const std::vector<ReplayLetterProgress>& letters,
                                     const ReplayStepStart* start = nullptr);

private:
    class Private;
    explicit ReplayJournal(std::unique_ptr<Private> data);
    std::unique_ptr<Private> d;
};

/// Held by the one who runs a plan on this machine. The system takes it from a process that ends, however it does.
class ReplayLock
{
public:
    ~ReplayLock();
    ReplayLock(ReplayLock&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}
    ReplayLock& operator=(ReplayLock&&) = delete;

    /// Beside the journal. Conflict: somebody has it; names him.
    [[nodiscard]] static Result<ReplayLock> take(const std::filesystem::path& journal, const std::string& runner);
    [[nodiscard]] static bool isTaken(const std::filesystem::path& journal);

private:
    explicit ReplayLock(int descriptor) : m_descriptor(descriptor) {}
    int m_descriptor = -1;
};

} // namespace projectionist
