// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "backend/config/deadlettersettings.h"
#include "backend/deadletter/lettermasks.h"
#include "backend/deadletter/replay/outgoing.h"
#include "models/editedvalue.h"
#include "models/lettersheet.h"
#include "models/zone.h"

class QLineEdit;
class QPushButton;
class QSettings;
class QSpinBox;
class QTabWidget;
class QTimer;

namespace projectionist {

class PayloadPane;
class PlainLabel;
class ReplayPlanForm;
class TableView;

/// Third page of the wizard: what is decided, and what comes of it before anything is sent.
class ReplayPlanView : public QWidget
{
    Q_OBJECT
public:
    explicit ReplayPlanView(QSettings& settings, QWidget* parent = nullptr);

    /// What is masked, and whether values may be edited; what is shown follows.
    void setRules(const DeadLetterSettings& rules);
    /// Plans anew, with what the form says, for so many letters.
    void startOver(std::size_t letters);
    void setPlanning(std::size_t read, std::size_t total);
    /// The log is read for the events of so many keys.
    void setReading(std::size_t keys);
    /// `fixed`: it came from a file. `file`: where it is saved, empty if it is not.
    void setPlan(std::shared_ptr<const ReplayPlan> plan, bool fixed, const QString& file, const QString& command);
    void setFailed();
    void setPreview(std::size_t index, const Result<ReplayPreview>& preview, Zone zone);
    [[nodiscard]] ReplayPlanForm* form() const { return m_form; }
    [[nodiscard]] QTabWidget* tabs() const { return m_tabs; }
    [[nodiscard]] TableView* headers() const { return m_headerTable; }
    [[nodiscard]] TableView* findings() const { return m_findingTable; }
    [[nodiscard]] TableView* receivers() const { return m_receiverTable; }
    [[nodiscard]] QPushButton* editButton() const { return m_edit; }
    [[nodiscard]] QString summary() const;

signals:
    void planWanted();
    void planOutdated(); ///< something was changed: the former plan counts no more
    void previewWanted(std::size_t index);
    void saveRequested();
    void editRequested(const projectionist::EditableValue& value);

protected:
    void focusInEvent(QFocusEvent* event) override;

private:
    void setUpTables();
    [[nodiscard]] QWidget* makePreview();
    [[nodiscard]] QWidget* makeCommandRow();
    void showCounts();
    void askForPreview();
    void clearPreview();
    void showEditing(const ReplayPreview* preview);

    LetterSheetModel m_headers;
    LetterSheetModel m_receivers;
    LetterSheetModel m_leftBehind;
    LetterSheetModel m_findings;
    LetterMasks m_masks;
    bool m_editable = false;
    bool m_fixed = false;
    std::shared_ptr<const ReplayPlan> m_plan;
    ReplayPlanForm* m_form;
    PlainLabel* m_summary;
    QTabWidget* m_tabs;
    TableView* m_findingTable;
    QWidget* m_preview;
    QSpinBox* m_example;
    PlainLabel* m_previewNote;
    QPushButton* m_edit;
    EditableValue m_value; ///< of the example, if it may be edited
    TableView* m_headerTable;
    PayloadPane* m_payload;
    TableView* m_receiverTable;
    TableView* m_leftTable;
    QLineEdit* m_command;
    QPushButton* m_copy;
    QPushButton* m_save;
    QTimer* m_pause; ///< between the last change and planning
};

} // namespace projectionist
