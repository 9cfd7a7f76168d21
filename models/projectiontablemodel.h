// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/lag/watcher.h"
#include "models/projectiondrift.h"
#include "models/roles.h"
#include "models/sortedrowsmodel.h"
#include "models/sparkline.h"

#include <map>

namespace projectionist {

struct ProjectionRow
{
    std::string key; ///< the projection's name
    std::string version;
    std::shared_ptr<const ProjectionReport> report; ///< null until the first cycle that has it
    Sparkline past;
    std::optional<std::uint64_t> dead{};    ///< its dead letters; nullopt: nobody has counted them yet
    bool deadCounted = false;               ///< all of them: there may be more otherwise
    std::optional<ProjectionDrift> drift{}; ///< nullopt: it has no check

    [[nodiscard]] std::uint32_t changedColumns(const ProjectionRow& next) const;
};

/// The projections of a context, one a row, as the Overview shows them.
class ProjectionTableModel final : public SortedRowsModel<ProjectionRow>
{
    Q_OBJECT
public:
    enum Column
    {
        State,
        Name,
        Lag,
        Backlog,
        In,
        Out,
        LagHistory,
        CatchesUp,
        Dead,
        Drift,
        Sampled,
        ColumnCount
    };

    explicit ProjectionTableModel(TimePoint now, QObject* parent = nullptr);

    /// Projections of the workspace show up at once, as Unknown, and bring their versions. Others leave.
    void setProjections(const std::vector<ProjectionSettings>& projections);
    void setSnapshot(const std::shared_ptr<const Snapshot>& snapshot);
    /// Fills the sparkline with what happened before; older than what is there, or in its gaps.
    void addPast(const std::string& projection, const std::vector<HistoryPoint>& points);
    void addPast(const std::string& projection, const std::vector<RetroactivePoint>& points);
    /// Dead letters by projection, "" those of nobody. `complete`: there are no more than these.
    void setLetters(const std::map<std::string, std::uint64_t>& counts, bool complete);
    void forgetLetters();
    void setDrift(const std::map<std::string, ProjectionDrift>& drift);
    /// Ages go on without snapshots.
    void tick(TimePoint now);

    [[nodiscard]] QString projectionAt(int row) const;
    [[nodiscard]] int rowOf(const std::string& projection) const; ///< -1 if there is none
    [[nodiscard]] const std::shared_ptr<const ProjectionReport>& reportAt(int row) const { return rowAt(row).report; }
    /// The row that needs attention most: rank, then lag; -1 without rows.
    [[nodiscard]] int worstRow() const;

    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

protected:
    [[nodiscard]] QList<int> changedRoles() const override;

private:
    void setDead(int row, std::optional<std::uint64_t> dead, bool complete);

    TimePoint m_now;
};

} // namespace projectionist
