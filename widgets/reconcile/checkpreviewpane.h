// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QTabWidget>

#include "models/checkpreviewmodel.h"
#include "widgets/reconcile/checkpreviews.h"

class QListWidget;
class QPlainTextEdit;
class QSplitter;

namespace projectionist {

class PlainLabel;
class TableView;

/// What a check that is being written would do: the first rows of both sides, what lint finds, and the text for the
/// workspace file.
class CheckPreviewPane : public QTabWidget
{
    Q_OBJECT
public:
    CheckPreviewPane(const CheckPreviews& previews, QWidget* parent = nullptr);

    /// `file`: where the text goes.
    void setToml(const QString& toml, const QString& file);
    [[nodiscard]] TableView* rows(ComparedSide side) const { return m_parts[static_cast<std::size_t>(side)].table; }
    [[nodiscard]] QString state(ComparedSide side) const; ///< what stands above the rows
    [[nodiscard]] QListWidget* findings() const { return m_findings; }
    [[nodiscard]] QPlainTextEdit* toml() const { return m_toml; }

signals:
    void againRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Part
    {
        PlainLabel* state = nullptr;
        TableView* table = nullptr;
        CheckPreviewModel* model = nullptr;
    };
    [[nodiscard]] QWidget* makeSide(ComparedSide side);
    [[nodiscard]] QWidget* makeRows();
    [[nodiscard]] QWidget* makeToml();
    void showSides();
    void showSide(ComparedSide side);
    void showFindings();
    void addFinding(DiagnosticLevel level, const QString& text);

    const CheckPreviews& m_previews;
    std::array<Part, 2> m_parts{};
    QSplitter* m_sides = nullptr;
    QListWidget* m_findings;
    QPlainTextEdit* m_toml = nullptr;
    PlainLabel* m_file = nullptr;
};

} // namespace projectionist
