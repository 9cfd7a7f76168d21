// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The drills of a session: what the page asks for, and what the desk answers.
#include "app/desktop/session.h"

#include "widgets/readiness/readinesspage.h"

namespace projectionist {

void Session::wireDrills()
{
    auto* page = m_window.readiness();
    connect(page, &ReadinessPage::runWanted, this, [this](const std::string& projection, DrillKind kind) {
        if (m_drills)
            m_drills->desk().run(projection, kind);
    });
    connect(page, &ReadinessPage::cancelWanted, this, [this](const std::string& projection, DrillKind kind) {
        if (m_drills)
            m_drills->desk().cancel(projection, kind);
    });
}

void Session::watchDrills()
{
    if (m_drills && m_drills->serves(m_workspace, m_watchedContext))
        return;
    retire(std::move(m_drills));
    m_drills = std::make_unique<DrillLink>(m_workspace, m_watchedContext, m_clock, stateDirectory());
    m_window.setDrills(std::make_shared<const DrillBoard>());
}

void Session::pollDrills()
{
    if (const auto board = m_drills ? m_drills->takeBoard() : nullptr)
        m_window.setDrills(board);
}

} // namespace projectionist
