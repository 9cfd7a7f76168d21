// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/console.h"

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace projectionist::ctl {

namespace {

/// no-color.org: any value but the empty one.
bool wantsColor()
{
    const char* no = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    return (!no || !*no) && !(terminal && std::string(terminal) == "dumb");
}

} // namespace

Console::Console() : m_terminal(::isatty(STDOUT_FILENO) == 1), m_color(m_terminal && wantsColor()) {}

bool Console::print(const std::string& text)
{
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
}

void Console::note(const std::string& message) const
{
    if (!m_quiet)
        std::fprintf(stderr, "%s\n", message.c_str());
}

void Console::complain(const std::string& message) const
{
    std::fprintf(stderr, "projectionistctl: %s\n", message.c_str());
}

Interruption::Interruption()
{
    sigemptyset(&m_signals);
    sigaddset(&m_signals, SIGINT);
    sigaddset(&m_signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &m_signals, nullptr);
}

bool Interruption::wait(Duration duration)
{
    if (!m_interrupted) {
        const timespec limit{static_cast<time_t>(duration.count() / 1000),
                             static_cast<long>(duration.count() % 1000 * 1'000'000)};
        m_interrupted = sigtimedwait(&m_signals, nullptr, &limit) > 0;
    }
    return m_interrupted;
}

} // namespace projectionist::ctl
