// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/core/error.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace projectionist {

/// One act of a person: who, when, why, what, and what came of it.
struct AuditEntry
{
    std::uint64_t number = 0; ///< rising; given by the trail
    TimePoint at{};
    std::string who{};     ///< user@host
    std::string context{}; ///< of the workspace
    std::string act{};     ///< "unmask", "resolve", "restore", "unlock", "lock", "replay-plan", "replay-run", ...
    std::string object{};  ///< what was acted on: a letter's reference, a plan's id, a file
    std::string reason{};  ///< in the words of the one who did it
    std::string detail{};  ///< one sentence: how many, where to, which fields
    std::string result{};  ///< "done", "refused", "stopped", ...: a word; empty: the act is told before its outcome
    bool operator==(const AuditEntry&) const = default;
};

struct AuditQuery
{
    std::optional<TimePoint> from{};
    std::optional<TimePoint> to{}; ///< not included
    std::string context{};         ///< empty: all; so are the next three
    std::string who{};             ///< "eva@desk7", or "eva" at any host
    std::string act{};
    std::string object{};    ///< also a letter that was resolved or restored with others
    std::uint64_t after = 0; ///< only entries with a higher number
    std::size_t most = 10'000;
};

/// Acts on disk, in SQLite: appended, never changed, never deleted. Several processes may use one file at a time. An
/// object belongs to one thread.
class AuditTrail
{
public:
    ~AuditTrail();
    AuditTrail(AuditTrail&& other) noexcept;
    AuditTrail& operator=(AuditTrail&& other) noexcept;

    /// Makes file and folder where there is none, readable by their owner alone.
    [[nodiscard]] static Result<AuditTrail> open(const std::filesystem::path& file);
    /// On disk when it returns (fsync). Gives the entry's number.
    [[nodiscard]] Result<std::uint64_t> append(const AuditEntry& entry);
    /// Oldest first; the newest `most` of those that match.
    [[nodiscard]] Result<std::vector<AuditEntry>> read(const AuditQuery& query);

private:
    class Private;
    explicit AuditTrail(std::unique_ptr<Private> data);
    std::unique_ptr<Private> d;
};

/// "audit.db" in the folder for state, see workspacefile.h.
[[nodiscard]] std::filesystem::path auditFile(const std::filesystem::path& stateFolder);
/// The user's login and this machine's name, "eva@desk7".
[[nodiscard]] std::string actingUser();

} // namespace projectionist
