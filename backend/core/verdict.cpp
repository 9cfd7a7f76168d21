// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/core/verdict.h"

#include "backend/core/format.h"

#include <array>

namespace projectionist {

namespace {

struct Entry
{
    VerdictKind kind;
    std::string_view word;
    std::string_view label;
    int rank;
    int severity;
};

constexpr std::array entries{
    Entry{VerdictKind::Idle, "idle", "Idle", 0, 0},
    Entry{VerdictKind::Ok, "ok", "OK", 1, 0},
    Entry{VerdictKind::NotStarted, "not-started", "Not started", 2, 1},
    Entry{VerdictKind::CatchingUp, "catching-up", "Catching up", 3, 1},
    Entry{VerdictKind::Unknown, "unknown", "Unknown", 4, 2},
    Entry{VerdictKind::FallingBehind, "falling-behind", "Falling behind", 5, 1},
    Entry{VerdictKind::Rewound, "rewound", "Rewound", 6, 1},
    Entry{VerdictKind::SourceFrozen, "source-frozen", "Source frozen", 7, 2},
    Entry{VerdictKind::Stopped, "stopped", "Stopped", 8, 2},
    Entry{VerdictKind::Blocked, "blocked", "Blocked", 9, 2},
    Entry{VerdictKind::LosingEvents, "losing-events", "Losing events", 10, 2},
};

const Entry& entryOf(VerdictKind kind) noexcept
{
    for (const auto& entry : entries)
        if (entry.kind == kind)
            return entry;
    return entries[4];
}

} // namespace

int severity(VerdictKind kind) noexcept
{
    return entryOf(kind).severity;
}

int rank(VerdictKind kind) noexcept
{
    return entryOf(kind).rank;
}

std::string_view toString(VerdictKind kind) noexcept
{
    return entryOf(kind).word;
}

std::optional<VerdictKind> verdictKindFromString(std::string_view word) noexcept
{
    for (const auto& entry : entries)
        if (entry.word == word)
            return entry.kind;
    return std::nullopt;
}

std::string_view label(VerdictKind kind) noexcept
{
    return entryOf(kind).label;
}

std::string toString(const Forecast& forecast)
{
    switch (forecast.kind) {
    case Forecast::Kind::Now:
        return "now";
    case Forecast::Kind::CatchesUp:
        return "caught up in " + formatDuration(forecast.in);
    case Forecast::Kind::Breaches:
        return "breaches in " + formatDuration(forecast.in);
    case Forecast::Kind::NotConverging:
        return "not converging";
    case Forecast::Kind::None:
        break;
    }
    return "\u2014";
}

} // namespace projectionist
