// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/originalview.h"

#include "backend/deadletter/letterpayloads.h"
#include "models/lettertext.h"
#include "widgets/common/messages.h"
#include "widgets/common/panel.h"
#include "widgets/common/tableview.h"

#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace projectionist {

namespace {

const QString fetchMessage = QStringLiteral("original");

} // namespace

OriginalView::OriginalView(QSettings& settings, QWidget* parent)
    : QWidget(parent)
    , m_model({{tr("Field"), Qt::AlignLeft},
               {tr("In the letter"), Qt::AlignLeft},
               {tr("In the original"), Qt::AlignLeft},
               {tr("Difference"), Qt::AlignLeft}})
    , m_messages(new MessageArea(this))
    , m_state(new PlainLabel({}, this))
    , m_fetch(new QPushButton(tr("Fetch again"), this))
    , m_table(new TableView(QStringLiteral("letter-original"), tr("Letter and original"), settings, this))
{
    m_state->setWordWrap(true);
    m_table->setModel(&m_model);
    m_table->setDefaultSort(-1, Qt::AscendingOrder);
    m_table->setDefaultWidths({125, 120, 120, 90}, 1);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 8, 12, 0);
    row->addWidget(m_state, 1);
    row->addWidget(m_fetch);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_messages);
    layout->addLayout(row);
    layout->addWidget(m_table, 1);
    connect(m_fetch, &QPushButton::clicked, this, &OriginalView::fetch);
}

void OriginalView::setLetter(const DeadLetter* letter)
{
    m_letter = letter ? std::optional(*letter) : std::nullopt;
    m_original.reset();
    m_asked = false;
    m_messages->remove(fetchMessage);
    m_model.setRows({});
    m_table->hide();
    m_fetch->hide();
    m_state->setText(letter && !letter->origin.exact()
                         ? tr("The letter does not say exactly where its event came from, so the original cannot be "
                              "fetched.")
                         : QString());
}

void OriginalView::want()
{
    if (m_letter && m_letter->origin.exact() && !m_asked)
        fetch();
}

void OriginalView::fetch()
{
    m_asked = true;
    m_fetch->hide();
    m_messages->remove(fetchMessage);
    const auto& origin = m_letter->origin;
    m_state->setText(tr("Fetching %1…").arg(originText(origin)));
    emit wanted({origin.topic, *origin.partition}, *origin.offset);
}

void OriginalView::setOriginal(const FetchedOriginal& original)
{
    const auto& record = original.record;
    m_fetch->show();
    m_original = record ? std::optional(*record) : std::nullopt;
    m_originalDecoded = original.decoded;
    if (record)
        return;
    m_state->setText({});
    m_model.setRows({});
    m_table->hide();
    m_messages->show(messageOf(fetchMessage, record.error()));
}

void OriginalView::show(const LetterLook& look)
{
    if (!m_letter || !m_original)
        return;
    const auto [letter, original] = decodedBoth(*m_letter, m_decoded, *m_original, m_originalDecoded);
    auto comparison = compareWithOriginal(letter, original, look);
    auto state = comparison.differing == 0 ? tr("The letter is the same as %1.").arg(originText(m_letter->origin))
                                           : tr("The letter differs from %1 in %2 fields.")
                                                 .arg(originText(m_letter->origin))
                                                 .arg(comparison.differing);
    if (comparison.differing == 1)
        state = tr("The letter differs from %1 in one field.").arg(originText(m_letter->origin));
    if (m_original->record.timestamp)
        state += u' ' + tr("Written %1.").arg(dateTimeText(*m_original->record.timestamp, look.zone));
    if (const auto* ours = m_decoded.payload(), *theirs = m_originalDecoded.payload();
        ours && theirs && ours->format != theirs->format)
        comparison.notes << tr("The letter is %1; the original is %2.")
                                .arg(strangersText(ours->format), strangersText(theirs->format));
    m_state->setText((QStringList{state} + comparison.notes).join(u' '));
    m_model.setRows(std::move(comparison.rows));
    m_table->show();
}

QString OriginalView::text() const
{
    QStringList lines{m_state->text()};
    for (const auto& message : m_messages->messages())
        lines << message.what << message.why;
    for (int row = 0; row < m_model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < m_model.columnCount(); ++column)
            cells << m_model.index(row, column).data().toString();
        lines << cells.join(QStringLiteral(" | "));
    }
    return lines.join(u'\n');
}

} // namespace projectionist
