// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "models/replaylightsmodel.h"

class QPushButton;
class QSettings;

namespace projectionist {

class PlainLabel;
class TableView;

/// Last page of the wizard: what is proved of each letter, and what cannot be.
class ReplayProofView : public QWidget
{
    Q_OBJECT
public:
    /// `lights` outlives this.
    ReplayProofView(ReplayLightsModel& lights, QSettings& settings, QWidget* parent = nullptr);

    void showProof();
    [[nodiscard]] TableView* table() const { return m_table; }
    [[nodiscard]] QString summary() const;

signals:
    void exportRequested(bool json);

protected:
    void focusInEvent(QFocusEvent* event) override;

private:
    ReplayLightsModel& m_lights;
    PlainLabel* m_state;
    PlainLabel* m_counts;
    PlainLabel* m_unprovable;
    QPushButton* m_csv;
    QPushButton* m_json;
    TableView* m_table;
};

} // namespace projectionist
