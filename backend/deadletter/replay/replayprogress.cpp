// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replayprogress.h"

#include <array>

namespace projectionist {

namespace {

constexpr std::array<std::string_view, 6> letterStates{"waiting", "sending", "unknown", "sent", "refused", "held-back"};
constexpr std::array<std::string_view, 5> lights{"off", "waiting", "on", "broken", "unprovable"};
constexpr std::array<std::string_view, 9> states{"starting",  "sending", "proving", "paused",  "cancelling",
                                                 "cancelled", "stopped", "refused", "finished"};
constexpr std::array<std::string_view, 8> stops{"none",           "came-back", "lag-grew",    "no-proof",
                                                "target-refused", "unclear",   "another-run", "failed"};

bool isProved(ReplayLight light)
{
    return light == ReplayLight::On || light == ReplayLight::Unprovable;
}

} // namespace

std::string_view toString(ReplayLetterState state) noexcept
{
    return letterStates.at(static_cast<std::size_t>(state));
}

std::string_view toString(ReplayLight light) noexcept
{
    return lights.at(static_cast<std::size_t>(light));
}

std::string_view toString(ReplayState state) noexcept
{
    return states.at(static_cast<std::size_t>(state));
}

std::string_view toString(ReplayStop stop) noexcept
{
    return stops.at(static_cast<std::size_t>(stop));
}

bool hasEnded(ReplayState state) noexcept
{
    return state >= ReplayState::Cancelled;
}

ReplayCounts countsOf(const std::vector<ReplayLetterProgress>& letters)
{
    ReplayCounts counts;
    counts.letters = letters.size();
    for (const auto& letter : letters) {
        const bool sent = letter.state == ReplayLetterState::Sent;
        const bool refused = letter.state == ReplayLetterState::Refused || letter.state == ReplayLetterState::HeldBack;
        const bool under = letter.state == ReplayLetterState::Sending || letter.state == ReplayLetterState::Unknown;
        counts.done += sent ? 1 : 0;
        counts.inFlight += under ? 1 : 0;
        counts.refused += refused ? 1 : 0;
        counts.notSent += refused || letter.state == ReplayLetterState::Waiting ? 1 : 0;
        counts.proved += sent && isProved(letter.produced) && isProved(letter.passed) && isProved(letter.notBack) &&
                                 isProved(letter.row)
                             ? 1
                             : 0;
    }
    return counts;
}

} // namespace projectionist
