// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/reconcile/differencedetail.h"

#include "models/checktext.h"
#include "models/lettertext.h"

#include <QPushButton>
#include <QVBoxLayout>

namespace projectionist {

namespace {

constexpr int longestSentence = 600;

QString titleOf(const CheckResult& result, const RowDifference& one)
{
    QStringList key;
    for (std::size_t i = 0; i < one.key.size(); ++i)
        key << QStringLiteral("%1 = %2").arg(strangersText(result.keyColumns[i], 60), cellValueText(one.key[i], 80));
    QStringList columns;
    for (const auto column : one.differing)
        columns << strangersText(result.columns[column], 60);
    auto title = QStringLiteral("%1   %2").arg(kindText(one), key.join(QStringLiteral(", ")));
    if (!columns.isEmpty())
        title += QStringLiteral("   ") + DifferenceDetail::tr("in %1").arg(columns.join(QStringLiteral(", ")));
    return title;
}

QString causeOf(const RowDifference& one)
{
    if (!one.cause)
        return one.state == DriftState::Pending
                   ? DifferenceDetail::tr("It does not count yet: it may be a change on its way to the read model.")
                   : DifferenceDetail::tr("Nobody has looked for its cause.");
    auto text = DifferenceDetail::tr("Likely cause: %1").arg(strangersText(one.cause->text, longestSentence));
    if (!one.cause->rule.empty())
        text += QStringLiteral(" \u2014 ") + strangersText(one.cause->rule, longestSentence);
    return text;
}

QString eventsOf(const RowDifference& one, TimePoint now, Zone zone)
{
    QStringList events;
    if (one.cause)
        for (const auto& event : one.cause->events)
            events << keyEventText(event) + u' ' + letterTimeText(event.at, now, zone);
    return events.isEmpty()
               ? QString()
               : DifferenceDetail::tr("Last events of this key: %1").arg(events.join(QStringLiteral(", ")));
}

QString runOf(const CheckResult& result)
{
    QStringList lines;
    if (!result.rule.empty())
        lines << DifferenceDetail::tr("Counts if: %1.").arg(strangersText(result.rule, longestSentence));
    lines << DifferenceDetail::tr("How: %1.").arg(strangersText(result.why, longestSentence));
    for (const auto& finding : result.findings)
        lines << findingText(finding);
    return lines.join(u'\n');
}

PlainLabel* makeSentence(ColorMeaning tint, QWidget* parent)
{
    auto* label = new PlainLabel({}, parent);
    label->setWordWrap(true);
    label->setTint(tint);
    return label;
}

void setSentence(PlainLabel* label, const QString& text)
{
    label->setText(text);
    label->setVisible(!text.isEmpty());
}

} // namespace

DifferenceDetail::DifferenceDetail(QWidget* parent)
    : Panel(parent)
    , m_title(makeSentence(ColorMeaning::Normal, this))
    , m_cause(makeSentence(ColorMeaning::Normal, this))
    , m_events(makeSentence(ColorMeaning::Normal, this))
    , m_run(makeSentence(ColorMeaning::Muted, this))
    , m_open(new QPushButton(tr("Open the dead letter"), this))
{
    m_title->setFont(scaledFont(m_title->font(), 1, true));
    auto* row = new QHBoxLayout;
    row->addWidget(m_title, 1);
    row->addWidget(m_open);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 10, 14, 10);
    layout->setSpacing(4);
    layout->addLayout(row);
    for (auto* label : {m_cause, m_events, m_run})
        layout->addWidget(label);
    connect(m_open, &QPushButton::clicked, this, [this] { emit letterRequested(m_letter); });
}

void DifferenceDetail::show(const CheckResult& result, const RowDifference* one, TimePoint now, Zone zone)
{
    setSentence(m_title, one ? titleOf(result, *one) : QString());
    setSentence(m_cause, one ? causeOf(*one) : QString());
    setSentence(m_events, one ? eventsOf(*one, now, zone) : QString());
    setSentence(m_run, runOf(result));
    m_letter = one && one->cause ? one->cause->letter : std::string();
    m_open->setVisible(!m_letter.empty());
}

QString DifferenceDetail::text() const
{
    QStringList texts;
    for (const auto* label : {m_title, m_cause, m_events, m_run})
        if (!label->isHidden())
            texts << label->text();
    return texts.join(u'\n');
}

} // namespace projectionist
