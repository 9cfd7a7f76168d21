// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <QWidget>
#include <vector>

class QAbstractItemModel;
class QLineEdit;
class QMenu;
class QSettings;
class QTableView;

namespace projectionist {

class PlainLabel;
class TableProxy;

/// A table as all pages have it: sorts by raw value, filter bar (Ctrl+F or /), column chooser, "filter for this value",
/// copies raw values, keyboard all the way. Columns, order and sorting are kept between runs.
class TableView : public QWidget
{
    Q_OBJECT
public:
    /// `name` is the key of the state in the settings and the accessible name's source.
    TableView(const QString& key, const QString& accessibleName, QSettings& settings, QWidget* parent = nullptr);
    /// Keeps nothing between runs.
    explicit TableView(const QString& accessibleName, QWidget* parent = nullptr);
    ~TableView() override;

    /// A model of models/, which answers the roles of models/roles.h and outlives this.
    void setModel(QAbstractItemModel* model);
    /// Used until somebody changed it. Column -1: as the model has its rows.
    void setDefaultSort(int column, Qt::SortOrder order);
    /// Columns that are hidden until somebody shows them.
    void setDefaultHidden(const std::vector<int>& columns);
    /// For a page that filters by a language of its own: no bar here, `filterRequested` instead, and `fill` puts into a
    /// cell's menu what can be filtered by.
    void setPageFilter(std::function<void(QMenu*, const QModelIndex& sourceIndex)> fill);
    /// What else a row's menu offers, above all.
    void setRowMenu(std::function<void(QMenu*, const QModelIndex& sourceIndex)> fill);
    /// The model brings its rows in order; another one is asked for by `sortRequested`.
    void setSortedByModel();
    [[nodiscard]] int sortColumn() const;
    [[nodiscard]] Qt::SortOrder sortOrder() const;
    /// Column widths used until somebody changed them; `stretch` takes what is left.
    void setDefaultWidths(const std::vector<int>& widths, int stretch);
    /// Columns that give way, the first one first, where the stretching one would be narrower than `least` pixels.
    /// Once somebody has chosen columns, none does, and those that had are back.
    void setYielding(std::vector<int> columns, int least);
    [[nodiscard]] QTableView* table() const { return m_table; }
    [[nodiscard]] TableProxy* proxy() const { return m_proxy; }
    void setFilter(const QString& text);
    [[nodiscard]] QString filter() const;
    void showFilterBar();
    /// Column chooser, for a menu elsewhere; filled when it opens.
    void fillColumnMenu(QMenu* menu);
    /// Selects the row whose column holds the display text; keeps the rest if there is none.
    void selectRow(int column, const QString& text);

signals:
    void activated(const QModelIndex& sourceIndex); ///< Enter or double click
    void currentRowChanged(const QModelIndex& sourceIndex);
    void filterRequested();
    void sortRequested(int column, Qt::SortOrder order);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    TableView(const QString& key, const QString& accessibleName, QSettings* settings, QWidget* parent);
    void applyFilter();
    void makeRoom();
    void bringBack();
    void chooseColumn(int column, bool shown);
    void showCounts();
    void copySelection(bool wholeRow) const;
    void openMenu(const QPoint& at);
    void fillCellMenu(QMenu* menu, const QModelIndex& cell);
    void addFilterTerm(const QModelIndex& cell, bool out);
    [[nodiscard]] bool hasState() const;
    void restoreState();
    void saveState() const;
    [[nodiscard]] QStringList columnNames() const;

    const QString m_key;
    QSettings* m_settings; ///< null: nothing is kept
    QTableView* m_table;
    QWidget* m_bar;
    QLineEdit* m_filter;
    PlainLabel* m_count;
    PlainLabel* m_error;
    TableProxy* m_proxy = nullptr;
    std::function<void(QMenu*, const QModelIndex&)> m_fillMenu;
    std::function<void(QMenu*, const QModelIndex&)> m_fillRowMenu;
    bool m_sortedByModel = false;
    int m_stretching = 0;
    int m_leastStretch = 0;
    std::vector<int> m_yielding; ///< columns
    std::vector<int> m_gaveWay;  ///< those of them that are hidden now
};

} // namespace projectionist
