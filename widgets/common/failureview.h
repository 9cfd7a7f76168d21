// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QWidget>

#include "models/letterdetails.h"

class QCheckBox;
class QGridLayout;
class QPlainTextEdit;
class QScrollArea;
class QSplitter;
class QTextEdit;

namespace projectionist {

class PlainLabel;

/// Why an event failed: the root cause, what was passed over, who, when, and the stack.
class FailureView : public QWidget
{
    Q_OBJECT
public:
    explicit FailureView(QWidget* parent = nullptr);

    void setLetter(const OpenedLetter& opened, const LetterLook& look);
    /// What a replay would do; stands first. Empty: nobody asked.
    void setVerdict(std::vector<LetterFact> verdict);
    [[nodiscard]] QString text() const; ///< everything that is shown
    [[nodiscard]] QCheckBox* libraryFrames() const { return m_library; }
    [[nodiscard]] QSplitter* divider() const { return m_divider; }

private:
    struct Row
    {
        PlainLabel* name = nullptr;
        QTextEdit* value = nullptr;
    };
    void makeFacts();
    void showFacts();
    void showStack();

    QScrollArea* m_scroll;
    QGridLayout* m_grid = nullptr;
    std::vector<Row> m_rows;
    QCheckBox* m_library;
    PlainLabel* m_note;
    QWidget* m_stackBox;
    QPlainTextEdit* m_stack;
    QSplitter* m_divider;
    std::vector<LetterFact> m_verdict;
    std::vector<LetterFact> m_facts;
    Failure m_failure;
};

} // namespace projectionist
