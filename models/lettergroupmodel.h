// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/letterdesk.h"
#include "models/roles.h"
#include "models/sortedrowsmodel.h"
#include "models/zone.h"

#include <QMetaType>

namespace projectionist {

/// Arrivals an hour, the present one last; what the bars show.
struct LetterArrivals
{
    std::array<std::uint32_t, arrivalHours> counts{};
    bool operator==(const LetterArrivals&) const = default;
};

struct LetterGroupRow
{
    std::uint32_t key = 0; ///< the group
    GroupView view;

    [[nodiscard]] std::uint32_t changedColumns(const LetterGroupRow& next) const;
};

/// The groups of a board, one a row.
class LetterGroupModel final : public SortedRowsModel<LetterGroupRow>
{
    Q_OBJECT
public:
    enum Column
    {
        Failure,
        Count,
        Arrivals,
        First,
        Last,
        Projection,
        Consumer,
        Attempts,
        Expires, ///< when retention may delete the first of its letters, or of the events that failed
        ColumnCount
    };
    enum GroupRole : int
    {
        FrameRole = SecondaryRole + 100, ///< QString: "in ParcelProjection.apply"; in Failure
        PatternRole,                     ///< QString: the message with # for numbers; in Failure
        ArrivalsRole,                    ///< LetterArrivals
    };

    /// Less time than that is worth a warning.
    static constexpr Duration expiryWarning{6 * 3'600'000};

    explicit LetterGroupModel(QObject* parent = nullptr);

    void setGroups(const std::vector<GroupView>& groups, TimePoint now, Zone zone);
    void setZone(Zone zone);
    [[nodiscard]] const GroupView& groupAt(int row) const { return rowAt(row).view; }
    [[nodiscard]] int rowOf(std::uint32_t group) const; ///< -1 if there is none
    /// What "filter for this value" means in a cell; nullopt where it means nothing.
    [[nodiscard]] std::optional<FilterNode> conditionAt(const QModelIndex& index, bool excluded) const;

    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

protected:
    [[nodiscard]] QList<int> changedRoles() const override;

private:
    [[nodiscard]] QString display(const GroupView& group, int column) const;
    [[nodiscard]] QString toolTip(const GroupView& group, int column) const;
    [[nodiscard]] bool expiresSoon(const GroupView& group) const;

    TimePoint m_now{};
    Zone m_zone = Zone::Utc;
};

} // namespace projectionist
