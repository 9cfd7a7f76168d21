// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/chartexport.h"

#include "models/roles.h"
#include "widgets/common/charts/chartsurface.h"

#include <QSaveFile>
#include <QSvgGenerator>

namespace projectionist {

namespace {

Error notWritten(const QString& file, const QString& why)
{
    return {ErrorKind::Resource, ChartSurface::tr("%1 was not written").arg(file).toStdString(), why.toStdString(),
            ChartSurface::tr("Choose another folder or make room on the disk").toStdString(), true};
}

template<typename Write>
Result<void> writeFile(const QString& name, Write write)
{
    QSaveFile file(name);
    if (!file.open(QIODevice::WriteOnly) || !write(file) || !file.commit())
        return tl::unexpected(notWritten(name, file.errorString()));
    return {};
}

QString quoted(QString text)
{
    if (!text.contains(u',') && !text.contains(u'"') && !text.contains(u'\n'))
        return text;
    return u'"' + text.replace(u'"', QStringLiteral("\"\"")) + u'"';
}

QByteArray csvLine(int columns, const std::function<QString(int)>& field)
{
    QStringList fields;
    for (int column = 0; column < columns; ++column)
        fields << quoted(field(column));
    return fields.join(u',').toUtf8() + "\r\n";
}

} // namespace

Result<void> writePng(const QPixmap& picture, const QString& file)
{
    return writeFile(file, [&](QIODevice& device) { return picture.save(&device, "PNG"); });
}

Result<void> writeSvg(ChartSurface& surface, const QString& file)
{
    return writeFile(file, [&](QIODevice& device) {
        QSvgGenerator generator;
        generator.setOutputDevice(&device);
        generator.setSize(surface.size());
        generator.setViewBox(QRect(QPoint(), surface.size()));
        generator.setTitle(surface.titleText());
        QCPPainter painter;
        if (!painter.begin(&generator))
            return false;
        painter.setMode(QCPPainter::pmVectorized);
        painter.setMode(QCPPainter::pmNoCaching);
        painter.fillRect(surface.rect(), surface.colors().background);
        surface.toPainter(&painter, surface.width(), surface.height());
        return painter.end();
    });
}

Result<void> writeCsv(const QAbstractItemModel& table, const QString& file)
{
    return writeFile(file, [&](QIODevice& device) {
        const int columns = table.columnCount();
        const auto header = [&](int column) { return table.headerData(column, Qt::Horizontal, CopyRole).toString(); };
        bool good = device.write(csvLine(columns, header)) >= 0;
        // The table is newest first, files are oldest first.
        for (int row = table.rowCount() - 1; row >= 0 && good; --row)
            good = device.write(csvLine(
                       columns, [&](int column) { return table.index(row, column).data(CopyRole).toString(); })) >= 0;
        return good;
    });
}

} // namespace projectionist
