// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/colors.h"
#include "widgets/common/fonts.h"

#include <QFrame>
#include <QLabel>

class QVBoxLayout;

namespace projectionist {

/// A rounded surface that paints itself from the palette; a coloured edge at its left says warning or critical.
class Panel : public QFrame
{
    Q_OBJECT
public:
    explicit Panel(QWidget* parent = nullptr);
    void setTint(ColorMeaning tint);
    [[nodiscard]] ColorMeaning tint() const { return m_tint; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    ColorMeaning m_tint = ColorMeaning::Normal;
};

/// A label that never takes its text for HTML, cuts what is longer than anybody reads, and can be marked for copying.
/// With elide() the text is cut to the width at hand, with the whole in the tool tip.
class PlainLabel : public QLabel
{
    Q_OBJECT
public:
    explicit PlainLabel(const QString& text = {}, QWidget* parent = nullptr);
    void setText(const QString& text);
    void setTint(ColorMeaning tint);
    void elide(Qt::TextElideMode mode);
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void applyTint();

    ColorMeaning m_tint = ColorMeaning::Normal;
    Qt::TextElideMode m_elide = Qt::ElideNone;
};

/// A section title above a part of a page.
[[nodiscard]] PlainLabel* makeHeading(const QString& text, QWidget* parent);

/// A small icon in the colour of a tint.
class TintedIcon : public QWidget
{
    Q_OBJECT
public:
    TintedIcon(QString name, ColorMeaning tint, QWidget* parent = nullptr);
    void setIcon(const QString& name, ColorMeaning tint);
    [[nodiscard]] QSize sizeHint() const override { return {m_side, m_side}; }
    void setSide(int side);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_name;
    ColorMeaning m_tint;
    int m_side = 16;
};

/// Text cut to what can be shown, on one line and without control or direction-changing characters; for names from
/// outside that go into titles, menus and cells.
[[nodiscard]] QString displayable(const QString& text, qsizetype longest = 200);
/// The same for texts of many lines.
[[nodiscard]] QString displayableText(const QString& text, qsizetype longest);

} // namespace projectionist
