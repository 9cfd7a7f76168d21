// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/readiness/readinesspage.h"

#include "models/lettertext.h"
#include "models/livefeed.h"
#include "models/rangecontroller.h"
#include "models/text.h"
#include "widgets/common/icons.h"
#include "widgets/common/messages.h"
#include "widgets/common/panel.h"
#include "widgets/common/tableproxy.h"
#include "widgets/common/tableview.h"

#include <QFocusEvent>
#include <QItemSelectionModel>
#include <QPlainTextEdit>
#include <QShortcut>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace projectionist {

namespace {

const QString drillHistoryTrouble = QStringLiteral("drill-history");
const QString drillTrouble = QStringLiteral("drill");

} // namespace

ReadinessPage::ReadinessPage(const WindowServices& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_messages(new MessageArea(this)), m_stack(new QStackedWidget(this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(10);
    layout->addWidget(m_messages);
    layout->addWidget(m_stack, 1);
    m_stack->addWidget(makeEmpty());
    m_stack->addWidget(makeContent());
    wire();
    setBoard(std::make_shared<const DrillBoard>());
}

QWidget* ReadinessPage::makeEmpty()
{
    auto* empty = new Panel(m_stack);
    auto* text = new PlainLabel(
        tr("This context has no projections.\n\nDrills try in scratch tables whether a projection can be trusted when "
           "things go wrong: the same events twice, a worker that is killed in the middle, a session that ends between "
           "rows and positions, and the whole log built beside the table in use."),
        empty);
    text->setWordWrap(true);
    text->setTint(ColorMeaning::Muted);
    auto* layout = new QVBoxLayout(empty);
    layout->setContentsMargins(24, 24, 24, 24);
    layout->addWidget(text);
    layout->addStretch(1);
    return empty;
}

QWidget* ReadinessPage::makeBar(QWidget* parent)
{
    auto* bar = new QWidget(parent);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(10, 6, 8, 6);
    row->addWidget(makeHeading(tr("Drills"), bar), 1);
    const auto add = [&](const QString& text, const QString& tip) {
        auto* button = new QToolButton(bar);
        button->setText(text);
        button->setToolTip(tip);
        button->setFocusPolicy(Qt::StrongFocus);
        row->addWidget(button);
        return button;
    };
    m_run = add(tr("Run drill"), tr("In a schema of its own, which is dropped afterwards (F5)"));
    m_cancel = add(tr("Cancel drill"), tr("Ends it; nothing of it stays"));
    return bar;
}

QWidget* ReadinessPage::makeContent()
{
    auto* content = new QWidget(m_stack);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    auto* panel = new Panel(content);
    auto* box = new QVBoxLayout(panel);
    box->setContentsMargins(1, 1, 1, 1);
    box->setSpacing(0);
    m_table = new TableView(QStringLiteral("drills"), tr("Drills"), m_services.settings, panel);
    box->addWidget(makeBar(panel));
    box->addWidget(m_table);
    m_table->setModel(&m_model);
    m_table->setDefaultSort(-1, Qt::AscendingOrder);
    m_table->setDefaultWidths({190, 190, 320, 110, 90, 84, 140}, ReadinessModel::Result);
    m_detail = new QPlainTextEdit(content);
    m_detail->setReadOnly(true);
    m_detail->setTabChangesFocus(true);
    m_detail->setAccessibleName(tr("What the chosen drill has done and seen"));
    layout->addWidget(panel, 3);
    layout->addWidget(m_detail, 2);
    return content;
}

void ReadinessPage::wire()
{
    auto* keys = new QShortcut(QKeySequence(Qt::Key_F5), this);
    keys->setContext(Qt::WidgetWithChildrenShortcut);
    connect(keys, &QShortcut::activated, this, &ReadinessPage::runChosen);
    connect(m_run, &QToolButton::clicked, this, &ReadinessPage::runChosen);
    connect(m_cancel, &QToolButton::clicked, this, [this] {
        if (const auto* one = chosen())
            emit cancelWanted(one->projection, one->kind);
    });
    connect(m_table->table()->selectionModel(), &QItemSelectionModel::selectionChanged, this,
            [this](const QItemSelection& selected) {
                const auto rows = m_table->proxy()->mapSelectionToSource(selected).indexes();
                if (rows.isEmpty())
                    return;
                const auto& one = m_model.standingAt(rows.front().row());
                m_chosen.emplace(one.projection, one.kind);
                showChosen();
            });
    connect(&m_services.feed, &LiveFeed::ticked, this, [this] { m_model.setNow(m_services.feed.now()); });
}

void ReadinessPage::setBoard(const std::shared_ptr<const DrillBoard>& board)
{
    m_model.setBoard(*board, m_services.feed.now(), m_services.range.zone());
    m_stack->setCurrentIndex(board->drills.empty() ? 0 : 1);
    if (board->complaint.empty())
        m_messages->remove(drillHistoryTrouble);
    else
        m_messages->show({drillHistoryTrouble,
                          MessageLevel::Warning,
                          tr("Results of drills are not kept"),
                          strangersText(board->complaint, 600),
                          {},
                          {},
                          {}});
    if (!chosen() && !board->drills.empty())
        choose(board->drills.front().projection, board->drills.front().kind);
    showChosen();
}

void ReadinessPage::choose(const std::string& projection, DrillKind kind)
{
    const int row = m_model.rowOf(projection, kind);
    if (row < 0)
        return;
    m_table->setFilter({});
    m_table->table()->selectRow(m_table->proxy()->mapFromSource(m_model.index(row, 0)).row());
}

const DrillStanding* ReadinessPage::chosen() const
{
    const int row = m_chosen ? m_model.rowOf(m_chosen->first, m_chosen->second) : -1;
    return row < 0 ? nullptr : &m_model.standingAt(row);
}

void ReadinessPage::showChosen()
{
    const auto* one = chosen();
    const bool busy = one && (one->waiting || one->running);
    m_run->setEnabled(one && !one->obstacle && !busy);
    m_cancel->setEnabled(busy);
    const auto text = one ? drillDetail(*one, m_services.range.zone()) : QString();
    if (m_detail->toPlainText() != text)
        m_detail->setPlainText(text);
    if (!one || one->complaint.empty())
        m_messages->remove(drillTrouble);
    else
        m_messages->show({drillTrouble,
                          MessageLevel::Warning,
                          tr("The drill was not run"),
                          strangersText(one->complaint, 600),
                          {},
                          {},
                          {}});
}

void ReadinessPage::runChosen()
{
    if (const auto* one = chosen(); one && m_run->isEnabled())
        emit runWanted(one->projection, one->kind);
}

/// No focus proxy: Tab would skip all that comes before it.
void ReadinessPage::focusInEvent(QFocusEvent* event)
{
    m_table->setFocus(event->reason());
}

} // namespace projectionist
