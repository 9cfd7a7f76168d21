// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/core/error.h"

#include <csignal>
#include <string>

namespace projectionist::ctl {

/// As monitoring plug-ins have them (alerting.md, 3.5).
enum ExitCode : int
{
    Fine = 0,
    Warning = 1,
    Critical = 2,
    Failed = 3
};

/// Data goes to standard output, messages to standard error.
class Console
{
public:
    Console();

    /// Standard output, at once. False when nobody reads it any more.
    bool print(const std::string& text);
    /// Standard error, unless quiet.
    void note(const std::string& message) const;
    /// Standard error, always, after the program's name.
    void complain(const std::string& message) const;
    void complain(const Error& error) const { complain(toString(error)); }

    void setQuiet(bool quiet) { m_quiet = quiet; }
    void setNoColor(bool noColor) { m_color = m_color && !noColor; }
    /// Standard output is a terminal that may be coloured.
    [[nodiscard]] bool color() const { return m_color; }
    [[nodiscard]] bool isTerminal() const { return m_terminal; }

private:
    bool m_terminal;
    bool m_color;
    bool m_quiet = false;
};

/// Ctrl+C and SIGTERM as something to wait for. Blocks them for this thread and those it starts afterwards.
class Interruption
{
public:
    Interruption();
    /// Sleeps; true, and at once, if the user wants an end.
    [[nodiscard]] bool wait(Duration duration);

private:
    sigset_t m_signals{};
    bool m_interrupted = false;
};

} // namespace projectionist::ctl
