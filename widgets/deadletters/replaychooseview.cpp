// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deadletters/replaychooseview.h"

#include "backend/core/format.h"
#include "models/lettertext.h"
#include "models/replaysheets.h"
#include "models/text.h"
#include "widgets/common/icons.h"
#include "widgets/common/panel.h"
#include "widgets/common/tableproxy.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/replaylayout.h"

#include <QButtonGroup>
#include <QPushButton>
#include <QRadioButton>
#include <QTableView>

namespace projectionist {

namespace {

QString countedLetters(std::uint64_t count)
{
    return count == 1
               ? ReplayChooseView::tr("1 letter")
               : ReplayChooseView::tr("%1 letters").arg(toQString(formatNumber(static_cast<std::int64_t>(count))));
}

QString scopeText(const ReplayScope& scope)
{
    const auto letters = countedLetters(scope.count);
    const auto filter = strangersText(scope.filter, 160);
    switch (scope.kind) {
    case ReplayScope::Kind::Selected:
        return scope.count == 1 ? ReplayChooseView::tr("The selected letter: %1")
                                      .arg(strangersText(scope.selected.front().eventType.empty()
                                                             ? scope.selected.front().exception
                                                             : scope.selected.front().eventType))
                                : ReplayChooseView::tr("The selected %1").arg(letters);
    case ReplayScope::Kind::Group:
        return filter.isEmpty() ? ReplayChooseView::tr("The group %1: %2").arg(scope.name, letters)
                                : ReplayChooseView::tr("The group %1, as filtered: %2").arg(scope.name, letters);
    case ReplayScope::Kind::Listed:
        break;
    }
    return filter.isEmpty() ? ReplayChooseView::tr("All dead letters: %1").arg(letters)
                            : ReplayChooseView::tr("All that the filter lists: %1 (%2)").arg(letters, filter);
}

QString runButtonText(const ReplayStatus& run)
{
    if (run.running)
        return ReplayChooseView::tr("Watch");
    return canBeResumed(run.progress) ? ReplayChooseView::tr("Resume\u2026") : ReplayChooseView::tr("Show proof");
}

} // namespace

ReplayChooseView::ReplayChooseView(QSettings& settings, QWidget* parent)
    : QWidget(parent)
    , m_model(replayColumns({tr("Plan"), tr("Made"), tr("Target"), tr("State"), tr("Done"), tr("Context")}, {4}))
    , m_scopeBox(new QVBoxLayout)
    , m_group(new QButtonGroup(this))
    , m_state(makeWrappedLabel(this))
    , m_open(new QPushButton(themeIcon(QStringLiteral("folder")), tr("Open plan\u2026"), this))
{
    auto* layout = bareLayout<QVBoxLayout>(this, 10);
    layout->addWidget(makeHeading(tr("Which letters?"), this));
    layout->addLayout(m_scopeBox);
    auto* frozen = makeWrappedLabel(this);
    frozen->setText(tr("They are counted exactly and frozen when you go on: new failures never join them. Nothing is "
                       "sent before you have seen the plan."));
    layout->addWidget(frozen);
    layout->addWidget(m_state);
    auto* row = new QHBoxLayout;
    row->addWidget(m_open);
    row->addStretch(1);
    m_open->setAccessibleDescription(tr("A plan that was saved, to be reviewed or run"));
    layout->addLayout(row);
    layout->addSpacing(8);
    layout->addWidget(makeRuns(settings), 1);
    connect(m_open, &QPushButton::clicked, this, &ReplayChooseView::openFileRequested);
    connect(m_group, &QButtonGroup::idToggled, this, [this] { emit scopeChanged(); });
    setState({});
    setRuns({}, Zone::Utc);
}

QWidget* ReplayChooseView::makeRuns(QSettings& settings)
{
    auto* runs = new QWidget(this);
    m_noRuns = makeWrappedLabel(runs);
    m_noRuns->setText(tr("No replay has been run on this machine."));
    m_table = new TableView(QStringLiteral("replay-runs"), tr("Replays on this machine"), settings, runs);
    m_table->setModel(&m_model);
    m_table->setDefaultSort(-1, Qt::AscendingOrder);
    m_table->setDefaultWidths({200, 170, 160, 260, 90, 100}, 3);
    m_openRun = new QPushButton(tr("Resume\u2026"), runs);
    auto* row = new QHBoxLayout;
    row->addWidget(makeHeading(tr("Replays on this machine"), runs), 1);
    row->addWidget(m_openRun);
    auto* layout = bareLayout<QVBoxLayout>(runs);
    layout->addLayout(row);
    layout->addWidget(m_noRuns);
    layout->addWidget(m_table, 1);
    layout->addStretch(0);
    connect(m_openRun, &QPushButton::clicked, this, &ReplayChooseView::chooseRun);
    connect(m_table, &TableView::activated, this, &ReplayChooseView::chooseRun);
    connect(m_table, &TableView::currentRowChanged, this, &ReplayChooseView::showRunButton);
    return runs;
}

void ReplayChooseView::setScopes(std::vector<ReplayScope> scopes)
{
    m_scopes = std::move(scopes);
    for (auto* button : m_group->buttons())
        delete button;
    bool chosen = false;
    for (std::size_t i = 0; i < m_scopes.size(); ++i) {
        auto* button = new QRadioButton(displayable(scopeText(m_scopes[i])).replace(u'&', QLatin1String("&&")), this);
        button->setEnabled(m_scopes[i].count > 0);
        m_group->addButton(button, static_cast<int>(i));
        m_scopeBox->addWidget(button);
        if (!chosen && button->isEnabled()) {
            button->setChecked(true);
            chosen = true;
        }
    }
    emit scopeChanged();
}

const ReplayScope* ReplayChooseView::scope() const
{
    const auto id = m_group->checkedId();
    return id < 0 ? nullptr : &m_scopes[static_cast<std::size_t>(id)];
}

void ReplayChooseView::setRuns(std::vector<ReplayStatus> runs, Zone zone)
{
    m_runs = std::move(runs);
    m_model.setRows(runRows(m_runs, zone));
    m_table->setVisible(!m_runs.empty());
    m_noRuns->setVisible(m_runs.empty());
    showRunButton();
}

void ReplayChooseView::setState(const QString& text)
{
    m_state->setText(text);
    m_state->setVisible(!text.isEmpty());
}

void ReplayChooseView::showRunButton()
{
    const auto at = m_table->proxy()->mapToSource(m_table->table()->currentIndex());
    m_openRun->setVisible(!m_runs.empty());
    m_openRun->setEnabled(at.isValid());
    if (at.isValid())
        m_openRun->setText(runButtonText(m_runs[static_cast<std::size_t>(at.row())]));
}

void ReplayChooseView::chooseRun()
{
    const auto at = m_table->proxy()->mapToSource(m_table->table()->currentIndex());
    if (at.isValid())
        emit runChosen(m_runs[static_cast<std::size_t>(at.row())]);
}

void ReplayChooseView::focusInEvent(QFocusEvent* event)
{
    auto* checked = m_group->checkedButton();
    (checked ? static_cast<QWidget*>(checked) : m_open)->setFocus(event->reason());
}

} // namespace projectionist
