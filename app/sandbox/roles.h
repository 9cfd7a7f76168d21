// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/process.h"

namespace projectionist {

/// A process of the sandbox: what `projectionist-sandbox worker NAME` runs.
struct SandboxRole
{
    std::string name;       ///< "writer", "relay", or a worker: "parcel_tracking-2"
    std::string projection; ///< empty for writer and relay
    int members = 1;
};

/// All of them, in the order in which they are started.
[[nodiscard]] const std::vector<SandboxRole>& sandboxRoles();
/// nullptr for an unknown name.
[[nodiscard]] const SandboxRole* findRole(const std::string& name);

/// Runs it until asked to stop.
[[nodiscard]] Result<void> runRole(const SandboxRole& role, ProcessContext context);

} // namespace projectionist
