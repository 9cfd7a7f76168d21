// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/frame/statusstrip.h"

#include "models/rangecontroller.h"
#include "models/text.h"
#include "models/verdicttext.h"
#include "widgets/common/panel.h"

#include <QHBoxLayout>
#include <QPainter>

namespace projectionist {

namespace {

/// Each state has a shape of its own beside its colour.
QString iconOf(SourceState state)
{
    switch (state) {
    case SourceState::Ok:
        return QStringLiteral("dot");
    case SourceState::Failed:
        return QStringLiteral("close");
    case SourceState::Waiting:
        return QStringLiteral("clock");
    case SourceState::Connecting:
        break;
    }
    return QStringLiteral("ring");
}

} // namespace

StatusStrip::StatusStrip(RangeController& range, QWidget* parent)
    : QWidget(parent)
    , m_range(range)
    , m_row(new QHBoxLayout(this))
    , m_cycle(new PlainLabel({}, this))
    , m_clock(new PlainLabel({}, this))
{
    setAccessibleName(tr("Connections"));
    m_row->setContentsMargins(12, 5, 12, 5);
    m_row->setSpacing(16);
    m_row->addStretch(1);
    for (auto* label : {m_cycle, m_clock}) {
        label->setFont(tabularFont(label->font()));
        label->setTint(ColorMeaning::Muted);
        m_row->addWidget(label);
    }
    m_clock->setAccessibleName(tr("Clock"));
    connect(&m_range, &RangeController::zoneChanged, this, [this] {
        showSources();
        tick(m_now);
    });
}

void StatusStrip::setSnapshot(const std::shared_ptr<const Snapshot>& snapshot)
{
    m_snapshot = snapshot;
    m_cycle->setText(snapshot ? cycleText(*snapshot) : QString());
    showSources();
}

void StatusStrip::tick(TimePoint now)
{
    m_now = now;
    m_clock->setText(clockText(now, m_range.zone()) + u' ' + zoneName(now, m_range.zone()));
}

QStringList StatusStrip::sourceTexts() const
{
    QStringList texts;
    for (const auto& source : m_sources)
        if (!source.box->isHidden())
            texts << source.label->text();
    return texts;
}

void StatusStrip::paintEvent(QPaintEvent*)
{
    const auto& colors = colorsFor(palette());
    QPainter painter(this);
    painter.fillRect(rect(), colors.panel);
    painter.fillRect(0, 0, width(), 1, colors.border);
}

StatusStrip::Source StatusStrip::makeSource()
{
    Source source;
    source.box = new QWidget(this);
    source.icon = new TintedIcon(QStringLiteral("ring"), ColorMeaning::Muted, source.box);
    source.icon->setSide(11);
    source.label = new PlainLabel({}, source.box);
    source.label->elide(Qt::ElideRight);
    auto* row = new QHBoxLayout(source.box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(5);
    row->addWidget(source.icon);
    row->addWidget(source.label, 1);
    return source;
}

void StatusStrip::showSources()
{
    const std::size_t wanted = m_snapshot ? m_snapshot->sources.size() : 0;
    while (m_sources.size() < wanted) {
        m_sources.push_back(makeSource());
        m_row->insertWidget(static_cast<int>(m_sources.size()) - 1, m_sources.back().box);
    }
    for (std::size_t i = 0; i < m_sources.size(); ++i) {
        m_sources[i].box->setVisible(i < wanted);
        if (i >= wanted)
            continue;
        const auto& status = m_snapshot->sources[i];
        const auto text = sourceText(status, m_range.zone());
        m_sources[i].icon->setIcon(iconOf(status.state), text.meaning);
        m_sources[i].label->setText(text.text);
        m_sources[i].box->setToolTip(displayableText(text.details, 2000).toHtmlEscaped());
        m_sources[i].box->setAccessibleName(text.text);
        m_sources[i].box->setAccessibleDescription(text.details);
    }
}

} // namespace projectionist
