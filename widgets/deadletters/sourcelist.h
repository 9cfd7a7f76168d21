// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "backend/deadletter/letterdesk.h"
#include "models/lettersheet.h"

class QSettings;

namespace projectionist {

class TableView;

/// Topics and tables that are read: why, how far, and what keeps them.
class SourceList : public QWidget
{
    Q_OBJECT
public:
    explicit SourceList(QSettings& settings, QWidget* parent = nullptr);

    void setBoard(const LetterBoard& board);
    [[nodiscard]] const LetterSheetModel& model() const { return m_model; }

private:
    LetterSheetModel m_model;
    TableView* m_table;
};

} // namespace projectionist
