// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/core/snapshot.h"
#include "models/projectiondrift.h"

#include <QString>
#include <vector>

namespace projectionist {

/// A stage of the way from the write to the read row.
struct PipelineStage
{
    QString title;
    QString detail;
    bool failed = false; ///< cannot be reached: what is known of it is old

    bool operator==(const PipelineStage&) const = default;
};

/// Between two stages: the time that events spend there, where it is known.
struct PipelineArrow
{
    QString time; ///< "11 ms"; "—" if it is not known
    QString detail;
    ColorMeaning meaning = ColorMeaning::Normal;

    bool operator==(const PipelineArrow&) const = default;
};

/// Stages from left to right with the arrows between them: arrows.size() + 1 == stages.size(), or both empty.
struct Pipeline
{
    std::vector<PipelineStage> stages;
    std::vector<PipelineArrow> arrows;

    bool operator==(const Pipeline&) const = default;
};

/// A pure function. Without a write side in the workspace the strip begins with the broker, and without checks (`drift`
/// is that of all) it ends with the read stores.
[[nodiscard]] Pipeline pipelineOf(const Workspace& workspace, const std::string& context, const Snapshot* snapshot,
                                  const ProjectionDrift& drift = {}, TimePoint now = {});

} // namespace projectionist
