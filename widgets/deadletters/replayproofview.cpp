// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deadletters/replayproofview.h"

#include "models/lettertext.h"
#include "widgets/common/panel.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/replaylayout.h"

#include <QFocusEvent>
#include <QPushButton>
#include <QTableView>

namespace projectionist {

namespace {

/// What no light of this run can tell.
QString unprovableText(const ReplayProgress& progress)
{
    QStringList lines;
    for (const auto& sentence : progress.unprovable)
        lines << ReplayProofView::tr("\u2013 %1").arg(strangersText(sentence, 600));
    lines << ReplayProofView::tr(
        "\u2013 Whether the rows agree with their source of truth is not looked at by a replay.");
    return ReplayProofView::tr("What is not proved:") + u'\n' + lines.join(u'\n');
}

} // namespace

ReplayProofView::ReplayProofView(ReplayLightsModel& lights, QSettings& settings, QWidget* parent)
    : QWidget(parent)
    , m_lights(lights)
    , m_state(makeWrappedLabel(this, ColorMeaning::Normal))
    , m_counts(makeWrappedLabel(this, ColorMeaning::Normal))
    , m_unprovable(makeWrappedLabel(this))
    , m_csv(new QPushButton(tr("Export CSV\u2026"), this))
    , m_json(new QPushButton(tr("Export JSON\u2026"), this))
    , m_table(new TableView(QStringLiteral("replay-proof"), tr("Proof of each letter"), settings, this))
{
    m_state->setFont(scaledFont(m_state->font(), 1.35, true));
    m_counts->setFont(tabularFont(m_counts->font()));
    m_table->setModel(&m_lights);
    m_table->setDefaultSort(-1, Qt::AscendingOrder);
    m_table->setDefaultWidths({46, 120, 110, 76, 90, 90, 90, 90, 50, 190, 110, 170, 170}, ReplayLightsModel::Evidence);
    m_table->setDefaultHidden(
        {ReplayLightsModel::Event, ReplayLightsModel::Step, ReplayLightsModel::SentAt, ReplayLightsModel::Letter});
    auto* row = new QHBoxLayout;
    row->addWidget(m_state, 1);
    row->addWidget(m_csv);
    row->addWidget(m_json);
    auto* layout = bareLayout<QVBoxLayout>(this);
    layout->addLayout(row);
    layout->addWidget(m_counts);
    layout->addWidget(withRowText(m_table, ReplayLightsModel::Evidence, this), 1);
    layout->addWidget(m_unprovable);
    connect(m_csv, &QPushButton::clicked, this, [this] { emit exportRequested(false); });
    connect(m_json, &QPushButton::clicked, this, [this] { emit exportRequested(true); });
}

void ReplayProofView::showProof()
{
    const auto& progress = m_lights.progress();
    m_csv->setEnabled(progress != nullptr);
    m_json->setEnabled(progress != nullptr);
    m_unprovable->setVisible(progress != nullptr);
    m_state->setText(progress ? runStateText(*progress) : tr("Nothing has been sent."));
    m_state->setTint(progress ? runStateColor(*progress) : ColorMeaning::Muted);
    m_counts->setText(progress ? countsText(progress->counts) : QString());
    if (progress)
        m_unprovable->setText(unprovableText(*progress));
}

QString ReplayProofView::summary() const
{
    return m_state->text() + u'\n' + m_counts->text();
}

void ReplayProofView::focusInEvent(QFocusEvent* event)
{
    m_table->table()->setFocus(event->reason());
}

} // namespace projectionist
