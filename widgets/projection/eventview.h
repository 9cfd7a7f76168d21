// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "backend/lag/watcher.h"
#include "models/zone.h"
#include "widgets/common/letterdetail.h"

namespace projectionist {

class MessageArea;
class PlainLabel;

/// One event as it lies in the log: place, time, key, headers and payload, all as plain text, with masks.
class EventView : public QWidget
{
    Q_OBJECT
public:
    explicit EventView(QSettings& settings, QWidget* parent = nullptr);

    /// Nothing asked for; `hint` says how to get an event here.
    void clear(const QString& hint);
    /// Asked for, no answer yet.
    void setWaiting(const TopicPartition& id, Offset offset);
    void setEvent(const InspectedEvent& event, TimePoint now, Zone zone);
    /// The event's age goes on.
    void tick(TimePoint now, Zone zone);
    [[nodiscard]] LetterDetail* detail() const { return m_detail; }
    /// Everything that is shown, for tests and for copying.
    [[nodiscard]] QString text() const;

signals:
    void retryRequested();

private:
    MessageArea* m_messages;
    PlainLabel* m_place;
    LetterDetail* m_detail;
    QString m_where; ///< place in the log, as text
    std::optional<TimePoint> m_writtenAt;
    bool m_appended = false; ///< m_writtenAt is the broker's time
};

} // namespace projectionist
