// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/sandboxlink.h"

#include "app/sandbox/control.h"
#include "backend/core/format.h"
#include "models/text.h"

#include <QCoreApplication>

namespace projectionist {

namespace {

constexpr std::chrono::seconds askInterval{1};
constexpr Duration askTimeout{3'000};
constexpr Duration orderTimeout{20'000};

SandboxMenuState stateOf(const SandboxControl& control)
{
    SandboxMenuState state;
    const auto faults = control.faults(askTimeout);
    if (!faults) {
        state.problem = toQString(toString(faults.error()));
        return state;
    }
    for (const auto& fault : *faults)
        state.faults.push_back({toQString(fault.name), toQString(fault.title), toQString(fault.see),
                                toQString(fault.refusal), fault.active});
    if (const auto status = control.status(askTimeout))
        state.summary =
            QCoreApplication::translate("SandboxLink", "Sandbox: %1 events/s, %2, %3")
                .arg(toQString(formatRate(status->rate)), toQString(status->broker), toQString(status->store));
    return state;
}

} // namespace

SandboxLink::SandboxLink(std::filesystem::path socket)
    : m_socket(std::move(socket)), m_thread([this](const std::stop_token& stop) { run(stop); })
{
}

void SandboxLink::request(const QString& fault, bool clear)
{
    const std::lock_guard lock(m_mutex);
    m_orders.push_back({fault.toStdString(), clear});
    m_wake.notify_one();
}

void SandboxLink::run(const std::stop_token& stop)
{
    const SandboxControl control(m_socket);
    std::string refused; ///< why the last order failed; shown until the next one
    while (!stop.stop_requested()) {
        auto state = stateOf(control);
        if (state.problem.isEmpty())
            state.problem = toQString(refused);
        m_states.push(std::move(state));
        std::unique_lock lock(m_mutex);
        const bool ordered = m_wake.wait_for(lock, stop, askInterval, [this] { return !m_orders.empty(); });
        lock.unlock();
        if (ordered && !stop.stop_requested())
            refused = carryOut(control);
    }
}

std::string SandboxLink::carryOut(const SandboxControl& control)
{
    Order order;
    {
        const std::lock_guard lock(m_mutex);
        order = m_orders.front();
        m_orders.pop_front();
    }
    const auto done =
        order.clear ? control.clear(order.fault, orderTimeout) : control.inject(order.fault, orderTimeout);
    return done ? std::string() : toString(done.error());
}

} // namespace projectionist
