// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "models/livefeed.h"
#include "models/membersmodel.h"
#include "models/partitiontablemodel.h"
#include "widgets/common/windowservices.h"

#include <QWidget>

class QComboBox;
class QTabWidget;

namespace projectionist {

class EventView;
class PlainLabel;
class ProjectionCharts;
class TableView;
class TintedIcon;
class WhyView;

/// One projection: large charts, why it has its verdict, partitions, members, and events at its positions.
class ProjectionPage : public QWidget
{
    Q_OBJECT
public:
    explicit ProjectionPage(const WindowServices& services, QWidget* parent = nullptr);

    void setWorkspace(const Workspace& workspace, const std::string& context);
    void setProjection(const std::string& projection);
    [[nodiscard]] const std::string& projection() const { return m_projection; }
    /// Fetches the suspect event, or where nothing is suspect says so, and shows the event tab.
    void inspectSuspect();
    void setUnmaskRecorded(const std::string& reference, const Result<std::uint64_t>& recorded);
    [[nodiscard]] EventView* eventView() const { return m_event; }
    [[nodiscard]] WhyView* whyView() const { return m_why; }
    [[nodiscard]] TableView* partitionTable() const { return m_partitionTable; }

signals:
    void inspectRequested(std::uint64_t token, const projectionist::TopicPartition& id, projectionist::Offset offset);
    /// Answered by setUnmaskRecorded(): values are shown after that is in the audit trail.
    void unmaskWanted(const std::string& reference, const QString& what);
    void helpRequested(const QString& heading);
    void projectionChosen(const std::string& projection);
    void failed(const QString& message);

protected:
    void focusInEvent(QFocusEvent* event) override;

private:
    QWidget* makeHeader();
    void wire();
    void show(const std::shared_ptr<const Snapshot>& snapshot);
    void showHeader(const ProjectionReport* report);
    void inspect(const TopicPartition& id, Offset offset);
    void applyColors();
    [[nodiscard]] std::shared_ptr<const ProjectionReport> report() const;
    [[nodiscard]] QString command() const;

    WindowServices m_services;
    PartitionTableModel m_partitions;
    MembersModel m_members;
    QComboBox* m_choice;
    TintedIcon* m_stateIcon;
    PlainLabel* m_state;
    PlainLabel* m_numbers;
    ProjectionCharts* m_charts;
    QTabWidget* m_tabs;
    WhyView* m_why;
    TableView* m_partitionTable;
    TableView* m_memberTable;
    EventView* m_event;
    Workspace m_workspace;
    std::string m_context;
    std::string m_projection;
    std::uint64_t m_token = 0; ///< of the event that is wanted, 0 = none; answers to others are too late
    std::uint64_t m_lastToken = 0;
    TopicPartition m_wantedId;
    Offset m_wantedOffset = 0;
};

} // namespace projectionist
