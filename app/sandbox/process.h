// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/faults.h"
#include "app/sandbox/settings.h"
#include "backend/store/relationalstore.h"

#include <memory>

namespace projectionist {

/// SIGINT, SIGTERM and SIGHUP as a question instead of an interruption. Make it before any thread: it blocks the
/// signals for all of them.
class StopSignal
{
public:
    StopSignal();
    /// True from the first such signal on.
    [[nodiscard]] bool requested();
    /// Sleeps, but not beyond such a signal.
    void sleep(Duration time);

private:
    bool m_requested = false;
};

/// What every process of the sandbox has.
struct ProcessContext
{
    SandboxSettings settings;
    const Clock& clock;
    StopSignal& stop;
};

/// A line on standard error with the time; the supervisor sends it to a file.
void logLine(const std::string& text);

/// Says an error when it is new, not every time it comes again.
class ErrorLog
{
public:
    void report(const Error& error);
    void allWell() { m_last.clear(); }

private:
    std::string m_last;
};

[[nodiscard]] Result<std::unique_ptr<RelationalStore>> openStore(const SandboxSettings& settings);

} // namespace projectionist
