// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QPlainTextEdit>

#include "backend/deadletter/filtercompletion.h"

#include <QTimer>

namespace projectionist {

class CompletionList;

/// One line in which a filter for dead letters is typed: mistakes are underlined while typing, completion offers what
/// may come, Up and Down bring back former filters where nothing is offered, Esc clears.
class LetterFilterEdit : public QPlainTextEdit
{
    Q_OBJECT
public:
    /// `knowledge` outlives this.
    explicit LetterFilterEdit(const FilterKnowledge& knowledge, QWidget* parent = nullptr);

    [[nodiscard]] QString text() const { return toPlainText(); }
    /// As if it was typed and confirmed.
    void setText(const QString& text);
    /// Asks for a filter's condition as well; false if the filter has mistakes, which are shown.
    bool addCondition(const FilterNode& condition);
    [[nodiscard]] const std::vector<FilterProblem>& problems() const { return m_problems; }
    /// "at 12: unknown field …; did you mean …"; empty without problems.
    [[nodiscard]] QString problemText() const;
    /// Completions must not hide this, which stands right below.
    void offerBelow(QWidget* widget) { m_below = widget; }
    [[nodiscard]] CompletionList* completion() const { return m_completion; }
    [[nodiscard]] QStringList history() const { return m_history; }
    void setHistory(const QStringList& history);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void checked();                       ///< problems() are up to date
    void accepted(const QString& filter); ///< without mistakes, and has not changed for a moment
    void leaveRequested();                ///< Enter, or Esc in an empty line: the keys go to the letters

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool focusNextPrevChild(bool next) override;
    void focusOutEvent(QFocusEvent* event) override;
    void insertFromMimeData(const QMimeData* source) override;

private:
    void check();
    void underline();
    void complete(bool asked);
    void take();
    void accept();
    void remember();
    bool completionKey(QKeyEvent* event);
    void recall(int step);

    const FilterKnowledge& m_knowledge;
    CompletionList* m_completion;
    QWidget* m_below = nullptr;
    FilterCompletion m_offer;
    std::vector<FilterProblem> m_problems;
    QTimer m_pause; ///< since the last key
    QString m_accepted;
    QStringList m_history; ///< newest first
    qsizetype m_recalled = -1;
};

} // namespace projectionist
