// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/checklink.h"

#include "backend/history/audittrail.h"
#include "backend/reconcile/causes.h"
#include "backend/store/postgres/postgressnapshot.h"

namespace projectionist {

namespace {

/// Letters that somebody has dealt with are no causes; if that cannot be read, all of them may be.
std::vector<ResolvedLetter> resolvedOf(const std::string& context, const std::filesystem::path& stateFolder)
{
    auto resolved = ResolvedLetters::open(auditFile(stateFolder));
    return resolved ? resolved->read(context).value_or(std::vector<ResolvedLetter>()) : std::vector<ResolvedLetter>();
}

} // namespace

CheckLink::CheckLink(const Workspace& workspace, std::string context, const Clock& clock,
                     const std::filesystem::path& stateFolder)
    : m_workspace(workspace)
    , m_context(std::move(context))
    , m_desk(m_workspace, m_context, readPostgresSnapshot, clock, checkHistoryFile(stateFolder),
             {[this](std::shared_ptr<const CheckBoard> board) { m_boards.push(std::move(board)); },
              [this](ShownCheck shown) { m_shown.push(std::move(shown)); }},
             [this, &clock, stateFolder](const CheckSettings& check, CheckResult& result, const std::stop_token& stop) {
                 CauseFinder finder(m_workspace, m_context, defaultLetterConnectors(), clock,
                                    resolvedOf(m_context, stateFolder), {},
                                    deploymentsOf(m_context, auditFile(stateFolder)));
                 // Stopped: the result says so by having no causes.
                 static_cast<void>(finder.find(check, result, stop));
             })
{
}

bool CheckLink::serves(const Workspace& workspace, const std::string& context) const
{
    return context == m_context && workspace == m_workspace;
}

std::shared_ptr<const CheckBoard> CheckLink::takeBoard()
{
    auto boards = m_boards.drain();
    return boards.empty() ? nullptr : std::move(boards.back());
}

} // namespace projectionist
