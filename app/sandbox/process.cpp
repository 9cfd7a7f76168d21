// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/process.h"

#include "backend/core/format.h"
#include "backend/store/postgres/postgresstore.h"

#include <csignal>
#include <ctime>
#include <fmt/format.h>

namespace projectionist {

namespace {

sigset_t stopSignals()
{
    sigset_t set;
    ::sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        ::sigaddset(&set, number);
    return set;
}

} // namespace

StopSignal::StopSignal()
{
    const sigset_t set = stopSignals();
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
}

bool StopSignal::requested()
{
    sleep(Duration(0));
    return m_requested;
}

void StopSignal::sleep(Duration time)
{
    if (m_requested)
        return;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const timespec limit{static_cast<time_t>(seconds.count()),
                         static_cast<long>(std::chrono::nanoseconds(time - seconds).count())};
    const sigset_t set = stopSignals();
    m_requested = ::sigtimedwait(&set, nullptr, &limit) > 0;
}

void logLine(const std::string& text)
{
    fmt::print(stderr, "{} {}\n", formatRfc3339(SystemClock().now()), text);
}

void ErrorLog::report(const Error& error)
{
    const std::string text = toString(error);
    if (text != m_last)
        logLine(text);
    m_last = text;
}

Result<std::unique_ptr<RelationalStore>> openStore(const SandboxSettings& settings)
{
    return connectPostgres(settings.storeSettings(), Access::ReadWrite);
}

} // namespace projectionist
