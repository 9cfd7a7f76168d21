// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/snapshot.h"

#include <QObject>
#include <set>

class QSystemTrayIcon;

namespace projectionist {

/// What became critical since somebody was told, in one notification for all; nothing for a while after one, so that a
/// store that goes down is one notification and not one for each of its projections.
class NotificationGrouper
{
public:
    static constexpr Duration pause{30'000};

    /// The projections to tell of now, sorted; empty: none. Those that recovered may be told of again.
    [[nodiscard]] std::vector<std::string> take(const Snapshot& snapshot, Duration monotonic);

private:
    std::set<std::string> m_told;
    std::optional<Duration> m_toldAt;
};

/// The worst state in the tray, and a notification when a verdict becomes critical. Without a tray it does nothing.
class TrayIcon : public QObject
{
    Q_OBJECT
public:
    explicit TrayIcon(QObject* parent = nullptr);

    void setNotifying(bool notifying) { m_notifying = notifying; }
    /// Null: nothing is watched, or no answer yet.
    void setSnapshot(const Snapshot* snapshot, const QString& title);

signals:
    void activated(); ///< somebody wants to see the window

private:
    void notify(const Snapshot& snapshot);

    QSystemTrayIcon* m_icon = nullptr; ///< null without a tray
    NotificationGrouper m_grouper;
    std::optional<VerdictKind> m_shown;
    bool m_notifying = true;
};

} // namespace projectionist
