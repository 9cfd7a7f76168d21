// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/frame/sandboxmenu.h"

#include <algorithm>

namespace projectionist {

SandboxMenu::SandboxMenu(QWidget* parent) : QMenu(tr("&Sandbox"), parent)
{
    setToolTipsVisible(true);
    rebuild();
}

void SandboxMenu::setState(const SandboxMenuState& state)
{
    if (state == m_state)
        return;
    m_state = state;
    rebuild();
}

void SandboxMenu::rebuild()
{
    clear();
    auto* header = addAction(!m_state.problem.isEmpty()  ? tr("Not reachable: %1").arg(m_state.problem)
                             : m_state.summary.isEmpty() ? tr("Asking the sandbox…")
                                                         : m_state.summary);
    header->setEnabled(false);
    addSeparator();
    for (const auto& fault : m_state.faults) {
        auto* action = addAction(tr("%1   (%2)").arg(fault.does, fault.name));
        action->setCheckable(true);
        action->setChecked(fault.active);
        action->setEnabled(fault.refusal.isEmpty());
        action->setToolTip(fault.refusal.isEmpty() ? tr("You should see: %1").arg(fault.shows) : fault.refusal);
        action->setStatusTip(action->toolTip());
        connect(action, &QAction::triggered, this, [this, name = fault.name, active = fault.active, action] {
            // The tick says what the sandbox reports, not what was asked for.
            action->setChecked(active);
            emit faultRequested(name, active);
        });
    }
    const bool any = std::any_of(m_state.faults.begin(), m_state.faults.end(), [](const auto& f) { return f.active; });
    if (!any)
        return;
    addSeparator();
    connect(addAction(tr("Clear all faults")), &QAction::triggered, this, [this] {
        // A copy: an answer may replace the state meanwhile.
        const auto faults = m_state.faults;
        for (const auto& fault : faults)
            if (fault.active)
                emit faultRequested(fault.name, true);
    });
}

} // namespace projectionist
