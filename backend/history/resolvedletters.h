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

/// Which letter: its reference, see LetterSource::reference(), and when it arrived, for a topic may be made anew and
/// have other letters at the same offsets. nullopt: the letter does not tell.
struct ResolvedLetter
{
    std::string reference;
    std::optional<TimePoint> arrived{};
    bool operator==(const ResolvedLetter&) const = default;
};

/// What somebody does with letters: nobody else's come under it.
struct LetterAct
{
    TimePoint at{};
    std::string who{}; ///< user@host
    std::string context{};
    std::string note{};
    std::string chosenBy{}; ///< filter or group that the letters were chosen by; empty: one by one
    bool operator==(const LetterAct&) const = default;
};

/// The letters that were resolved: dealt with otherwise, so that lists hide them. Nothing happens to the letters
/// themselves. Kept beside the audit trail, in the same file, where each act is told too; several programs share it. An
/// object belongs to one thread.
class ResolvedLetters
{
public:
    ~ResolvedLetters();
    ResolvedLetters(ResolvedLetters&& other) noexcept;
    ResolvedLetters& operator=(ResolvedLetters&& other) noexcept;

    /// `file`: that of the audit trail, see auditFile().
    [[nodiscard]] static Result<ResolvedLetters> open(const std::filesystem::path& file);
    /// Of a context, sorted by reference.
    [[nodiscard]] Result<std::vector<ResolvedLetter>> read(const std::string& context);
    /// Another number after each act of any program: when to read again.
    [[nodiscard]] Result<std::uint64_t> version();
    /// All or none; how many were not resolved before. Refused without a note. On disk and in the audit trail when it
    /// returns; without any such letter there is no act.
    [[nodiscard]] Result<std::size_t> resolve(const LetterAct& act, const std::vector<ResolvedLetter>& letters);
    /// The way back, likewise; the note may be empty.
    [[nodiscard]] Result<std::size_t> restore(const LetterAct& act, const std::vector<ResolvedLetter>& letters);

private:
    class Private;
    explicit ResolvedLetters(std::unique_ptr<Private> data);
    std::unique_ptr<Private> d;
};

} // namespace projectionist
