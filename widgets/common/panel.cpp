// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/panel.h"

#include "widgets/common/icons.h"

#include <QEvent>
#include <QPainter>
#include <QPainterPath>
#include <QVBoxLayout>

namespace projectionist {

namespace {

constexpr qsizetype longestLabel = 4000;

/// Characters that reorder or hide what stands beside them; the classic way to make a name look like another one.
bool misleads(QChar c)
{
    const auto u = c.unicode();
    return (u >= 0x202A && u <= 0x202E) || (u >= 0x2066 && u <= 0x2069) || u == 0x200E || u == 0x200F || u == 0x061C ||
           u == 0xFEFF;
}

QString cleaned(const QString& text, qsizetype longest, bool lines)
{
    QString result;
    result.reserve(std::min(text.size(), longest) + 1);
    for (const auto c : text) {
        if (result.size() >= longest) {
            result += u'\u2026';
            break;
        }
        if (misleads(c))
            result += u'\ufffd';
        else if (lines && (c == u'\n' || c == u'\t'))
            result += c;
        else
            result +=
                c.category() == QChar::Other_Control || c == QChar::LineSeparator || c == QChar::ParagraphSeparator
                    ? QChar(u' ')
                    : c;
    }
    return result;
}

} // namespace

Panel::Panel(QWidget* parent) : QFrame(parent)
{
    setFrameShape(QFrame::NoFrame);
}

void Panel::setTint(ColorMeaning tint)
{
    if (m_tint == tint)
        return;
    m_tint = tint;
    update();
}

void Panel::paintEvent(QPaintEvent*)
{
    const auto& colors = colorsFor(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    const bool alarming = m_tint == ColorMeaning::Warning || m_tint == ColorMeaning::Critical;
    painter.setPen(colors.border);
    painter.setBrush(m_tint == ColorMeaning::Critical  ? colors.criticalPanel
                     : m_tint == ColorMeaning::Warning ? colors.warningPanel
                                                       : colors.panel);
    painter.drawRoundedRect(area, 5, 5);
    if (alarming) {
        QPainterPath edge;
        edge.addRoundedRect(area, 5, 5);
        painter.setClipPath(edge);
        painter.fillRect(QRectF(0, 0, 4, height()), colorOf(m_tint, colors));
    }
}

PlainLabel::PlainLabel(const QString& text, QWidget* parent) : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
    setText(text);
}

void PlainLabel::setText(const QString& text)
{
    const auto shown = displayableText(text, longestLabel);
    if (shown == QLabel::text())
        return;
    QLabel::setText(shown);
    if (m_elide != Qt::ElideNone)
        setToolTip(shown.toHtmlEscaped());
}

void PlainLabel::setTint(ColorMeaning tint)
{
    if (m_tint == tint)
        return;
    m_tint = tint;
    applyTint();
}

void PlainLabel::elide(Qt::TextElideMode mode)
{
    m_elide = mode;
    setToolTip(text().toHtmlEscaped());
    updateGeometry();
}

QSize PlainLabel::minimumSizeHint() const
{
    if (m_elide == Qt::ElideNone)
        return QLabel::minimumSizeHint();
    return {fontMetrics().averageCharWidth() * 4, fontMetrics().height()};
}

void PlainLabel::changeEvent(QEvent* event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::ApplicationPaletteChange)
        applyTint();
}

void PlainLabel::paintEvent(QPaintEvent* event)
{
    if (m_elide == Qt::ElideNone) {
        QLabel::paintEvent(event);
        return;
    }
    QPainter painter(this);
    painter.setPen(palette().color(QPalette::WindowText));
    const auto area = contentsRect();
    painter.drawText(area, static_cast<int>(alignment()) | Qt::TextSingleLine,
                     fontMetrics().elidedText(text(), m_elide, area.width()));
}

void PlainLabel::applyTint()
{
    const auto& colors = colorsFor(palette());
    const auto wanted = colorOf(m_tint, colors);
    if (palette().color(QPalette::WindowText) == wanted)
        return;
    QPalette own = palette();
    own.setColor(QPalette::WindowText, wanted);
    setPalette(own);
}

PlainLabel* makeHeading(const QString& text, QWidget* parent)
{
    auto* heading = new PlainLabel(text, parent);
    heading->setFont(scaledFont(heading->font(), 1, true));
    return heading;
}

TintedIcon::TintedIcon(QString name, ColorMeaning tint, QWidget* parent)
    : QWidget(parent), m_name(std::move(name)), m_tint(tint)
{
    setFixedSize(m_side, m_side);
}

void TintedIcon::setIcon(const QString& name, ColorMeaning tint)
{
    if (m_name == name && m_tint == tint)
        return;
    m_name = name;
    m_tint = tint;
    update();
}

void TintedIcon::setSide(int side)
{
    m_side = side;
    setFixedSize(side, side);
}

void TintedIcon::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    paintIcon(painter, rect(), m_name, colorOf(m_tint, colorsFor(palette())));
}

QString displayable(const QString& text, qsizetype longest)
{
    return cleaned(text, longest, false);
}

QString displayableText(const QString& text, qsizetype longest)
{
    return cleaned(text, longest, true);
}

} // namespace projectionist
