// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace projectionist {

/// Nothing is watched yet: three ways in.
class FirstRunPage : public QWidget
{
    Q_OBJECT
public:
    explicit FirstRunPage(QWidget* parent = nullptr);

signals:
    void sandboxRequested();
    void connectRequested();
    void openRequested();

protected:
    void focusInEvent(QFocusEvent* event) override;

private:
    QWidget* makeChoice(const QString& iconName, const QString& title, const QString& text,
                        void (FirstRunPage::*chosen)());

    QWidget* m_first = nullptr; ///< choice
};

} // namespace projectionist
