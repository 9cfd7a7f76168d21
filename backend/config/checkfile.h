// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspacefile.h"

namespace projectionist {

// Checks in the files that a workspace was read from. What else a file says, comments and ${...} too, stays as it is;
// it is written as saveWorkspace() does, and not at all (Configuration) if it would not say then what is wanted.
// Conflict: somebody changed the file meanwhile. They wait for disks.

/// What keeps the workspace from having this check, in place of one of its name; only errors. Its place counts for
/// nothing.
[[nodiscard]] std::vector<Diagnostic> mistakesIn(const CheckSettings& check, const Workspace& workspace);
/// Where a new check of a context goes: beside the last one of that context, else to the file of the workspace.
[[nodiscard]] std::filesystem::path fileForChecks(const Workspace& workspace, const std::string& context);

/// At the end of the file.
[[nodiscard]] Result<void> addCheck(const CheckSettings& check, const std::filesystem::path& file);
/// `before` is the check as it was read, with its origin. NotFound if the file has no such check any more.
[[nodiscard]] Result<void> changeCheck(const CheckSettings& before, const CheckSettings& after);
[[nodiscard]] Result<void> removeCheck(const CheckSettings& check);

} // namespace projectionist
