// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/verdict.h"
#include "models/roles.h"
#include "models/sortedrowsmodel.h"

namespace projectionist {

struct MemberRow
{
    std::string key; ///< "client-id @ host"; empty: partitions that nobody owns
    int partitions = 0;
    std::string assignment; ///< "orders.events [0-3, 7]"
    std::optional<Offset> backlog;
    TimeLag lag; ///< worst of its partitions

    [[nodiscard]] std::uint32_t changedColumns(const MemberRow& next) const;
};

/// Members of a projection's consumer group and what each has to do; a row for partitions without an owner if the group
/// has any.
class MembersModel final : public SortedRowsModel<MemberRow>
{
    Q_OBJECT
public:
    enum Column
    {
        Member,
        Partitions,
        Backlog,
        Lag,
        Assignment,
        ColumnCount
    };

    explicit MembersModel(QObject* parent = nullptr);
    void setReport(const std::shared_ptr<const ProjectionReport>& report);

    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

protected:
    [[nodiscard]] QList<int> changedRoles() const override;
};

} // namespace projectionist
