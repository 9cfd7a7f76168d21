// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/letterdesk.h"
#include "models/letterverdictbook.h"
#include "models/roles.h"
#include "models/zone.h"

#include <QAbstractTableModel>

namespace projectionist {

/// The letters of a board, in the order in which the board has them. Another board is merged in: letters keep their
/// rows, so that selection and scrolling stay.
class LetterListModel final : public QAbstractTableModel
{
    Q_OBJECT
public:
    enum Column
    {
        Time,
        Event,
        Key,
        Origin,
        Attempts,
        Verdict,
        Projection,
        Exception,
        Place,
        Size,
        EventTime,
        Consumer,
        Family,
        ColumnCount
    };

    explicit LetterListModel(QObject* parent = nullptr);

    void setLetters(const std::vector<LetterView>& letters, TimePoint now, Zone zone);
    void setZone(Zone zone);
    /// What replaying letters would do; `change` says true when something reads differently now.
    template<typename Change>
    void changeVerdicts(Change&& change)
    {
        if (change(m_verdicts) && rowCount() > 0)
            emit dataChanged(index(0, Verdict), index(rowCount() - 1, Verdict));
    }
    [[nodiscard]] const LetterVerdictBook& verdicts() const { return m_verdicts; }
    [[nodiscard]] const LetterView& letterAt(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    [[nodiscard]] int rowOf(const LetterPlace& place) const; ///< -1 if there is none
    /// What the desk sorts by for a column; nullopt: it cannot.
    [[nodiscard]] static std::optional<LetterField> fieldOf(int column);
    [[nodiscard]] static int columnOf(LetterField field);
    /// What "filter for this value" means in a cell.
    [[nodiscard]] std::optional<FilterNode> conditionAt(const QModelIndex& index, bool excluded) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void removeMissing(const std::vector<LetterView>& next);
    void reorder(const std::vector<LetterView>& next);
    void insertNew(const std::vector<LetterView>& next);
    [[nodiscard]] QString display(const LetterView& letter, int column) const;
    [[nodiscard]] QVariant rawVerdict(const LetterView& letter) const;

    std::vector<LetterView> m_rows;
    LetterVerdictBook m_verdicts;
    TimePoint m_now{};
    Zone m_zone = Zone::Utc;
};

} // namespace projectionist
