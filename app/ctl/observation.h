// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/snapshot.h"

#include <map>

namespace projectionist::ctl {

/// Whether a program that has just begun to look has seen enough to believe the verdicts. One reading shows lag and
/// backlog; "keeps up", "blocked" and "catching up" need to have seen what moves and what does not.
class Observation
{
public:
    /// `projections`: only these; empty = all.
    explicit Observation(std::vector<std::string> projections) : m_projections(std::move(projections)) {}

    /// Every snapshot, in the order of time.
    void take(const Snapshot& snapshot);
    /// Nothing is left that a longer look could clear up within seconds.
    [[nodiscard]] bool isClear() const;

    struct Doubt
    {
        std::string text;            ///< what has not been seen, a whole sentence
        bool aboveObjective = false; ///< and so nothing to call fine
    };
    /// By projection, of the last snapshot; empty when all is clear.
    [[nodiscard]] std::map<std::string, Doubt> doubts() const;

private:
    struct Seen
    {
        int cycles = 0;
        std::map<TopicPartition, Offset> standing; ///< with a backlog and at this position ever since the first look
        std::optional<Offset> firstHead;           ///< sum over partitions
        bool headMoved = false;
        std::shared_ptr<const ProjectionReport> last;
    };
    void take(const std::shared_ptr<const ProjectionReport>& report);
    [[nodiscard]] static std::optional<Doubt> doubtOf(const Seen& seen);

    std::vector<std::string> m_projections;
    std::map<std::string, Seen> m_seen;
};

} // namespace projectionist::ctl
