// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/theme.h"

#include "widgets/common/colors.h"
#include "widgets/common/flatstyle.h"

#include <array>
#include <QApplication>
#include <QSettings>
#include <QStyleHints>

namespace projectionist {

namespace {

constexpr std::array<const char*, 3> words{"system", "dark", "light"};

ThemeChoice choiceOf(const QString& word)
{
    for (std::size_t i = 0; i < words.size(); ++i)
        if (word == QLatin1String(words[i]))
            return static_cast<ThemeChoice>(i);
    return ThemeChoice::System;
}

} // namespace

Theme::Theme(QSettings& settings, QObject* parent)
    : QObject(parent)
    , m_settings(settings)
    , m_choice(choiceOf(settings.value("theme").toString()))
    , m_systemWasDark(&colorsFor(QApplication::palette()) == &darkColors())
{
    QApplication::setStyle(new FlatStyle);
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, this, &Theme::apply);
#endif
    apply();
}

bool Theme::dark() const
{
    if (m_choice != ThemeChoice::System)
        return m_choice == ThemeChoice::Dark;
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    if (const auto scheme = QGuiApplication::styleHints()->colorScheme(); scheme != Qt::ColorScheme::Unknown)
        return scheme == Qt::ColorScheme::Dark;
#endif
    return m_systemWasDark;
}

void Theme::choose(ThemeChoice choice)
{
    m_settings.setValue("theme", QLatin1String(words[static_cast<std::size_t>(choice)]));
    overrideWith(choice);
}

void Theme::overrideWith(ThemeChoice choice)
{
    m_choice = choice;
    apply();
}

void Theme::apply()
{
    QApplication::setPalette(paletteOf(dark() ? darkColors() : lightColors()));
    emit changed();
}

} // namespace projectionist
