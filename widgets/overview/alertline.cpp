// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/overview/alertline.h"

#include "models/text.h"
#include "models/verdicttext.h"
#include "widgets/common/icons.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QPushButton>

namespace projectionist {

namespace {

constexpr int evidenceLines = 2;

QVBoxLayout* column(std::initializer_list<QWidget*> widgets)
{
    auto* layout = new QVBoxLayout;
    layout->setSpacing(2);
    for (auto* widget : widgets)
        layout->addWidget(widget);
    return layout;
}

} // namespace

QString headlineOf(const ProjectionReport& report)
{
    const auto tr = [](const char* text) { return QCoreApplication::translate("AlertLine", text); };
    const auto pattern = [&] {
        switch (report.assessment.verdict.kind) {
        case VerdictKind::Blocked:
            return report.assessment.verdict.suspectOffset ? tr("%1 is blocked on one event") : tr("%1 is blocked");
        case VerdictKind::Stopped:
            return tr("%1 has stopped");
        case VerdictKind::LosingEvents:
            return tr("%1 is losing events");
        case VerdictKind::SourceFrozen:
            return tr("The source of %1 is frozen");
        case VerdictKind::Rewound:
            return tr("%1 went back to older events");
        case VerdictKind::FallingBehind:
            return tr("%1 is falling behind");
        case VerdictKind::CatchingUp:
            return tr("%1 is catching up");
        case VerdictKind::NotStarted:
            return tr("%1 has never started");
        case VerdictKind::Unknown:
            return tr("The state of %1 is not known");
        case VerdictKind::Idle:
        case VerdictKind::Ok:
            break;
        }
        return tr("%1 is OK");
    }();
    return pattern.arg(displayable(toQString(report.sample->projection), 80));
}

const ProjectionReport* worstReport(const Snapshot& snapshot)
{
    const ProjectionReport* worst = nullptr;
    for (const auto& report : snapshot.projections) {
        const auto& verdict = report->assessment.verdict;
        if (severity(verdict.kind) == 0)
            continue;
        const auto weight = [](const ProjectionReport& r) {
            return std::pair(rank(r.assessment.verdict.kind), r.assessment.lag.value);
        };
        if (!worst || weight(*report) > weight(*worst))
            worst = report.get();
    }
    return worst;
}

AlertLine::AlertLine(QWidget* parent)
    : Panel(parent)
    , m_icon(new TintedIcon(QStringLiteral("verdict-ok"), ColorMeaning::Muted, this))
    , m_word(new PlainLabel({}, this))
    , m_headline(makeHeading({}, this))
    , m_evidence(new PlainLabel({}, this))
    , m_inspect(new QPushButton(tr("Inspect event"), this))
    , m_open(new QPushButton(tr("Show projection"), this))
{
    m_icon->setSide(18);
    m_word->setFont(scaledFont(m_word->font(), 0.95, true));
    m_word->setAlignment(Qt::AlignHCenter);
    m_evidence->setFont(tabularFont(m_evidence->font()));
    m_evidence->setWordWrap(true);
    m_evidence->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_evidence->setFixedHeight(m_evidence->fontMetrics().lineSpacing() * evidenceLines);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 9, 12, 9);
    row->setSpacing(14);
    auto* state = column({m_icon, m_word});
    state->setAlignment(m_icon, Qt::AlignHCenter);
    state->addStretch(1);
    row->addLayout(state);
    row->addLayout(column({m_headline, m_evidence}), 1);
    row->addWidget(m_inspect, 0, Qt::AlignVCenter);
    row->addWidget(m_open, 0, Qt::AlignVCenter);
    setAccessibleName(tr("Worst verdict"));
    connect(m_inspect, &QPushButton::clicked, this, [this] { emit inspectRequested(m_projection); });
    connect(m_open, &QPushButton::clicked, this, [this] { emit openRequested(m_projection); });
    showQuiet(nullptr);
}

void AlertLine::setSnapshot(const std::shared_ptr<const Snapshot>& snapshot, TimePoint now, Zone zone)
{
    const auto* worst = snapshot ? worstReport(*snapshot) : nullptr;
    if (!worst) {
        showQuiet(snapshot.get());
        return;
    }
    int troubled = 0;
    for (const auto& report : snapshot->projections)
        troubled += severity(report->assessment.verdict.kind) > 0 ? 1 : 0;
    showReport(*worst, troubled - 1, now, zone);
}

QString AlertLine::headline() const
{
    return m_headline->text();
}

QString AlertLine::evidence() const
{
    return m_evidence->text();
}

void AlertLine::showReport(const ProjectionReport& report, int others, TimePoint now, Zone zone)
{
    const auto& verdict = report.assessment.verdict;
    m_projection = report.sample->projection;
    const auto meaning = verdictMeaning(verdict.kind);
    setTint(severity(verdict.kind) >= 2 && verdict.kind != VerdictKind::Unknown ? ColorMeaning::Critical
                                                                                : ColorMeaning::Warning);
    m_icon->setIcon(verdictIconName(verdict.kind), meaning);
    m_word->setText(verdictWord(verdict.kind));
    m_word->setTint(meaning);
    auto headline = headlineOf(report);
    if (others > 0)
        headline += others == 1 ? tr("; 1 more needs attention") : tr("; %1 more need attention").arg(others);
    m_headline->setText(headline);
    const auto evidence = toQString(verdict.evidence);
    m_evidence->setText(evidence.isEmpty() ? verdictSince(verdict, now, zone) : evidence);
    m_evidence->setToolTip(m_evidence->text().toHtmlEscaped());
    setAccessibleDescription(headline + QStringLiteral(". ") + m_evidence->text());
    m_inspect->setVisible(verdict.suspectPartition.has_value() && verdict.suspectOffset.has_value());
    m_open->setVisible(true);
}

void AlertLine::showQuiet(const Snapshot* snapshot)
{
    m_projection.clear();
    setTint(ColorMeaning::Normal);
    const bool known = snapshot && !snapshot->projections.empty();
    m_icon->setIcon(known ? QStringLiteral("verdict-ok") : QStringLiteral("ring"),
                    known ? ColorMeaning::Good : ColorMeaning::Muted);
    m_word->setText(known ? verdictWord(VerdictKind::Ok) : QString());
    m_word->setTint(ColorMeaning::Good);
    m_inspect->hide();
    m_open->hide();
    if (!snapshot) {
        m_headline->setText(tr("Waiting for the first answer"));
        m_evidence->setText(tr("The state of every connection is shown at the bottom."));
    } else if (!known) {
        m_headline->setText(tr("Nothing is watched yet"));
        m_evidence->setText(tr("The workspace file has no projection for this context. Connect… proposes some."));
    } else {
        m_headline->setText(snapshot->projections.size() == 1
                                ? tr("The projection is fine")
                                : tr("All %1 projections are fine").arg(snapshot->projections.size()));
        m_evidence->setText(tr("Nothing is blocked, stopped or falling behind."));
    }
    setAccessibleDescription(m_headline->text());
}

} // namespace projectionist
