// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replayedletters.h"

#include "backend/deadletter/replay/replayrun.h"

#include <algorithm>
#include <chrono>
#include <unordered_set>

namespace projectionist {

namespace {

/// SQLite writes into a file beside it first. Times of files are those of a coarse clock.
bool wasWrittenSince(const std::filesystem::path& journal, TimePoint time)
{
    for (const char* beside : {"", "-wal"}) {
        std::error_code failure;
        const auto written = std::filesystem::last_write_time(journal.string() + beside, failure);
        if (!failure && std::chrono::file_clock::to_sys(written) > time - std::chrono::seconds(1))
            return true;
    }
    return false;
}

bool perhapsSent(ReplayLetterState state)
{
    return state == ReplayLetterState::Sending || state == ReplayLetterState::Unknown ||
           state == ReplayLetterState::Sent;
}

} // namespace

std::vector<ReplayedLetters> replayedByOthers(const std::filesystem::path& folder, const ReplayPlan& plan,
                                              TimePoint since)
{
    std::unordered_set<std::string_view> own;
    for (const auto& letter : plan.letters)
        own.insert(letter.reference);
    std::vector<ReplayedLetters> found;
    const auto suffix = replayJournalFile({}, "x").extension();
    std::error_code failure;
    for (std::filesystem::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) {
        if (at->path().extension() != suffix || !wasWrittenSince(at->path(), since))
            continue;
        const auto other = replayStatus(at->path());
        if (!other || other->plan.id == plan.id || other->plan.cluster != plan.cluster)
            continue;
        ReplayedLetters replayed{other->plan.id, {}};
        const auto& letters = other->progress.letters;
        for (std::size_t i = 0; i < std::min(letters.size(), other->plan.letters.size()); ++i)
            if (perhapsSent(letters[i].state) && letters[i].sentAt > since &&
                own.contains(other->plan.letters[i].reference))
                replayed.letters.push_back(other->plan.letters[i].reference);
        if (!replayed.letters.empty())
            found.push_back(std::move(replayed));
    }
    std::ranges::sort(found, {}, &ReplayedLetters::plan);
    return found;
}

} // namespace projectionist
