// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "models/readinessmodel.h"
#include "widgets/common/windowservices.h"

class QPlainTextEdit;
class QStackedWidget;
class QToolButton;

namespace projectionist {

class MessageArea;
class TableView;

/// Can every projection be trusted when things go wrong? Drills with their last results, and what the chosen one has
/// done and seen. Asks for runs by signals.
class ReadinessPage : public QWidget
{
    Q_OBJECT
public:
    explicit ReadinessPage(const WindowServices& services, QWidget* parent = nullptr);

    void setBoard(const std::shared_ptr<const DrillBoard>& board);
    void choose(const std::string& projection, DrillKind kind);

    [[nodiscard]] TableView* drills() const { return m_table; }
    [[nodiscard]] QPlainTextEdit* detail() const { return m_detail; }
    [[nodiscard]] QToolButton* runButton() const { return m_run; }
    [[nodiscard]] QToolButton* cancelButton() const { return m_cancel; }

signals:
    void runWanted(const std::string& projection, projectionist::DrillKind kind);
    void cancelWanted(const std::string& projection, projectionist::DrillKind kind);

protected:
    void focusInEvent(QFocusEvent* event) override;

private:
    [[nodiscard]] QWidget* makeEmpty();
    [[nodiscard]] QWidget* makeContent();
    [[nodiscard]] QWidget* makeBar(QWidget* parent);
    void wire();
    void runChosen();
    void showChosen();
    [[nodiscard]] const DrillStanding* chosen() const;

    WindowServices m_services;
    ReadinessModel m_model;
    std::optional<std::pair<std::string, DrillKind>> m_chosen;
    MessageArea* m_messages;
    QStackedWidget* m_stack;
    TableView* m_table = nullptr;
    QToolButton* m_run = nullptr;
    QToolButton* m_cancel = nullptr;
    QPlainTextEdit* m_detail = nullptr;
};

} // namespace projectionist
