// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "backend/discovery/discovery.h"
#include "widgets/common/backgroundtasks.h"
#include "widgets/firstrun/connectform.h"
#include "widgets/firstrun/connectservices.h"

class QPushButton;
class QTreeWidget;

namespace projectionist {

class MessageArea;
class PlainLabel;
class SaveForm;

/// Connects to Kafka and PostgreSQL for the first time: test, discover, tick what to watch, save. Everything that may
/// take time runs elsewhere and can be cancelled.
class ConnectPage : public QWidget
{
    Q_OBJECT
public:
    explicit ConnectPage(ConnectServices services, QWidget* parent = nullptr);

    [[nodiscard]] ConnectForm* form() const { return m_form; }
    void test();
    void cancel();
    [[nodiscard]] MessageArea* messages() const { return m_messages; }
    [[nodiscard]] SaveForm* saveForm() const { return m_save; }
    [[nodiscard]] QTreeWidget* proposals() const { return m_proposals; }

signals:
    void backRequested();
    void saved(const QString& file, const QString& context);

protected:
    void focusInEvent(QFocusEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    /// What one run of test and discovery found out; made on another thread.
    struct Findings
    {
        std::optional<Error> inputError;
        ResolvedInput input;
        std::optional<Result<BrokerReport>> broker;
        std::optional<Result<StoreTest>> store;
        BrokerDiscovery brokerDiscovery;
        std::vector<StoreDiscovery> storeDiscoveries;
        std::vector<ProposedProjection> proposed;
    };
    static Findings find(const ConnectServices& services, const ConnectInput& input, const std::stop_token& stop);
    static void discover(const ConnectServices& services, Findings& findings);

    QWidget* makeForm();
    QWidget* makeResults();
    void wire();
    void setRunning(bool running);
    void showFindings(Findings findings);
    void showProblems();
    void showProposals();
    void save();

    ConnectServices m_services;
    ConnectForm* m_form;
    MessageArea* m_messages;
    PlainLabel* m_progress;
    QPushButton* m_test;
    QPushButton* m_cancel;
    QWidget* m_results;
    QTreeWidget* m_proposals;
    SaveForm* m_save;
    Findings m_findings;
    BackgroundTasks m_tasks;
    BackgroundTasks::Token m_running = 0;
};

} // namespace projectionist
