// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/sample.h"

namespace projectionist {

/// Notices that the log itself stands still while the write side goes on: then no lag is no good news.
class SourceWatch
{
public:
    /// `unobserved`: as in PartitionTrack.
    void take(const ProjectionSample& sample, Duration at, Duration unobserved);
    /// Evidence in words while the source is frozen.
    [[nodiscard]] std::optional<std::string> frozen(Duration at) const;

private:
    [[nodiscard]] bool publishes(const WriteSideObservation& side) const;

    Offset m_heads = -1; ///< sum
    Duration m_since{0}; ///< since when no head has moved, events wait, and nothing is published
    std::optional<WriteSideObservation> m_first, m_latest;
};

} // namespace projectionist
