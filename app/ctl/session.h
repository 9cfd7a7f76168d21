// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/ctl/console.h"
#include "backend/config/workspacefile.h"

namespace projectionist::ctl {

struct CommonOptions
{
    std::string config;
    std::string context;
    bool quiet = false;
    bool noColor = false;
};

/// What every subcommand works with.
struct Session
{
    CommonOptions options;
    Console& console;
    Interruption& interruption;

    /// Options are known only after parsing.
    void applyOptions();
    [[nodiscard]] LoadedWorkspace load() const;
    /// The workspace with the wanted context as its current one; findings go to standard error. nullopt: exit with
    /// Failed.
    [[nodiscard]] std::optional<Workspace> workspace();
};

} // namespace projectionist::ctl
