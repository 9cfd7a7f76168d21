// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QAbstractTableModel>

#include "backend/config/checksettings.h"
#include "backend/store/snapshotreader.h"

namespace projectionist {

/// Which columns a check compares, how the expected side calls them, and what counts as equal in them: a row for each
/// column of the actual side, and for each one that the check names. Kind Groups: a row for each result, which is
/// compared always.
class CheckColumnsModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column
    {
        Compared, ///< a tick; "key" where it is one
        Name,     ///< on the actual side
        Type,
        ExpectedName,
        ExpectedType,
        Absolute,
        Relative,
        Time,
        Trim,       ///< a tick
        IgnoreCase, ///< a tick
        Unicode,
        ColumnCount
    };

    explicit CheckColumnsModel(QObject* parent = nullptr);

    /// What the check says of kind, key, columns, pairs and rules.
    void setCheck(const CheckSettings& check);
    /// The columns that the sides have; empty: not known.
    void setShapes(std::vector<ResultColumn> expected, std::vector<ResultColumn> actual);
    /// Puts columns, pairs and rules into a check; of kind Groups its columns stay.
    void fill(CheckSettings& check) const;

    /// Columns of the expected side, to choose from.
    [[nodiscard]] QStringList expectedNames() const;
    [[nodiscard]] static QStringList unicodeForms();

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// False: the text makes no sense, and nothing changed.
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;

signals:
    void edited();

private:
    struct Line
    {
        std::string name;
        std::string type; ///< empty: not known, or there is no such column

        bool operator==(const Line&) const = default;
    };
    [[nodiscard]] const Line& lineOf(const QModelIndex& index) const;
    [[nodiscard]] std::vector<Line> lines() const;
    [[nodiscard]] std::vector<Line> linesOfGroups() const;
    void showLines();
    [[nodiscard]] bool isKey(const std::string& name) const;
    [[nodiscard]] bool isCompared(const std::string& name) const;
    void setCompared(const std::string& name, bool compared);
    [[nodiscard]] const ResultColumn* expectedColumn(const std::string& name) const;
    [[nodiscard]] QString text(const Line& line, int column) const;
    [[nodiscard]] QString toolTip(const Line& line) const;
    [[nodiscard]] bool takeText(const std::string& name, int column, const QString& text);
    void dropEmptyRule(const std::string& name);

    CheckSettings m_check; ///< only what this is about
    std::vector<ResultColumn> m_expected;
    std::vector<ResultColumn> m_actual;
    std::vector<Line> m_lines;
};

} // namespace projectionist
