// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "models/differencelook.h"

class QComboBox;
class QListWidget;

namespace projectionist {

/// The groups of differences with their numbers, beside their table; a click shows one group alone.
class DifferenceGroups : public QWidget
{
    Q_OBJECT
public:
    /// `grouping` stands elsewhere on the page.
    DifferenceGroups(QComboBox* grouping, QWidget* parent);

    /// Keeps the chosen group if it is still there; hidden while nothing is grouped.
    void setGroups(const std::vector<DifferenceGroup>& groups, std::size_t all);
    [[nodiscard]] DifferenceGrouping grouping() const;
    [[nodiscard]] QString group() const; ///< empty: all
    [[nodiscard]] QListWidget* list() const { return m_list; }

signals:
    void groupingChosen();
    void groupChosen();

private:
    QComboBox* m_grouping;
    QListWidget* m_list;
};

} // namespace projectionist
