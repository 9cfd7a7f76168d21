// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The checks of a session: what the page asks for, and what the desk answers.
#include "app/desktop/session.h"

namespace projectionist {

void Session::wireChecks()
{
    auto* page = m_window.reconciliation();
    connect(page, &ReconcilePage::runWanted, this, [this](const std::string& check) {
        if (m_checks)
            m_checks->desk().run(check);
    });
    connect(page, &ReconcilePage::cancelWanted, this, [this](const std::string& check) {
        if (m_checks)
            m_checks->desk().cancel(check);
    });
    connect(page, &ReconcilePage::pauseWanted, this, [this](const std::string& check) {
        if (m_checks)
            m_checks->desk().pause(check);
    });
    connect(page, &ReconcilePage::resumeWanted, this, [this](const std::string& check) {
        if (m_checks)
            m_checks->desk().resume(check);
    });
    connect(page, &ReconcilePage::showWanted, this, [this](const std::string& check) {
        if (m_checks)
            m_checks->desk().show(check);
    });
    connect(page, &ReconcilePage::exportWanted, this,
            [this](const DifferenceExportOrder& order) { m_differenceExports.start(order); });
    connect(page, &ReconcilePage::exportStopped, this, [this] { m_differenceExports.cancel(); });
    connect(&m_replays, &ReplayLink::reprojected, this, [this](const ReprojectedRows& rows) {
        if (m_checks)
            m_checks->desk().recheck(rows);
    });
    connect(&m_feed, &LiveFeed::snapshotArrived, this, [this](const std::shared_ptr<const Snapshot>& snapshot) {
        if (m_checks)
            m_checks->desk().observe(snapshot);
    });
}

void Session::watchChecks()
{
    if (m_checks && m_checks->serves(m_workspace, m_watchedContext))
        return;
    retire(std::move(m_checks));
    m_checks = std::make_unique<CheckLink>(m_workspace, m_watchedContext, m_clock, stateDirectory());
    m_window.forgetChecks();
}

void Session::pollChecks()
{
    m_differenceExports.poll();
    if (!m_checks)
        return;
    if (const auto board = m_checks->takeBoard())
        m_window.setChecks(board);
    for (const auto& shown : m_checks->takeShown())
        m_window.reconciliation()->setShown(shown);
}

} // namespace projectionist
