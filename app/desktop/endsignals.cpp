// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/endsignals.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <QSocketNotifier>
#include <sys/eventfd.h>
#include <unistd.h>

namespace projectionist {

namespace {

constexpr std::array endSignals{SIGTERM, SIGINT, SIGHUP};

/// A handler is given nothing but the number, so where it writes to has to be global. Not signalfd(2): a blocked signal
/// stays blocked in every program that is started from here.
std::atomic<int> wakeUp{-1};
static_assert(std::atomic<int>::is_always_lock_free, "or a handler must not touch it");

extern "C" void projectionistEndSignal(int /*number*/)
{
    const int before = errno;
    constexpr std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wakeUp, &one, sizeof one);
    errno = before;
}

} // namespace

EndSignals::EndSignals(QObject* parent) : QObject(parent)
{
    const int descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (descriptor < 0)
        return; // they end the program as they always did
    wakeUp = descriptor;
    auto* notifier = new QSocketNotifier(descriptor, QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this, descriptor] {
        std::uint64_t count = 0;
        if (::read(descriptor, &count, sizeof count) == sizeof count)
            emit received();
    });
    for (const int number : endSignals) {
        struct sigaction former
        {
        };
        struct sigaction action
        {
        };
        action.sa_handler = projectionistEndSignal;
        action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
        if (::sigaction(number, nullptr, &former) == 0 && former.sa_handler != SIG_IGN)
            ::sigaction(number, &action, nullptr);
    }
}

EndSignals::~EndSignals()
{
    for (const int number : endSignals) {
        struct sigaction current
        {
        };
        if (::sigaction(number, nullptr, &current) == 0 && current.sa_handler == projectionistEndSignal)
            std::signal(number, SIG_DFL);
    }
    if (const int descriptor = wakeUp.exchange(-1); descriptor >= 0)
        ::close(descriptor);
}

} // namespace projectionist
