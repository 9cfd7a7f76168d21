// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/reconcile/checkpreviews.h"

#include "backend/config/checkfile.h"
#include "backend/reconcile/sampledflight.h"
#include "models/text.h"

namespace projectionist {

namespace {

constexpr int pauseInTyping = 400; ///< milliseconds

std::size_t indexOf(ComparedSide side)
{
    return static_cast<std::size_t>(side);
}

} // namespace

CheckPreviews::CheckPreviews(const Workspace& workspace, OpenSnapshotReader open, BackgroundTasks& tasks,
                             QObject* parent)
    : QObject(parent), m_workspace(workspace), m_open(std::move(open)), m_tasks(tasks)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(pauseInTyping);
    connect(&m_pause, &QTimer::timeout, this, &CheckPreviews::start);
}

CheckPreviews::~CheckPreviews()
{
    for (const auto& tokens : {m_sideTasks, m_tableTasks})
        for (const auto token : tokens)
            m_tasks.cancel(token);
    m_tasks.cancel(m_lintTask);
}

void CheckPreviews::show(const CheckSettings& check)
{
    m_check = check;
    m_pause.start();
}

void CheckPreviews::again()
{
    m_orders = {};
    start();
}

void CheckPreviews::start()
{
    m_pause.stop();
    startSide(ComparedSide::Expected);
    startSide(ComparedSide::Actual);
    startLint();
}

/// Kind Events: the table of the declared projection.
CheckSide CheckPreviews::actualSide() const
{
    const auto projection = m_check.kind == CheckKind::Events ? projectionOf(m_check, m_workspace) : std::nullopt;
    if (!projection)
        return m_check.actual;
    const auto all = m_workspace.projectionsOf(m_check.context);
    const auto& declared = all[*projection].declared;
    return declared ? CheckSide{declared->store, declared->table, {}, {}} : CheckSide{};
}

void CheckPreviews::startSide(ComparedSide which)
{
    const bool expected = which == ComparedSide::Expected;
    SideOrder order{expected ? m_check.expected : actualSide(), m_check.key};
    if (expected)
        for (auto& column : order.key)
            column = m_check.expectedName(column);
    auto& former = m_orders[indexOf(which)];
    if (former == order)
        return;
    former = order;
    m_tasks.cancel(m_sideTasks[indexOf(which)]);
    const auto* const store = m_workspace.store(order.side.store);
    if (!store || (order.side.table.empty() && order.side.query.empty())) {
        setSide(which, {});
        return;
    }
    ReadSide asked = side(which); // the former rows stay until there are others
    asked.state = ReadSide::State::Asked;
    setSide(which, std::move(asked));
    m_sideTasks[indexOf(which)] = m_tasks.start<Result<SidePreview>>(
        [order, store = *store, open = m_open](const std::stop_token& stop) {
            return previewSide(order.side, order.key, store, open, stop);
        },
        [this, which](Result<SidePreview> read) {
            if (read)
                setSide(which, {ReadSide::State::Read, *std::move(read), {}});
            else
                setSide(which, {ReadSide::State::Failed, {}, std::move(read.error())});
        });
}

void CheckPreviews::setSide(ComparedSide which, ReadSide read)
{
    m_sides[indexOf(which)] = std::move(read);
    emit sideChanged(which);
}

void CheckPreviews::startLint()
{
    m_tasks.cancel(m_lintTask);
    m_lint.reset();
    emit lintChanged();
    m_lintTask = m_tasks.start<ReadLint>(
        [check = m_check, workspace = m_workspace, open = m_open](const std::stop_token& stop) {
            ReadLint read{mistakesIn(check, workspace), {}};
            if (read.mistakes.empty())
                read.lint = previewLint(check, workspace, open, SystemClock(), stop);
            return read;
        },
        [this](ReadLint read) {
            m_lint = std::move(read);
            emit lintChanged();
        });
}

void CheckPreviews::readTables(ComparedSide side, const std::string& store)
{
    m_tasks.cancel(m_tableTasks[indexOf(side)]);
    const auto* const settings = m_workspace.store(store);
    if (!settings)
        return;
    // Without a list one types: what is wrong with the store, the preview says.
    m_tableTasks[indexOf(side)] = m_tasks.start<Result<std::vector<std::string>>>(
        [store = *settings, open = m_open](const std::stop_token& stop) { return previewTables(store, open, stop); },
        [this, side](const Result<std::vector<std::string>>& read) {
            QStringList tables;
            for (const auto& table : read.value_or(std::vector<std::string>()))
                tables << toQString(table);
            emit tablesRead(side, tables);
        });
}

} // namespace projectionist
