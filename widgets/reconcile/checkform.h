// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QDialog>

#include "models/checkcolumnsmodel.h"
#include "widgets/reconcile/checkpreviews.h"

#include <functional>

class QPushButton;

namespace projectionist {

class CheckPreviewPane;
class CheckSubjectForm;
class CheckTermsForm;
class LiveFeed;
class MessageArea;
class PlainLabel;
class RangeController;
class TableView;

/// What a form of a check begins with.
struct CheckFormBeginning
{
    Workspace workspace;
    std::string context;
    CheckSettings check;                   ///< shown at first
    std::optional<CheckSettings> before{}; ///< as the workspace has it; nullopt: the check is a new one
};

/// Writes a check into the workspace file, and shows meanwhile what it would compare. What the check says and the form
/// does not show stays as it is.
class CheckForm : public QDialog
{
    Q_OBJECT
public:
    /// `tasks` outlives this.
    CheckForm(CheckFormBeginning beginning, OpenSnapshotReader open, const LiveFeed& feed, const RangeController& range,
              BackgroundTasks& tasks, QWidget* parent);
    ~CheckForm() override;

    /// Closes without saving; where something was changed, only when it is asked for twice.
    void reject() override;
    [[nodiscard]] CheckSubjectForm* subject() const { return m_subject; }
    [[nodiscard]] CheckTermsForm* terms() const { return m_terms; }
    [[nodiscard]] TableView* columns() const { return m_columnsTable; }
    [[nodiscard]] CheckPreviewPane* preview() const { return m_preview; }
    [[nodiscard]] MessageArea* messages() const { return m_messages; }
    [[nodiscard]] QPushButton* saveButton() const { return m_save; }
    [[nodiscard]] QString note() const; ///< why it cannot be saved as it is; empty: it can

public slots:
    void save();

signals:
    void saved(const std::string& check);

private:
    [[nodiscard]] QWidget* makeTabs();
    [[nodiscard]] QWidget* makeButtons();
    void setUpColumns();
    void wire();
    /// What the form says by now.
    void take();
    void tell(const QStringList& mistakes);
    void takeSide(ComparedSide side);
    void takeTables(ComparedSide side);
    void takeSaved(const Result<void>& outcome);
    [[nodiscard]] std::filesystem::path file() const;

    const CheckFormBeginning m_beginning;
    const LiveFeed& m_feed;
    const RangeController& m_range;
    BackgroundTasks& m_tasks;
    CheckPreviews m_previews;
    CheckColumnsModel m_columns;
    CheckSettings m_check; ///< what the form says
    MessageArea* m_messages;
    CheckSubjectForm* m_subject;
    CheckTermsForm* m_terms;
    TableView* m_columnsTable;
    CheckPreviewPane* m_preview;
    PlainLabel* m_note;
    QPushButton* m_save = nullptr;
    BackgroundTasks::Token m_saving = 0;
    bool m_throwsAway = false; ///< the next reject() does
};

} // namespace projectionist
