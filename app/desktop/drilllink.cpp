// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/drilllink.h"

#include "backend/history/audittrail.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QStandardPaths>

namespace projectionist {

namespace {

/// projectionistctl is the worker that is killed.
DrillConnectors drillConnectors(const Workspace& workspace, const std::string& context)
{
    const auto name = QStringLiteral("projectionistctl");
    const auto beside = QCoreApplication::applicationDirPath() + u'/' + name;
    const auto program = QFileInfo(beside).isExecutable() ? beside : QStandardPaths::findExecutable(name);
    auto connectors = defaultDrillConnectors();
    if (!program.isEmpty())
        connectors.worker = {
            program.toStdString(), "--config", workspace.file.string(), "--context", context, "drill", "worker"};
    return connectors;
}

} // namespace

DrillLink::DrillLink(const Workspace& workspace, std::string context, const Clock& clock,
                     const std::filesystem::path& stateFolder)
    : m_workspace(workspace)
    , m_context(std::move(context))
    , m_stateFolder(stateFolder)
    , m_desk(
          m_workspace, m_context, drillConnectors(m_workspace, m_context), clock, drillHistoryFile(stateFolder),
          [this](const std::string& projection, DrillKind kind) { return permit(projection, kind); },
          [this](std::shared_ptr<const DrillBoard> board) { m_boards.push(std::move(board)); })
{
}

/// On production somebody has to type the name; what is done stands in the audit trail.
Result<void> DrillLink::permit(const std::string& projection, DrillKind kind) const
{
    const auto* const context = m_workspace.context(m_context);
    if (context && context->environment == Environment::Production)
        return tl::unexpected(Error{ErrorKind::Permission, "The drill was not run", "this context is for production",
                                    "Unlock it, and run: projectionistctl drill " + std::string(toString(kind)) + ' ' +
                                        projection + " --confirm " + projection + '.',
                                    false});
    AuditEntry entry;
    entry.at = SystemClock().now();
    entry.who = actingUser();
    entry.context = m_context;
    entry.act = "drill";
    entry.object = projection;
    entry.detail = std::string(toString(kind)) + ", in a scratch schema";
    auto trail = AuditTrail::open(auditFile(m_stateFolder));
    return trail ? trail->append(entry).map([](std::uint64_t) {}) : tl::unexpected(trail.error());
}

bool DrillLink::serves(const Workspace& workspace, const std::string& context) const
{
    return context == m_context && workspace == m_workspace;
}

std::shared_ptr<const DrillBoard> DrillLink::takeBoard()
{
    auto boards = m_boards.drain();
    return boards.empty() ? nullptr : std::move(boards.back());
}

} // namespace projectionist
