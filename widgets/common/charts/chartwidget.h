// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/rangecontroller.h"
#include "widgets/common/charts/chartcolors.h"
#include "widgets/common/charts/chartdata.h"

#include <QWidget>

class QAbstractItemModel;
class QMenu;

namespace projectionist {

class ChartSurface;

/// What time charts and heat maps have in common: title row, shared range and crosshair, drag to zoom, Ctrl+Z, wheel,
/// export, table twin, accessible name. Charts of the same width and font have the same margins, so they line up.
///
/// Keyboard: Left and Right move the crosshair, Plus and Minus zoom, Escape takes the crosshair away.
class ChartWidget : public QWidget
{
    Q_OBJECT
public:
    ~ChartWidget() override;

    void setTitle(const QString& title);
    [[nodiscard]] QString title() const;
    /// At the right of the title: "objective 30 s".
    void setNote(const QString& note);
    /// Inside an empty chart: why there is nothing, for example "Reading history…". Empty: none.
    void setMessage(const QString& message);
    void setColors(const ChartColors& colors);
    void setAnnotations(std::vector<ChartAnnotation> annotations);

    [[nodiscard]] QPixmap picture() const;
    /// Writes what is on screen; the error says why not.
    [[nodiscard]] Result<void> savePng(const QString& file) const;
    [[nodiscard]] Result<void> saveSvg(const QString& file) const;
    /// All values in the shown range, times as RFC 3339.
    [[nodiscard]] Result<void> saveCsv(const QString& file) const;
    /// The values in the shown range as a table; the caller owns it.
    [[nodiscard]] virtual std::unique_ptr<QAbstractItemModel> table() const = 0;
    void copyPicture() const;
    void showTable();
    /// Copy, save and show as table; also used by the context menu.
    void fillMenu(QMenu* menu);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void failed(const QString& message); ///< an export from the menu did not work

protected:
    ChartWidget(RangeController& range, QWidget* parent);
    void contextMenuEvent(QContextMenuEvent* event) override;
    void changeEvent(QEvent* event) override;
    [[nodiscard]] ChartSurface& surface() const { return *m_surface; }
    [[nodiscard]] RangeController& range() const { return m_range; }

private:
    void saveAs(const QString& suffix, Result<void> (ChartWidget::*save)(const QString&) const);

    RangeController& m_range;
    ChartSurface* m_surface;
};

} // namespace projectionist
