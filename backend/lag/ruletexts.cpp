// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/core/format.h"
#include "backend/lag/verdictrules.h"

#include <fmt/format.h>

namespace projectionist {

std::string ruleOf(VerdictKind kind, Duration standstill)
{
    switch (kind) {
    case VerdictKind::Unknown:
        return "No fresh sample for three intervals, the source cannot be reached, or the position is above the head.";
    case VerdictKind::LosingEvents:
        return "The position is below the start of the log.";
    case VerdictKind::Rewound:
        return "The position went back, and not by a rebuild or reset that we know of.";
    case VerdictKind::Blocked:
        return fmt::format("There is a backlog and the position stands still for {} (5 times the usual wait between "
                           "advances, 15 s to 5 min; 90 to 150 s before that is learned) while the worker lives.",
                           formatDuration(standstill));
    case VerdictKind::Stopped:
        return fmt::format("There is a backlog, nothing advances for {} (5 times the usual wait between advances, 15 s "
                           "to 5 min; 90 to 150 s before that is learned; 15 s where nobody is known to be there), and "
                           "no member or heartbeat shows; or no member has the partition.",
                           formatDuration(standstill));
    case VerdictKind::FallingBehind:
        return "What is left after each advance grows with confidence (Theil-Sen; Mann-Kendall z of 3 or more over 80 "
               "seconds or eight minutes; by 3 or 1 % of what arrives), and so does its age; or the lag is above the "
               "objective for a minute, or since we look, and does not shrink.";
    case VerdictKind::CatchingUp:
        return "The lag is above the objective (one minute where none is set) and the backlog shrinks, or whether it "
               "does is not known yet: it has just been met, or begins to move after it stood still; or this is a "
               "rebuild.";
    case VerdictKind::SourceFrozen:
        return "No head moves for 15 s while the write side has events to publish and publishes none.";
    case VerdictKind::NotStarted:
        return "The projection has never committed a position.";
    case VerdictKind::Idle:
        return "Nothing waits, and nothing arrived for a minute and eight times the usual gap; or the group left the "
               "topic.";
    case VerdictKind::Ok:
        break;
    }
    return "No other rule applies.";
}

} // namespace projectionist
