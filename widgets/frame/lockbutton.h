// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/history/productionlock.h"
#include "widgets/frame/unlockdialog.h"

#include <QPointer>
#include <QToolButton>

namespace projectionist {

/// Whether a production context may be changed, and for how long: "Locked", "Unlocked, 24:10 left". A click asks for a
/// reason and a time, or locks again at once.
class LockButton : public QToolButton
{
    Q_OBJECT
public:
    explicit LockButton(QWidget* parent = nullptr);

    /// Hidden for contexts that are never locked (empty name).
    void setContext(const QString& name);
    void setUnlock(const std::optional<Unlock>& unlock, TimePoint now);
    void tick(TimePoint now);
    [[nodiscard]] bool isUnlocked() const { return m_shown.has_value(); }
    [[nodiscard]] UnlockDialog* dialog() const { return m_dialog; } ///< while it is open

signals:
    void unlockRequested(projectionist::Duration time, const QString& reason);
    void lockRequested();

private:
    void act();
    void showState();

    QString m_context;
    std::optional<Unlock> m_unlock;
    std::optional<std::int64_t> m_shown; ///< seconds left
    QPointer<UnlockDialog> m_dialog;
};

/// "24:10", "1:04:10".
[[nodiscard]] QString countdownText(std::int64_t seconds);

} // namespace projectionist
