// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/projection/eventview.h"

#include "backend/core/format.h"
#include "models/payloadview.h"
#include "models/text.h"
#include "models/verdicttext.h"
#include "widgets/common/celldelegate.h"
#include "widgets/common/flatheader.h"
#include "widgets/common/messages.h"
#include "widgets/common/panel.h"
#include "widgets/common/payloadpane.h"

#include <QHeaderView>
#include <QTableWidget>
#include <QVBoxLayout>

namespace projectionist {

namespace {

const QString messageId = QStringLiteral("event");
constexpr int headerRowsShown = 6;

QTableWidget* makeHeaderTable(QWidget* parent)
{
    auto* table = new QTableWidget(0, 2, parent);
    table->setHorizontalHeaderLabels({EventView::tr("Header"), EventView::tr("Value")});
    table->setAccessibleName(EventView::tr("Headers of the event"));
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setTabKeyNavigation(false);
    table->setWordWrap(false);
    table->setShowGrid(false);
    table->verticalHeader()->hide();
    table->setHorizontalHeader(new FlatHeader(table));
    table->setItemDelegate(new CellDelegate(table));
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setStretchLastSection(true);
    table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    return table;
}

} // namespace

EventView::EventView(QWidget* parent)
    : QWidget(parent)
    , m_messages(new MessageArea(this))
    , m_place(new PlainLabel({}, this))
    , m_key(new PlainLabel({}, this))
    , m_headers(makeHeaderTable(this))
    , m_payload(new PayloadPane(tr("Payload of the event"), this))
{
    m_place->setWordWrap(true);
    m_key->setWordWrap(true);
    m_key->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_messages);
    layout->addWidget(m_place);
    layout->addWidget(m_key);
    layout->addWidget(m_headers);
    layout->addWidget(m_payload, 1);
    clear({});
}

void EventView::clear(const QString& hint)
{
    m_messages->remove(messageId);
    m_place->setText(hint);
    m_writtenAt.reset();
    m_payload->clear();
    m_headers->setRowCount(0);
    setContentVisible(false);
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
    m_key->setText(record.key ? tr("Key: %1").arg(inlineText(record.key, 400)) : tr("No key"));
    showHeaders(record.headers);
    m_payload->setValue(record.value);
    setContentVisible(true);
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
    QStringList parts{m_place->text(), m_key->text()};
    for (int row = 0; row < m_headers->rowCount(); ++row)
        parts << m_headers->item(row, 0)->text() + QStringLiteral(": ") + m_headers->item(row, 1)->text();
    for (const auto& message : m_messages->messages())
        parts << message.what;
    parts << m_payload->text();
    return parts.join(u'\n');
}

void EventView::showHeaders(const std::vector<Header>& headers)
{
    m_headers->setRowCount(static_cast<int>(headers.size()));
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const int row = static_cast<int>(i);
        m_headers->setItem(row, 0, new QTableWidgetItem(inlineText(headers[i].name, 100)));
        m_headers->setItem(row, 1,
                           new QTableWidgetItem(headers[i].value ? inlineText(headers[i].value, 500) : tr("null")));
    }
    const int rows = std::min(m_headers->rowCount(), headerRowsShown);
    m_headers->setFixedHeight(m_headers->horizontalHeader()->sizeHint().height() + rows * m_headers->rowHeight(0) + 4);
}

void EventView::setContentVisible(bool visible)
{
    for (QWidget* widget : std::initializer_list<QWidget*>{m_key, m_payload})
        widget->setVisible(visible);
    m_headers->setVisible(visible && m_headers->rowCount() > 0);
}

} // namespace projectionist
