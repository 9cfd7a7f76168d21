// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/icons.h"

#include "models/text.h"

#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmapCache>
#include <QSvgRenderer>

// Outside the namespace: the macro declares a function with C++ linkage in the global one.
static void initIconResources()
{
    Q_INIT_RESOURCE(icons);
}

namespace projectionist {

namespace {

QPixmap render(const QString& name, const QSize& deviceSize, const QColor& color)
{
    const auto key = QStringLiteral("projectionist/%1/%2x%3/%4")
                         .arg(name)
                         .arg(deviceSize.width())
                         .arg(deviceSize.height())
                         .arg(color.rgba());
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    initIconResources();
    pixmap = QPixmap(deviceSize);
    pixmap.fill(Qt::transparent);
    QSvgRenderer renderer(QStringLiteral(":/icons/%1.svg").arg(name));
    renderer.setAspectRatioMode(Qt::KeepAspectRatio);
    QPainter painter(&pixmap);
    renderer.render(&painter);
    if (color.isValid()) {
        painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
        painter.fillRect(pixmap.rect(), color);
    }
    painter.end();
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

/// Renders when painted, so that size, pixel ratio and theme of that moment count.
class TintedEngine final : public QIconEngine
{
public:
    TintedEngine(QString name, QColor color) : m_name(std::move(name)), m_color(color) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override
    {
        const auto ratio = painter->device()->devicePixelRatioF();
        painter->drawPixmap(rect, pixmap(rect.size() * ratio, mode, state));
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State) override
    {
        const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
        return render(m_name, size,
                      m_color.isValid() ? m_color : QGuiApplication::palette().color(group, QPalette::Text));
    }
    [[nodiscard]] QIconEngine* clone() const override { return new TintedEngine(*this); }

private:
    QString m_name;
    QColor m_color; ///< invalid: the palette's
};

} // namespace

QIcon themeIcon(const QString& name)
{
    return themeIcon(name, QColor());
}

QIcon themeIcon(const QString& name, const QColor& color)
{
    return QIcon(new TintedEngine(name, color));
}

QString verdictIconName(VerdictKind kind)
{
    return QStringLiteral("verdict-") + toQString(toString(kind));
}

void paintIcon(QPainter& painter, const QRect& rect, const QString& name, const QColor& color)
{
    const auto ratio = painter.device()->devicePixelRatioF();
    painter.drawPixmap(rect, render(name, rect.size() * ratio, color));
}

QIcon applicationIcon()
{
    QIcon result;
    for (const int side : {16, 24, 32, 48, 64, 128, 256})
        result.addPixmap(render(QStringLiteral("app"), {side, side}, QColor()));
    return result;
}

} // namespace projectionist
