// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deadletters/replayjudgeview.h"

#include "backend/core/format.h"
#include "models/letterverdictbook.h"
#include "models/text.h"
#include "widgets/common/panel.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/replaylayout.h"

#include <QCheckBox>
#include <QFocusEvent>
#include <QGridLayout>
#include <QProgressBar>
#include <QSignalBlocker>
#include <QTableView>

namespace projectionist {

namespace {

constexpr int judgingSteps = 1000;

QString judgedNumber(std::uint64_t number)
{
    return toQString(formatNumber(static_cast<std::int64_t>(number)));
}

} // namespace

ReplayJudgeView::ReplayJudgeView(QSettings& settings, QWidget* parent)
    : QWidget(parent)
    , m_summary(makeWrappedLabel(this, ColorMeaning::Normal))
    , m_warnings(makeWrappedLabel(this, ColorMeaning::Warning))
    , m_progress(new QProgressBar(this))
    , m_table(new TableView(QStringLiteral("replay-verdicts"), tr("Letters with their verdicts"), settings, this))
{
    m_progress->setAccessibleName(tr("Judging"));
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(3);
    m_table->setModel(&m_model);
    m_table->setDefaultSort(-1, Qt::AscendingOrder);
    m_table->setDefaultWidths({160, 56, 130, 120, 190, 120, 260}, ReplayChoiceModel::Evidence);
    m_table->setDefaultHidden({ReplayChoiceModel::Projection});
    auto* layout = bareLayout<QVBoxLayout>(this);
    layout->addWidget(makeHeading(tr("Which of them are sent?"), this));
    layout->addWidget(m_summary);
    layout->addWidget(makeVerdicts());
    layout->addWidget(m_warnings);
    layout->addWidget(m_progress);
    layout->addWidget(withRowText(m_table, ReplayChoiceModel::Evidence, this), 1);
    setChosen(nullptr);
}

QWidget* ReplayJudgeView::makeVerdicts()
{
    auto* grid = new QWidget(this);
    auto* layout = bareLayout<QGridLayout>(grid, 4);
    layout->setHorizontalSpacing(16);
    layout->setColumnStretch(2, 1);
    int row = 0;
    for (const auto verdict : replayVerdicts) {
        auto& line = m_boxes[verdict];
        line.box = new QCheckBox(verdictText(verdict), grid);
        line.box->setAccessibleDescription(verdictMeaningText(verdict) + u' ' + verdictWarning(verdict));
        line.count = new PlainLabel({}, grid);
        line.count->setFont(tabularFont(line.count->font()));
        line.count->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        auto* meaning = new PlainLabel(verdictMeaningText(verdict), grid);
        meaning->setTint(ColorMeaning::Muted);
        meaning->elide(Qt::ElideRight);
        layout->addWidget(line.box, row, 0);
        layout->addWidget(line.count, row, 1);
        layout->addWidget(meaning, row++, 2);
        connect(line.box, &QCheckBox::toggled, this, &ReplayJudgeView::choose);
    }
    return grid;
}

void ReplayJudgeView::setChosen(std::shared_ptr<const ReplayChosen> chosen)
{
    m_model.setChosen(std::move(chosen));
    setJudging(0, 0);
    showCounts();
}

void ReplayJudgeView::setJudging(std::uint64_t done, std::uint64_t total)
{
    m_progress->setVisible(m_model.chosen() && !m_model.judged());
    m_progress->setRange(0, total == 0 ? 0 : judgingSteps);
    m_progress->setValue(total == 0 ? 0 : static_cast<int>(done * judgingSteps / total));
    if (!m_model.chosen() || m_model.judged())
        return;
    const auto letters = judgedNumber(m_model.chosen()->views.size());
    m_summary->setText(total == 0 ? tr("Judging %1 letters: what would a replay of each do?").arg(letters)
                                  : tr("Judging %1 letters: %2 of %3 later events of the log looked at.")
                                        .arg(letters, judgedNumber(done), judgedNumber(total)));
}

void ReplayJudgeView::setJudgements(ReplayJudgements judgements)
{
    m_model.setJudgements(std::move(judgements));
    showCounts();
    emit choiceChanged();
}

void ReplayJudgeView::choose()
{
    std::set<ReplayVerdict> sent;
    for (const auto& [verdict, line] : m_boxes)
        if (line.box->isChecked())
            sent.insert(verdict);
    m_model.setSent(std::move(sent));
    showWarnings();
    emit choiceChanged();
}

void ReplayJudgeView::showCounts()
{
    for (const auto& [verdict, line] : m_boxes) {
        const auto count = m_model.count(verdict);
        const QSignalBlocker quiet(line.box);
        line.box->setEnabled(m_model.judged() && count > 0);
        line.box->setChecked(m_model.sent().contains(verdict));
        line.count->setText(m_model.judged() ? judgedNumber(count) : QStringLiteral("\u2014"));
        line.count->setTint(count > 0 ? judgementColor(verdict) : ColorMeaning::Muted);
    }
    m_progress->setVisible(m_model.chosen() && !m_model.judged());
    showWarnings();
}

void ReplayJudgeView::showWarnings()
{
    QStringList lines;
    for (const auto verdict : replayVerdicts)
        if (const auto count = m_model.count(verdict); m_model.sent().contains(verdict) && count > 0)
            if (const auto warning = verdictWarning(verdict); !warning.isEmpty())
                lines << tr("\u25b2 %1 \u00d7 %2: %3").arg(judgedNumber(count), verdictText(verdict).mid(2), warning);
    m_warnings->setText(lines.join(u'\n'));
    m_warnings->setVisible(!lines.isEmpty());
    if (!m_model.judged())
        return;
    const auto all = m_model.chosen()->views.size();
    const auto sent = m_model.sentCount();
    m_summary->setText(
        tr("%1 of %2 letters are sent, %3 stay.").arg(judgedNumber(sent), judgedNumber(all), judgedNumber(all - sent)));
}

void ReplayJudgeView::focusInEvent(QFocusEvent* event)
{
    m_table->table()->setFocus(event->reason());
}

} // namespace projectionist
