// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "widgets/frame/jumpbox.h"

#include <QWidget>

class QToolButton;

namespace projectionist {

class ContextChip;
class LockButton;
class RangeButton;
class RangeController;

/// The bar over all pages: where we are, whether we may change it, where to go, which time, live or paused, which zone,
/// how many alerts. Production has a coloured line under it.
class TopBar : public QWidget
{
    Q_OBJECT
public:
    TopBar(RangeController& range, std::function<std::vector<JumpTarget>(const QString&)> jumpTargets,
           QWidget* parent = nullptr);

    void setContext(const ContextSettings& context, const QStringList& all);
    /// No context: first run.
    void clearContext();
    void setAlerts(int warnings, int critical);
    [[nodiscard]] JumpBox* jumpBox() const { return m_jump; }
    [[nodiscard]] LockButton* lock() const { return m_lock; }
    [[nodiscard]] RangeButton* rangeButton() const { return m_rangeButton; }
    /// Invalid when there is none.
    [[nodiscard]] QColor productionLine() const { return m_line; }

signals:
    void contextChosen(const QString& name);
    void alertsClicked();

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void updateLive();
    void updateZone();

    RangeController& m_range;
    ContextChip* m_chip;
    LockButton* m_lock;
    JumpBox* m_jump;
    RangeButton* m_rangeButton;
    QToolButton* m_live;
    QToolButton* m_zone;
    QToolButton* m_alerts;
    QColor m_line;
};

} // namespace projectionist
