// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Exporting the letters of the list: what the page asks for, and what it shows of how it goes.
#include "backend/core/format.h"
#include "models/livefeed.h"
#include "models/text.h"
#include "widgets/common/actline.h"
#include "widgets/common/messages.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/deadletterspage.h"
#include "widgets/deadletters/exportdialog.h"

#include <QItemSelectionModel>
#include <QShortcut>
#include <QTableView>
#include <QToolButton>

namespace projectionist {

namespace {

const QString exportShortcut = QStringLiteral("Ctrl+E");
const QString exportMessage = QStringLiteral("export");

} // namespace

void DeadLettersPage::wireExport()
{
    m_export->setToolTip(tr("All letters of the list, whether or not they have been loaded, as JSON Lines or CSV (%1). "
                            "Selecting several letters exports those.")
                             .arg(exportShortcut));
    connect(m_export, &QToolButton::clicked, this, &DeadLettersPage::openExport);
    auto* shortcut = new QShortcut(QKeySequence(exportShortcut), this);
    shortcut->setContext(Qt::WidgetWithChildrenShortcut);
    connect(shortcut, &QShortcut::activated, this, [this] {
        if (m_export->isEnabled())
            openExport();
    });
    connect(m_exportLine, &ActLine::cancelled, this, [this] {
        m_exportLine->showEnd(tr("Export cancelled; nothing was written."));
        showExport();
        ++m_exportToken;
        emit exportStopped();
    });
    connect(m_letterTable->table()->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            &DeadLettersPage::showExport);
}

/// One at a time; while a filter is being tested the list is not yet what it will be.
void DeadLettersPage::showExport()
{
    m_export->setEnabled(!m_exportLine->isRunning() && listIsReady());
}

void DeadLettersPage::openExport()
{
    if (m_exportLine->isRunning() || m_exporting)
        return;
    auto places = selectedPlaces();
    const auto number = [](std::uint64_t count) { return toQString(formatNumber(static_cast<std::int64_t>(count))); };
    const auto what = !places.empty() ? tr("The %1 letters selected.").arg(number(places.size()))
                      : m_query.group ? tr("All letters of this group that pass the filter.")
                                      : tr("All letters that pass the filter, %1 now.").arg(number(m_board->listed));
    std::function<QString(const LetterExportOrder&)> command;
    if (places.empty())
        command = [this, condition = m_query.filter.empty() && !m_query.group ? std::string() : listCondition(),
                   query = m_query](LetterExportOrder order) {
            decodeIn(order);
            return exportCommand(m_workspaceFile, m_contextName, query, condition, order);
        };
    m_exporting = new ExportDialog(what, std::move(command), this);
    m_exporting->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_exporting, &ExportDialog::exportRequested, this,
            [this, places = std::move(places)](LetterExportOrder order) {
                order.token = ++m_exportToken;
                order.query = m_query.number;
                order.places = places;
                decodeIn(order);
                beginExport(order);
            });
    m_exporting->open();
}

/// Payloads as the page shows them: decoded, where there is who can.
void DeadLettersPage::decodeIn(LetterExportOrder& order) const
{
    order.content.decoded = order.content.payload && m_registry.has_value();
    order.content.registry = m_registry;
}

void DeadLettersPage::beginExport(const LetterExportOrder& order)
{
    m_messages->remove(exportMessage);
    m_exportFile = order.file;
    m_exportBegan = m_services.feed.now();
    m_exportPart = m_board && !(m_board->complete && m_board->undecided == 0 && m_board->refused == 0);
    m_exportLine->showProgress(tr("Exporting to %1").arg(order.file), 0, 0);
    showExport();
    emit exportWanted(order);
}

void DeadLettersPage::setExporting(std::uint64_t token, std::uint64_t done, std::uint64_t total)
{
    if (token == m_exportToken && m_exportLine->isRunning())
        m_exportLine->showProgress(
            tr("Exporting to %1: %2")
                .arg(m_exportFile, actProgressText(done, total, m_services.feed.now() - m_exportBegan)),
            done, total);
}

void DeadLettersPage::setExported(std::uint64_t token, const Result<ExportOutcome>& outcome)
{
    if (token != m_exportToken || !m_exportLine->isRunning())
        return;
    if (outcome) {
        const auto text = exportedText(*outcome, m_exportFile);
        m_exportLine->showEnd(m_exportPart ? text + u' ' + tr("It is a part: not all had been read or tested.") : text);
    } else {
        m_exportLine->showEnd(tr("Nothing was exported."));
        m_messages->show(messageOf(exportMessage, outcome.error(), MessageLevel::Critical));
    }
    showExport();
}

/// Whoever was asked answers no more.
void DeadLettersPage::forgetExport()
{
    if (m_exporting)
        m_exporting->reject();
    if (m_exportLine->isRunning()) {
        m_exportLine->showEnd(tr("Nothing was exported: the workspace changed meanwhile. Export again."));
        ++m_exportToken;
        emit exportStopped();
    }
    showExport();
}

} // namespace projectionist
