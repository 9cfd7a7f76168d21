// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/reconcile/checksides.h"
#include "backend/reconcile/comparing.h"

namespace projectionist {

/// The connections that a run has lost: it forgives a bounded number of them.
class LostConnections
{
public:
    /// Whether one may connect again after this error, which is counted then: the connection is gone, or the server
    /// ended what it ran for reasons of its own, as a replica does.
    [[nodiscard]] bool forgives(const Error& error);
    /// How long to wait before: a server that starts again takes seconds.
    [[nodiscard]] Duration patience() const;
    /// An Info; nullopt: none was lost.
    [[nodiscard]] std::optional<CheckFinding> finding() const;

    static constexpr int most = 10;

private:
    int m_count = 0;
    std::string m_last;
};

/// The same error, or what it means if a statement was ended because its snapshot is too old.
[[nodiscard]] Error explained(const Error& error, const CheckPace& pace);

/// Goes on with a comparison until all is compared, enough was found or the budget is used up, in one snapshot of both
/// sides after the other: where one is too old, where somebody pauses the check, and where a connection is lost. The
/// sides have begun. `together`: both in one snapshot.
[[nodiscard]] Result<Compared> compareSteadily(Comparison& comparison, const CheckSides& sides, bool together,
                                               CheckPace& pace);

} // namespace projectionist
