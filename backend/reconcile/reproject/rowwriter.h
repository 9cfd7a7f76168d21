// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/replay/replayconnectors.h"
#include "backend/deadletter/replay/replayplan.h"
#include "backend/deadletter/replay/replaysender.h"

namespace projectionist {

/// Why the rows of a projection cannot be written by its declaration; nullopt: they can.
[[nodiscard]] std::optional<Error> whyNotWritten(const ProjectionSettings& projection);

/// Opens a store for writing.
using OpenToWrite = std::function<Result<std::unique_ptr<RelationalStore>>(const StoreSettings&)>;

/// Makes the row of each key of a plan for ReplayTargetKind::Rows what its events make of it, up to where the
/// projection is with this key: locks it, reads how far it is, folds, writes, reads back, in one transaction. So a
/// worker that runs meanwhile is neither overtaken nor undone, as long as it locks the rows that it changes.
[[nodiscard]] Result<std::unique_ptr<ReplaySender>> makeRowWriter(const Workspace& workspace, const ReplayPlan& plan,
                                                                  const LetterConnectors& connectors,
                                                                  const OpenToWrite& open, const Clock& clock);

/// Those of replays, and rows that are written in PostgreSQL.
[[nodiscard]] ReplayConnectors reprojectionConnectors();

} // namespace projectionist
