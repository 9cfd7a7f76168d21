// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/lag/brokerreader.h"
#include "backend/lag/membership.h"
#include "backend/lag/storereader.h"

#include <string_view>
#include <unordered_set>

namespace projectionist {

/// What a store gave for this cycle: an answer, or why there is none.
using StoreResults = std::map<std::string, Result<std::shared_ptr<const StoreAnswer>>>;

/// Puts one cycle together: positions first, then the heads that were read after them. A projection whose position
/// could not be read gets no sample but the reason; one partition that fails costs only its own row. Pure.
class Assembly
{
public:
    Assembly(std::shared_ptr<const Layout> layout, std::span<const ProjectionSettings> projections,
             std::span<const WriteSideSettings> writeSides, PositionsAnswer positions, const StoreResults& stores);

    /// All positions that are known, to be asked for their lag in time together with the heads.
    [[nodiscard]] const std::vector<LagRow>& lagRows() const { return m_lagRows; }
    /// Some position is of a partition that the layout does not have, so the topics should be described anew.
    [[nodiscard]] bool sawUnknownPartition() const { return m_unknownPartition; }
    /// Samples, or why there is none, parallel to the projections' settings.
    [[nodiscard]] std::vector<Result<ProjectionSample>> finish(const HeadsAnswer& heads,
                                                               const Memberships& memberships);

private:
    struct Part
    {
        ProjectionSample sample;
        std::optional<Error> failure; ///< no position could be read
        std::size_t firstLag = 0;     ///< index into m_lagRows
        Duration late{0};             ///< of the group's positions, see GroupOffsets::late
    };
    void begin(const ProjectionSettings& settings, const Layout::Projection& layout, const StoreResults& stores);
    void takeGroup(Part& part, const ProjectionSettings& settings, const Layout::Projection& layout) const;
    void takeCheckpoint(Part& part, const ProjectionSettings& settings, const StoreResults& stores);
    void takeWriteSides(Part& part, const ProjectionSettings& settings, const StoreResults& stores) const;
    void takeHeads(Part& part, const Layout::Projection& layout, const HeadsAnswer& heads) const;

    std::shared_ptr<const Layout> m_layout;
    std::span<const ProjectionSettings> m_projections;
    std::span<const WriteSideSettings> m_writeSides;
    std::vector<std::unordered_set<std::string_view>> m_fed; ///< topics of the write sides, parallel to them
    PositionsAnswer m_positions;
    std::vector<Part> m_parts;
    std::vector<LagRow> m_lagRows;
    bool m_unknownPartition = false;
};

} // namespace projectionist
