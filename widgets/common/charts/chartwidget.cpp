// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/charts/chartwidget.h"

#include "models/text.h"
#include "widgets/common/charts/chartexport.h"
#include "widgets/common/charts/chartsurface.h"
#include "widgets/common/tableview.h"

namespace projectionist {

ChartWidget::ChartWidget(RangeController& range, QWidget* parent)
    : QWidget(parent), m_range(range), m_surface(new ChartSurface(range, this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(m_surface);
    setFocusProxy(m_surface);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

ChartWidget::~ChartWidget() = default;

void ChartWidget::setTitle(const QString& title)
{
    m_surface->setTitleText(title);
    m_surface->setAccessibleName(title);
    m_surface->setAccessibleDescription(tr("Chart over time. Left and Right move the crosshair, plus and minus zoom, "
                                           "the context menu shows the values as a table."));
    setAccessibleName(title);
}

QString ChartWidget::title() const
{
    return m_surface->titleText();
}

void ChartWidget::setNote(const QString& note)
{
    m_surface->setNoteText(note);
}

void ChartWidget::setMessage(const QString& message)
{
    m_surface->setMessageText(message);
}

void ChartWidget::setColors(const ChartColors& colors)
{
    m_surface->setColors(colors);
}

void ChartWidget::setAnnotations(std::vector<ChartAnnotation> annotations)
{
    std::stable_sort(annotations.begin(), annotations.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
    m_surface->setAnnotations(std::move(annotations));
}

QPixmap ChartWidget::picture() const
{
    // Twice as fine as the screen, for tickets and slides.
    return m_surface->toPixmap(m_surface->width(), m_surface->height(), 2);
}

Result<void> ChartWidget::savePng(const QString& file) const
{
    return writePng(picture(), file);
}

Result<void> ChartWidget::saveSvg(const QString& file) const
{
    return writeSvg(*m_surface, file);
}

Result<void> ChartWidget::saveCsv(const QString& file) const
{
    return writeCsv(*table(), file);
}

void ChartWidget::copyPicture() const
{
    QGuiApplication::clipboard()->setPixmap(picture());
}

void ChartWidget::showTable()
{
    auto* dialog = new QDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("%1 \u2013 values").arg(title()));
    QAbstractItemModel* model = table().release();
    model->setParent(dialog);
    auto* view = new TableView(dialog->windowTitle(), dialog);
    view->setModel(model);
    view->setDefaultSort(0, Qt::DescendingOrder);
    view->table()->resizeColumnsToContents();
    view->showFilterBar();
    view->table()->setFocus();
    auto* layout = new QVBoxLayout(dialog);
    layout->addWidget(view);
    dialog->resize(640, 480);
    dialog->show();
}

void ChartWidget::fillMenu(QMenu* menu)
{
    menu->addAction(tr("Copy picture"), this, &ChartWidget::copyPicture);
    menu->addAction(tr("Save as PNG\u2026"), this, [this] { saveAs(QStringLiteral("png"), &ChartWidget::savePng); });
    menu->addAction(tr("Save as SVG\u2026"), this, [this] { saveAs(QStringLiteral("svg"), &ChartWidget::saveSvg); });
    menu->addAction(tr("Save values as CSV\u2026"), this,
                    [this] { saveAs(QStringLiteral("csv"), &ChartWidget::saveCsv); });
    menu->addAction(tr("Show as table"), this, &ChartWidget::showTable);
    menu->addSeparator();
    auto* back = menu->addAction(tr("Zoom back"), &m_range, &RangeController::zoomBack);
    back->setEnabled(m_range.canZoomBack());
}

QSize ChartWidget::sizeHint() const
{
    return {380, 280};
}

QSize ChartWidget::minimumSizeHint() const
{
    return {240, 160};
}

void ChartWidget::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    fillMenu(menu);
    menu->popup(event->globalPos());
}

void ChartWidget::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        m_surface->replotSoon();
}

void ChartWidget::saveAs(const QString& suffix, Result<void> (ChartWidget::*save)(const QString&) const)
{
    auto* dialog = new QFileDialog(this, tr("Save \u201c%1\u201d").arg(title()));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(suffix);
    dialog->setNameFilter(QStringLiteral("*.") + suffix);
    connect(dialog, &QFileDialog::fileSelected, this, [this, save](const QString& file) {
        if (const auto saved = (this->*save)(file); !saved)
            emit failed(toQString(toString(saved.error())));
    });
    dialog->open();
}

} // namespace projectionist
