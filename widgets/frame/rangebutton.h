// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QToolButton>

class QLineEdit;

namespace projectionist {

class PlainLabel;
class RangeController;

/// The time range of all charts: a button that says it, a menu of usual ones, and a line to type any other.
class RangeButton : public QToolButton
{
    Q_OBJECT
public:
    explicit RangeButton(RangeController& range, QWidget* parent = nullptr);
    /// Opens the menu with the cursor in the line (Ctrl+T).
    void edit();
    /// What pressing Enter in the line does; returns whether the text was understood. Shows why not.
    bool apply(const QString& text);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void updateText();
    void fillMenu();

    RangeController& m_range;
    QLineEdit* m_line;
    PlainLabel* m_error;
    QAction* m_firstPreset = nullptr;
};

} // namespace projectionist
