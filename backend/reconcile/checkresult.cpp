// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/checkresult.h"

#include <algorithm>

namespace projectionist {

std::string_view toString(DriftState state) noexcept
{
    switch (state) {
    case DriftState::Pending:
        return "pending";
    case DriftState::Settled:
        return "settled";
    case DriftState::Confirmed:
        break;
    }
    return "confirmed";
}

std::string_view toString(CheckEngine engine) noexcept
{
    switch (engine) {
    case CheckEngine::SameDatabase:
        return "same database";
    case CheckEngine::TwoStreams:
        return "two streams";
    case CheckEngine::HashedBuckets:
        return "hashed buckets";
    case CheckEngine::Counts:
        return "counts";
    case CheckEngine::OneStream:
        return "one stream";
    case CheckEngine::Log:
        return "log";
    case CheckEngine::Fold:
        break;
    }
    return "fold";
}

std::string_view toString(DriftCause cause) noexcept
{
    switch (cause) {
    case DriftCause::DeadLetter:
        return "dead letter";
    case DriftCause::SkippedEvents:
        return "skipped events";
    case DriftCause::OutOfOrder:
        return "out of order";
    case DriftCause::AppliedTwice:
        return "applied twice";
    case DriftCause::EraseNotHandled:
        return "erase not handled";
    case DriftCause::WrongHandler:
        return "wrong handler";
    case DriftCause::NoEvents:
        return "no events";
    case DriftCause::Unknown:
        break;
    }
    return "unknown";
}

std::string_view RowDifference::kind() const noexcept
{
    return !actual ? "missing" : !expected ? "extra" : "different";
}

std::size_t CheckResult::count(DriftState state) const
{
    if (state == DriftState::Settled)
        return settled;
    return static_cast<std::size_t>(std::count_if(differences.begin(), differences.end(),
                                                  [&](const RowDifference& one) { return one.state == state; }));
}

std::size_t CheckResult::repaired() const
{
    const auto& all = rows ? rows->differences : differences;
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [](const RowDifference& one) { return !one.repairedBy.empty(); }));
}

bool CheckResult::hasDrift() const
{
    return counts == DriftState::Confirmed || count(DriftState::Confirmed) > 0;
}

} // namespace projectionist
