// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/projection/whyview.h"

#include "models/text.h"
#include "models/verdicttext.h"
#include "widgets/common/icons.h"
#include "widgets/common/panel.h"

#include <QClipboard>
#include <QGridLayout>
#include <QGuiApplication>
#include <QPushButton>
#include <QVBoxLayout>

namespace projectionist {

namespace {

constexpr auto selectable = Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard;

QString linesOf(const Assessment& assessment)
{
    QStringList lines;
    std::uint32_t conditions = NoCondition;
    for (const auto& partition : assessment.partitions)
        conditions |= partition.conditions;
    lines << conditionTexts(conditions);
    for (const auto& observation : assessment.observations)
        lines << displayable(toQString(observation), 300);
    return lines.join(u'\n');
}

} // namespace

WhyView::WhyView(QWidget* parent) : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(tr("Why this verdict"));
    auto* content = new QWidget;
    content->setBackgroundRole(QPalette::Base);
    auto* layout = new QVBoxLayout(content);
    layout->setSpacing(10);
    m_since = makeHeading({}, content);
    m_since->setWordWrap(true);
    m_evidence = new PlainLabel({}, content);
    for (auto* label : {m_since, m_evidence}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(selectable);
        layout->addWidget(label);
    }
    // No form layout: with hidden rows and wrapped text that of Qt 6.4 writes beyond its arrays.
    auto* form = new QGridLayout;
    form->setColumnStretch(1, 1);
    form->setVerticalSpacing(8);
    form->setHorizontalSpacing(16);
    m_problem = addRow(form, tr("Incomplete"));
    m_rule = addRow(form, tr("Rule"));
    m_lag = addRow(form, tr("Lag"));
    m_rates = addRow(form, tr("In and out"));
    m_forecast = addRow(form, tr("Forecast"));
    m_objective = addRow(form, tr("Objective"));
    m_margin = addRow(form, tr("Margin"));
    m_lost = addRow(form, tr("Lost"));
    m_learned = addRow(form, tr("Learned"));
    m_noticed = addRow(form, tr("Noticed"));
    layout->addLayout(form);
    m_command = new PlainLabel({}, content);
    m_command->setFont(fixedFont(m_command->font()));
    m_command->setWordWrap(true);
    m_command->setTextInteractionFlags(selectable);
    auto* copy = new QPushButton(themeIcon(QStringLiteral("copy")), tr("Copy as command"), content);
    auto* help = new QPushButton(themeIcon(QStringLiteral("help")), tr("What the verdicts mean"), content);
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_command->text()); });
    connect(help, &QPushButton::clicked, this, [this] { emit helpRequested(m_heading); });
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(copy);
    buttons->addWidget(help);
    buttons->addStretch(1);
    layout->addStretch(1);
    layout->addWidget(m_command);
    layout->addLayout(buttons);
    setWidget(content);
}

void WhyView::setReport(const std::shared_ptr<const ProjectionReport>& report, TimePoint now, Zone zone)
{
    if (!report) {
        m_since->setText(tr("Waiting for the first sample"));
        m_evidence->setText({});
        for (const auto& row :
             {m_rule, m_lag, m_rates, m_forecast, m_margin, m_objective, m_learned, m_lost, m_noticed, m_problem})
            setRow(row, {});
        return;
    }
    const auto& assessment = report->assessment;
    m_heading = verdictWord(assessment.verdict.kind);
    m_since->setText(verdictSince(assessment.verdict, now, zone));
    m_evidence->setText(toQString(assessment.verdict.evidence));
    setRow(m_problem, report->sample->error ? toQString(toString(*report->sample->error)) : QString());
    setRow(m_rule, toQString(assessment.verdict.rule));
    setRow(m_lag,
           tr("%1 (%2), %3 events behind")
               .arg(lagText(assessment.lag), lagOriginText(assessment.lag.origin), countText(assessment.backlog)));
    showRates(assessment, report->objective);
    setRow(m_lost, assessment.lost.value_or(0) > 0
                       ? tr("%1 events were deleted before they were applied").arg(countText(assessment.lost))
                       : QString());
    setRow(m_learned, assessment.standstill > Duration(0)
                          ? tr("standing still is believed after %1").arg(durationText(assessment.standstill))
                          : QString());
    setRow(m_noticed, linesOf(assessment));
}

void WhyView::setCommand(const QString& command)
{
    m_command->setText(command);
}

QString WhyView::text() const
{
    QStringList parts;
    for (const auto* label : widget()->findChildren<PlainLabel*>())
        if (!label->isHidden())
            parts << label->text();
    return parts.join(u'\n');
}

WhyView::Row WhyView::addRow(QGridLayout* grid, const QString& name)
{
    Row row{new PlainLabel(name), new PlainLabel};
    row.name->setTint(ColorMeaning::Muted);
    row.value->setWordWrap(true);
    row.value->setTextInteractionFlags(selectable);
    row.value->setAccessibleName(name);
    row.name->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    const int at = grid->rowCount();
    grid->addWidget(row.name, at, 0);
    grid->addWidget(row.value, at, 1);
    return row;
}

void WhyView::setRow(const Row& row, const QString& value)
{
    row.value->setText(value);
    row.name->setVisible(!value.isEmpty());
    row.value->setVisible(!value.isEmpty());
}

void WhyView::showRates(const Assessment& assessment, const std::optional<Duration>& objective)
{
    setRow(m_rates, tr("%1 /s in, %2 /s out").arg(rateText(assessment.inPerSecond), rateText(assessment.outPerSecond)));
    setRow(m_forecast, assessment.forecast.kind == Forecast::Kind::None ? tr("too few samples to say")
                                                                        : toQString(toString(assessment.forecast)));
    setRow(m_objective, objective ? tr("lag of at most %1").arg(durationText(*objective)) : QString());
    setRow(m_margin, assessment.forecast.lossIn
                         ? tr("retention reaches the position in %1").arg(durationText(*assessment.forecast.lossIn))
                         : QString());
}

} // namespace projectionist
