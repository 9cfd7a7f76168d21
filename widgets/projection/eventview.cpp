// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/projection/eventview.h"

#include "backend/core/format.h"
#include "models/letterdetails.h"
#include "models/text.h"
#include "models/verdicttext.h"
#include "widgets/common/messages.h"
#include "widgets/common/panel.h"
#include "widgets/common/payloadpane.h"
#include "widgets/common/tableview.h"

#include <QTableView>
#include <QVBoxLayout>

namespace projectionist {

namespace {

const QString messageId = QStringLiteral("event");

} // namespace

EventView::EventView(QSettings& settings, QWidget* parent)
    : QWidget(parent)
    , m_messages(new MessageArea(this))
    , m_place(new PlainLabel({}, this))
    , m_detail(new LetterDetail(LetterDetail::Kind::Event, settings, this))
{
    m_place->setWordWrap(true);
    m_place->setContentsMargins(12, 8, 8, 0);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_messages);
    layout->addWidget(m_place);
    layout->addWidget(m_detail, 1);
    clear({});
}

void EventView::clear(const QString& hint)
{
    m_messages->remove(messageId);
    m_place->setText(hint);
    m_writtenAt.reset();
    m_detail->clear({});
}

void EventView::setWaiting(const TopicPartition& id, Offset offset)
{
    clear(tr("Reading the event at %1, offset %2…").arg(displayable(toQString(toString(id)))).arg(offset));
}

void EventView::setEvent(const InspectedEvent& event, TimePoint now, Zone zone)
{
    const auto where =
        tr("%1, offset %2").arg(displayable(toQString(toString(event.id))), toQString(formatNumber(event.offset)));
    clear(where);
    if (!event.record) {
        auto message = messageOf(messageId, event.record.error());
        message.buttonText = tr("Try again");
        message.onButton = [this] { emit retryRequested(); };
        m_messages->show(message);
        return;
    }
    if (!*event.record) {
        m_place->setText(tr("%1: there is no event any more or none that can be read yet (the end of the log, an open "
                            "transaction, or all removed by compaction).")
                             .arg(where));
        return;
    }
    const auto& record = **event.record;
    m_where = where;
    if (record.offset != event.offset)
        m_where += tr(" (compacted away; the next one, at %1, is shown)").arg(toQString(formatNumber(record.offset)));
    m_writtenAt = record.timestamp;
    m_appended = record.appendTime;
    m_place->setText(m_where);
    tick(now, zone);
    m_detail->setLetter(openedEvent(record), now, zone);
}

void EventView::tick(TimePoint now, Zone zone)
{
    if (!m_writtenAt)
        return;
    const auto words = m_appended ? tr("%1, appended %2, %3 ago") : tr("%1, written %2, %3 ago");
    m_place->setText(words.arg(m_where, dateTimeText(*m_writtenAt, zone), ageText(*m_writtenAt, now)));
}

QString EventView::text() const
{
    QStringList parts{m_place->text()};
    for (const auto* label : m_detail->findChildren<PlainLabel*>())
        if (!label->isHidden())
            parts << label->text();
    const auto* headers = m_detail->headers()->table()->model();
    for (int row = 0; row < headers->rowCount(); ++row)
        parts << headers->index(row, 0).data().toString() + QStringLiteral(": ") +
                     headers->index(row, 1).data().toString();
    for (const auto& message : m_messages->messages())
        parts << message.what;
    parts << m_detail->payload()->text();
    return parts.join(u'\n');
}

} // namespace projectionist
