// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QProgressBar;
class QToolButton;

namespace projectionist {

class PlainLabel;

/// One act that takes long: how far it is and a button that ends it; then what came of it, until somebody closes it.
/// Hidden while there is nothing to tell.
class ActLine : public QWidget
{
    Q_OBJECT
public:
    /// `name`: of the act, "Export"
    ActLine(const QString& name, QWidget* parent);

    /// `total` 0: it is not known how long it will take.
    void showProgress(const QString& text, std::uint64_t done, std::uint64_t total);
    void showEnd(const QString& text);
    void clear() { hide(); }
    [[nodiscard]] bool isRunning() const { return m_running; }
    [[nodiscard]] QString text() const;
    /// "Cancel", then "Close".
    [[nodiscard]] QToolButton* button() const { return m_button; }

signals:
    void cancelled();

private:
    void press();
    void nameButton();

    PlainLabel* m_text;
    QProgressBar* m_progress;
    QToolButton* m_button;
    bool m_running = false;
};

} // namespace projectionist
