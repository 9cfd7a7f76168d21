// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "backend/lag/watcher.h"
#include "models/zone.h"

class QTableWidget;

namespace projectionist {

class MessageArea;
class PayloadPane;
class PlainLabel;

/// One event as it lies in the log: place, time, key, headers and payload, all as plain text.
class EventView : public QWidget
{
    Q_OBJECT
public:
    explicit EventView(QWidget* parent = nullptr);

    /// Nothing asked for; `hint` says how to get an event here.
    void clear(const QString& hint);
    /// Asked for, no answer yet.
    void setWaiting(const TopicPartition& id, Offset offset);
    void setEvent(const InspectedEvent& event, TimePoint now, Zone zone);
    /// The event's age goes on.
    void tick(TimePoint now, Zone zone);
    /// Everything that is shown, for tests and for copying.
    [[nodiscard]] QString text() const;

signals:
    void retryRequested();

private:
    void showHeaders(const std::vector<Header>& headers);
    void setContentVisible(bool visible);

    MessageArea* m_messages;
    PlainLabel* m_place;
    PlainLabel* m_key;
    QTableWidget* m_headers;
    PayloadPane* m_payload;
    QString m_where; ///< place in the log, as text
    std::optional<TimePoint> m_writtenAt;
    bool m_appended = false; ///< m_writtenAt is the broker's time
};

} // namespace projectionist
