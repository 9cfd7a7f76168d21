// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deadletters/replayrunview.h"

#include "backend/core/format.h"
#include "models/lettertext.h"
#include "models/replaysheets.h"
#include "models/text.h"
#include "widgets/common/icons.h"
#include "widgets/common/messages.h"
#include "widgets/common/panel.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/replaylayout.h"

#include <QComboBox>
#include <QFocusEvent>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>

namespace projectionist {

namespace {

const QString endMessage = QStringLiteral("end");
const QString troubleMessage = QStringLiteral("trouble");
const QString refusalMessage = QStringLiteral("refusals");
constexpr Duration rateSpan{10'000};

/// Letters a second over the last ten seconds; nullopt: none was sent in them.
std::optional<double> sendingRate(const ReplayProgress& progress)
{
    std::size_t sent = 0;
    for (const auto& letter : progress.letters)
        sent += letter.sentAt && progress.at - *letter.sentAt <= rateSpan ? 1 : 0;
    const auto span = std::min(rateSpan, std::chrono::duration_cast<Duration>(progress.at - progress.began));
    if (sent == 0 || span.count() <= 0)
        return std::nullopt;
    return static_cast<double>(sent) * 1000 / static_cast<double>(std::max<std::int64_t>(span.count(), 1000));
}

QString runCounts(const ReplayProgress& progress)
{
    auto text = countsText(progress.counts);
    if (hasEnded(progress.state))
        return text;
    if (const auto rate = sendingRate(progress))
        text += ReplayRunView::tr(" \u00b7 %1/s").arg(toQString(formatRate(*rate)));
    if (progress.until && *progress.until > progress.at)
        text +=
            ReplayRunView::tr(" \u00b7 stops in %1 without proof")
                .arg(toQString(formatDuration(std::chrono::duration_cast<Duration>(*progress.until - progress.at))));
    return text;
}

QString sentences(const std::vector<std::string>& texts)
{
    QStringList lines;
    for (const auto& text : texts)
        lines << strangersText(text, 600);
    return lines.join(u'\n');
}

} // namespace

ReplayRunView::ReplayRunView(ReplayLightsModel& lights, QSettings& settings, QWidget* parent)
    : QWidget(parent)
    , m_lights(lights)
    , m_steps(replayColumns({tr("Step"), tr("Letters"), tr("Sent"), tr("Proved"), tr("State")}, {1, 2, 3}))
    , m_messages(new MessageArea(this))
{
    auto* layout = bareLayout<QVBoxLayout>(this);
    layout->addWidget(makeState());
    layout->addWidget(m_messages);
    layout->addWidget(makeLock());
    layout->addWidget(makeStart());
    setUpTables(settings);
    auto* tables = new QSplitter(Qt::Vertical, this);
    tables->setChildrenCollapsible(false);
    tables->addWidget(m_stepTable);
    tables->addWidget(withRowText(m_table, ReplayLightsModel::Evidence, tables));
    tables->setSizes({130, 400});
    tables->setStretchFactor(1, 1);
    layout->addWidget(tables, 1);
    connect(m_start, &QPushButton::clicked, this, [this] {
        m_asked = true;
        showControls();
        emit startWanted(m_lights.progress() != nullptr, static_cast<ReplayAssumption>(m_assume->currentIndex()));
    });
    connect(m_pause, &QPushButton::clicked, this,
            [this] { emit pauseWanted(m_lights.progress()->state != ReplayState::Paused); });
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_asked = true;
        showControls();
        emit cancelWanted();
    });
    connect(m_name, &QLineEdit::textChanged, this, &ReplayRunView::showControls);
}

QWidget* ReplayRunView::makeState()
{
    auto* panel = new QWidget(this);
    m_state = makeWrappedLabel(panel, ColorMeaning::Normal);
    m_state->setFont(scaledFont(m_state->font(), 1.35, true));
    m_counts = makeWrappedLabel(panel);
    m_counts->setFont(tabularFont(m_counts->font()));
    m_pause = new QPushButton(themeIcon(QStringLiteral("pause")), tr("Pause"), panel);
    m_cancel = new QPushButton(themeIcon(QStringLiteral("close")), tr("Cancel the run"), panel);
    m_cancel->setToolTip(tr("Waits for letters under way; the rest is not sent. It can be resumed."));
    m_bar = new QProgressBar(panel);
    m_bar->setAccessibleName(tr("Letters sent"));
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(6);
    auto* row = new QHBoxLayout;
    row->addWidget(m_state, 1);
    row->addWidget(m_pause);
    row->addWidget(m_cancel);
    auto* layout = bareLayout<QVBoxLayout>(panel, 6);
    layout->addLayout(row);
    layout->addWidget(m_counts);
    layout->addWidget(m_bar);
    return panel;
}

QWidget* ReplayRunView::makeLock()
{
    m_lockRow = new QWidget(this);
    m_lockState = makeWrappedLabel(m_lockRow, ColorMeaning::Warning);
    m_unlock = new QPushButton(themeIcon(QStringLiteral("lock")), tr("Unlock\u2026"), m_lockRow);
    auto* layout = bareLayout<QHBoxLayout>(m_lockRow);
    layout->addWidget(m_lockState, 1);
    layout->addWidget(m_unlock);
    connect(m_unlock, &QPushButton::clicked, this, &ReplayRunView::unlockRequested);
    return m_lockRow;
}

QWidget* ReplayRunView::makeStart()
{
    m_startRow = new QWidget(this);
    m_typeHint = new PlainLabel({}, m_startRow);
    m_name = new QLineEdit(m_startRow);
    m_name->setAccessibleName(tr("Name of the target, typed to confirm"));
    m_assume = new QComboBox(m_startRow);
    m_assume->addItems({tr("Events the command may have got: ask"), tr("\u2026 were applied"),
                        tr("\u2026 were not applied: send again")}); // in the order of ReplayAssumption
    m_assume->setAccessibleName(tr("What became of events that the command was given when its runner was killed"));
    m_start = new QPushButton(themeIcon(QStringLiteral("play")), tr("Replay"), m_startRow);
    auto* layout = bareLayout<QHBoxLayout>(m_startRow);
    layout->addWidget(m_typeHint);
    layout->addWidget(m_name, 1);
    layout->addWidget(m_assume);
    layout->addStretch(1);
    layout->addWidget(m_start);
    return m_startRow;
}

void ReplayRunView::setUpTables(QSettings& settings)
{
    m_stepTable = new TableView(QStringLiteral("replay-steps"), tr("Steps"), settings, this);
    m_stepTable->setModel(&m_steps);
    m_stepTable->setDefaultSort(-1, Qt::AscendingOrder);
    m_stepTable->setDefaultWidths({110, 80, 80, 80, 110}, 4);
    m_table = new TableView(QStringLiteral("replay-lights"), tr("Letters with their lights"), settings, this);
    m_table->setModel(&m_lights);
    m_table->setDefaultSort(-1, Qt::AscendingOrder);
    m_table->setDefaultWidths({46, 110, 130, 96, 100, 100, 100, 100, 50, 170, 160, 170, 170},
                              ReplayLightsModel::Evidence);
    m_table->setDefaultHidden({ReplayLightsModel::Event, ReplayLightsModel::Step, ReplayLightsModel::SentTo,
                               ReplayLightsModel::SentAt, ReplayLightsModel::Letter});
}

void ReplayRunView::showRun(bool ours, const QString& elsewhere)
{
    const auto progress = m_lights.progress();
    m_asked = m_asked && !(progress && (hasEnded(progress->state) || (ours && !m_ours)));
    m_ours = ours;
    m_elsewhere = elsewhere;
    showState();
    showEnd();
    showControls();
}

void ReplayRunView::setLock(bool watched, const std::optional<Unlock>& unlock, Zone zone)
{
    m_watched = watched;
    m_unlocked = unlock.has_value();
    const auto context = m_lights.plan() ? strangersText(m_lights.plan()->context) : QString();
    m_lockState->setText(
        !watched ? tr("The plan is for the context \u201c%1\u201d: watch that one to run it.").arg(context)
        : unlock ? tr("Production \u201c%1\u201d is unlocked until %2 by %3: %4")
                       .arg(context, clockText(unlock->until, zone) + u' ' + zoneName(unlock->until, zone),
                            strangersText(unlock->who, 80), strangersText(unlock->reason, 160))
                 : tr("Production \u201c%1\u201d is read-only: unlock it for a time to replay.").arg(context));
    m_lockState->setTint(unlock && watched ? ColorMeaning::Normal : ColorMeaning::Warning);
    showControls();
}

void ReplayRunView::setFailed()
{
    m_asked = false;
    showControls();
}

void ReplayRunView::showState()
{
    const auto& plan = m_lights.plan();
    const auto& progress = m_lights.progress();
    m_bar->setVisible(progress != nullptr);
    m_counts->setVisible(progress != nullptr);
    m_steps.setRows(progress ? stepRows(*progress) : std::vector<LetterCells>{});
    m_stepTable->setVisible(progress != nullptr);
    if (!progress) {
        m_state->setText(
            !plan ? tr("There is no plan.")
            : plan->target.kind == ReplayTargetKind::Rows
                ? tr("Ready to make %1 of %2 anew")
                      .arg(piecesText(*plan, plan->letters.size()), displayable(toQString(plan->projection)))
                : tr("Ready to replay %1 to %2").arg(piecesText(*plan, plan->letters.size()), targetText(*plan)));
        m_state->setTint(ColorMeaning::Normal);
        return;
    }
    const bool interrupted = !m_ours && m_elsewhere.isEmpty() && !hasEnded(progress->state);
    m_state->setText(
        interrupted ? tr("Interrupted: its runner ended. Resume to go on.")
        : m_elsewhere.isEmpty()
            ? runStateText(*progress)
            : tr("%1 \u2014 run by %2").arg(runStateText(*progress), strangersText(m_elsewhere.toStdString())));
    m_state->setTint(interrupted ? ColorMeaning::Warning : runStateColor(*progress));
    m_counts->setText(interrupted ? countsText(progress->counts) : runCounts(*progress));
    m_bar->setRange(0, static_cast<int>(progress->counts.letters));
    m_bar->setValue(static_cast<int>(progress->counts.done));
}

void ReplayRunView::showEnd()
{
    const auto& plan = m_lights.plan();
    const auto& progress = m_lights.progress();
    if (plan && !progress && !plan->dryRun.refusals.empty())
        m_messages->show({.id = refusalMessage,
                          .level = MessageLevel::Critical,
                          .what = tr("The plan cannot be run"),
                          .why = sentences(plan->dryRun.refusals),
                          .next = {},
                          .buttonText = {},
                          .onButton = {}});
    else
        m_messages->remove(refusalMessage);
    if (progress && progress->trouble)
        m_messages->show(messageOf(troubleMessage, *progress->trouble,
                                   hasEnded(progress->state) ? MessageLevel::Critical : MessageLevel::Warning));
    else
        m_messages->remove(troubleMessage);
    if (progress && progress->state == ReplayState::Stopped)
        m_messages->show({.id = endMessage,
                          .level = MessageLevel::Critical,
                          .what = progress->why.empty() ? stopText(progress->stop) : strangersText(progress->why, 600),
                          .why = {},
                          .next = stopAdvice(progress->stop),
                          .buttonText = {},
                          .onButton = {},
                          .more = sentences(progress->facts)});
    else
        m_messages->remove(endMessage);
}

bool ReplayRunView::mayStart() const
{
    const auto& plan = m_lights.plan();
    const auto& progress = m_lights.progress();
    if (!plan || m_asked || m_ours || !m_elsewhere.isEmpty())
        return false;
    if (progress ? !canBeResumed(*progress) : !plan->dryRun.refusals.empty())
        return false;
    return m_watched && (!plan->production || (m_unlocked && m_name->text().trimmed() == nameToType(*plan)));
}

void ReplayRunView::showControls()
{
    const auto& plan = m_lights.plan();
    const auto& progress = m_lights.progress();
    const bool active = m_ours && progress && !hasEnded(progress->state);
    const bool startable = plan && !m_ours && m_elsewhere.isEmpty() && (!progress || canBeResumed(*progress));
    m_startRow->setVisible(startable);
    m_lockRow->setVisible(startable && (plan->production || !m_watched));
    m_unlock->setVisible(m_watched && !m_unlocked);
    const bool typed = plan && plan->production;
    m_typeHint->setVisible(typed);
    m_name->setVisible(typed);
    if (typed)
        m_typeHint->setText(tr("Type \u201c%1\u201d to confirm:").arg(displayable(nameToType(*plan))));
    m_assume->setVisible(plan && progress && plan->target.kind == ReplayTargetKind::Command);
    if (plan) {
        const auto left = progress ? progress->counts.letters - progress->counts.done : plan->letters.size();
        const auto pieces = piecesText(*plan, left);
        m_start->setText(progress             ? tr("Resume: %1 left").arg(pieces)
                         : plan->reprojection ? tr("Reproject %1").arg(pieces)
                                              : tr("Replay %1").arg(pieces));
    }
    m_start->setEnabled(mayStart());
    m_pause->setVisible(active);
    m_cancel->setVisible(active);
    const bool paused = progress && progress->state == ReplayState::Paused;
    m_pause->setText(paused ? tr("Go on") : tr("Pause"));
    m_pause->setIcon(themeIcon(paused ? QStringLiteral("play") : QStringLiteral("pause")));
    m_pause->setEnabled(active && progress->state != ReplayState::Cancelling);
    m_cancel->setEnabled(active && !m_asked && progress->state != ReplayState::Cancelling);
}

QString ReplayRunView::state() const
{
    return m_state->text();
}

void ReplayRunView::focusInEvent(QFocusEvent* event)
{
    m_table->table()->setFocus(event->reason());
}

} // namespace projectionist
