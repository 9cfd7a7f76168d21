// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"

#include <QToolButton>

namespace projectionist {

/// Environment and name of the watched context in its colour, with a menu to change to another.
class ContextChip : public QToolButton
{
    Q_OBJECT
public:
    explicit ContextChip(QWidget* parent = nullptr);
    /// `all`: names of all contexts of the workspace.
    void setContext(const ContextSettings& context, const QStringList& all);
    /// Of the chip, and for production of the line under the bar.
    [[nodiscard]] QColor color() const { return m_color; }
    [[nodiscard]] QSize sizeHint() const override;

signals:
    void contextChosen(const QString& name);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_environment;
    QString m_name;
    QColor m_color;
};

/// "PRODUCTION", "TEST", "DEVELOPMENT".
[[nodiscard]] QString environmentWord(Environment environment);

} // namespace projectionist
