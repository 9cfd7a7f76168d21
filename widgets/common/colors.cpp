// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/colors.h"

#include <cmath>

namespace projectionist {

namespace {

double luminance(const QColor& color)
{
    const auto channel = [](double value) {
        return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * channel(color.redF()) + 0.7152 * channel(color.greenF()) + 0.0722 * channel(color.blueF());
}

} // namespace

const Colors& darkColors()
{
    static const Colors colors{
        .window = QColor(0x14, 0x18, 0x1d),
        .panel = QColor(0x1b, 0x20, 0x27),
        .raised = QColor(0x24, 0x2b, 0x34),
        .border = QColor(0x33, 0x3c, 0x47),
        .text = QColor(0xe8, 0xeb, 0xef),
        .muted = QColor(0x9f, 0xa9, 0xb5),
        .accent = QColor(0x6c, 0xb6, 0xf2),
        .accentText = QColor(0x0c, 0x12, 0x18),
        .selection = QColor(0x25, 0x3a, 0x50),
        .ok = QColor(0x3f, 0xbf, 0x8a),
        .info = QColor(0x56, 0xb4, 0xe9),
        .warning = QColor(0xe8, 0xa8, 0x20),
        .critical = QColor(0xff, 0x7a, 0x63),
        .warningPanel = QColor(0x2d, 0x26, 0x17),
        .criticalPanel = QColor(0x33, 0x1e, 0x1c),
    };
    return colors;
}

const Colors& lightColors()
{
    static const Colors colors{
        .window = QColor(0xf1, 0xf3, 0xf6),
        .panel = QColor(0xff, 0xff, 0xff),
        .raised = QColor(0xf7, 0xf8, 0xfa),
        .border = QColor(0xcd, 0xd3, 0xdb),
        .text = QColor(0x1a, 0x20, 0x28),
        .muted = QColor(0x55, 0x5f, 0x6b),
        .accent = QColor(0x0b, 0x5c, 0xad),
        .accentText = QColor(0xff, 0xff, 0xff),
        .selection = QColor(0xd6, 0xe6, 0xf7),
        .ok = QColor(0x14, 0x6c, 0x43),
        .info = QColor(0x0b, 0x5f, 0x94),
        .warning = QColor(0x84, 0x52, 0x00),
        .critical = QColor(0xb4, 0x2a, 0x14),
        .warningPanel = QColor(0xfd, 0xf3, 0xdc),
        .criticalPanel = QColor(0xfd, 0xe9, 0xe5),
    };
    return colors;
}

const Colors& colorsFor(const QPalette& palette)
{
    return luminance(palette.color(QPalette::Window)) < 0.18 ? darkColors() : lightColors();
}

QPalette paletteOf(const Colors& colors)
{
    QPalette palette(colors.raised, colors.window);
    palette.setColor(QPalette::Window, colors.window);
    palette.setColor(QPalette::WindowText, colors.text);
    palette.setColor(QPalette::Base, colors.panel);
    palette.setColor(QPalette::AlternateBase, colors.raised);
    palette.setColor(QPalette::Text, colors.text);
    palette.setColor(QPalette::Button, colors.raised);
    palette.setColor(QPalette::ButtonText, colors.text);
    palette.setColor(QPalette::BrightText, colors.critical);
    palette.setColor(QPalette::Highlight, colors.selection);
    palette.setColor(QPalette::HighlightedText, colors.text);
    palette.setColor(QPalette::ToolTipBase, colors.raised);
    palette.setColor(QPalette::ToolTipText, colors.text);
    palette.setColor(QPalette::PlaceholderText, colors.muted);
    palette.setColor(QPalette::Link, colors.accent);
    palette.setColor(QPalette::LinkVisited, colors.accent);
    palette.setColor(QPalette::Mid, colors.border);
    palette.setColor(QPalette::Midlight, colors.raised);
    palette.setColor(QPalette::Dark, colors.border);
    palette.setColor(QPalette::Light, colors.raised);
    palette.setColor(QPalette::Shadow, colors.border);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        palette.setColor(QPalette::Disabled, role, colors.muted);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, colors.raised);
    return palette;
}

QColor colorOf(ColorMeaning meaning, const Colors& colors)
{
    switch (meaning) {
    case ColorMeaning::Muted:
        return colors.muted;
    case ColorMeaning::Good:
        return colors.ok;
    case ColorMeaning::Info:
        return colors.info;
    case ColorMeaning::Warning:
        return colors.warning;
    case ColorMeaning::Critical:
        return colors.critical;
    case ColorMeaning::Normal:
        break;
    }
    return colors.text;
}

double contrastRatio(const QColor& one, const QColor& other)
{
    const double a = luminance(one);
    const double b = luminance(other);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

QColor readableOn(const QColor& background, QColor wanted)
{
    const bool lighten = luminance(background) < 0.18;
    for (int step = 0; step < 20 && contrastRatio(background, wanted) < 4.5; ++step)
        wanted = QColor::fromRgbF(lighten ? wanted.redF() * 0.9F + 0.1F : wanted.redF() * 0.9F,
                                  lighten ? wanted.greenF() * 0.9F + 0.1F : wanted.greenF() * 0.9F,
                                  lighten ? wanted.blueF() * 0.9F + 0.1F : wanted.blueF() * 0.9F);
    return wanted;
}

} // namespace projectionist
