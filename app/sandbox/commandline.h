// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/process.h"

namespace projectionist {

/// Runs the program; the exit code: 0 done, 2 something cannot be reached or refuses, 3 usage or configuration.
[[nodiscard]] int runCommandLine(int argc, char** argv, const Clock& clock, StopSignal& stop);

} // namespace projectionist
