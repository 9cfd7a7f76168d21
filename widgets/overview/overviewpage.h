// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspace.h"
#include "backend/core/snapshot.h"
#include "backend/deadletter/letterview.h"
#include "models/projectiontablemodel.h"
#include "widgets/common/windowservices.h"

#include <QWidget>

class QSplitter;

namespace projectionist {

class AlertLine;
class MessageArea;
class PipelineStrip;
class ProjectionCharts;
class TableView;
struct HistoryAnswer;

/// "What is broken, since when, how bad, getting better?": the worst verdict, the pipeline, all projections worst
/// first, and charts of the selected one.
class OverviewPage : public QWidget
{
    Q_OBJECT
public:
    explicit OverviewPage(const WindowServices& services, QWidget* parent = nullptr);
    ~OverviewPage() override;

    void setWorkspace(const Workspace& workspace, const std::string& context);
    /// Dead letters by projection; `complete`: there are no more.
    void setLetters(const std::vector<NamedCount>& projections, bool complete);
    void forgetLetters() { m_model.forgetLetters(); }
    void setChecks(const CheckBoard& board);
    [[nodiscard]] std::string selected() const;
    void select(const std::string& projection);
    [[nodiscard]] TableView* table() const { return m_table; }
    [[nodiscard]] AlertLine* alertLine() const { return m_alert; }
    [[nodiscard]] PipelineStrip* pipeline() const { return m_pipeline; }

signals:
    void inspectRequested(const std::string& projection);
    void opened(const std::string& projection);
    void selectionChanged(const std::string& projection);
    void failed(const QString& message);

protected:
    void focusInEvent(QFocusEvent* event) override;

private:
    void setUpTable();
    void wire();
    void show(const std::shared_ptr<const Snapshot>& snapshot);
    void showPipeline();
    void tick(TimePoint now);
    void chooseWorst();
    void orderPast();
    void fitTable();
    void takePast(const HistoryAnswer& answer);
    void applyColors();

    WindowServices m_services;
    ProjectionTableModel m_model;
    AlertLine* m_alert;
    PipelineStrip* m_pipeline;
    TableView* m_table;
    QSplitter* m_splitter;
    ProjectionCharts* m_charts;
    Workspace m_workspace;
    std::string m_context;
    CheckBoard m_checks;
    std::vector<std::uint64_t> m_pastTokens;
    std::string m_worst;
    bool m_touched = false;   ///< somebody selected a row: it stays
    bool m_selecting = false; ///< we are the ones who select
};

} // namespace projectionist
