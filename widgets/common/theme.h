// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

class QSettings;

namespace projectionist {

enum class ThemeChoice
{
    System,
    Dark,
    Light
};

/// Puts one of our palettes on the application, with Qt's Fusion style so that it looks the same on every desktop.
/// The choice is kept in the settings.
class Theme : public QObject
{
    Q_OBJECT
public:
    /// Takes note of the system's palette, so make it before anything else changes that.
    explicit Theme(QSettings& settings, QObject* parent = nullptr);

    [[nodiscard]] ThemeChoice choice() const { return m_choice; }
    [[nodiscard]] bool dark() const;
    void choose(ThemeChoice choice);
    /// For this run only: what a command-line option asks for.
    void overrideWith(ThemeChoice choice);

signals:
    void changed();

private:
    void apply();

    QSettings& m_settings;
    ThemeChoice m_choice = ThemeChoice::System;
    const bool m_systemWasDark;
};

} // namespace projectionist
