// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/sandboxservers.h"

namespace projectionist {

/// A workspace that watches the sandbox: context "sandbox", its broker and store, the three projections with their
/// objectives and a check each, the replica with one, the outbox.
[[nodiscard]] Workspace sandboxWorkspace(const RunOptions& options, const std::filesystem::path& controlSocket);

} // namespace projectionist
