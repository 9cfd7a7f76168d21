// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// First: moc of Qt 6.4 cannot parse <concepts> unless another standard header came before.
#include <QGroupBox>

#include "models/checkdraft.h"

class QComboBox;
class QFormLayout;
class QLineEdit;
class QPlainTextEdit;

namespace projectionist {

/// One side of a check: a table or a query of a store.
class CheckSideForm : public QGroupBox
{
    Q_OBJECT
public:
    /// `title` is the first part of its fields' accessible names.
    CheckSideForm(const QString& title, const QStringList& stores, QWidget* parent = nullptr);

    void setDraft(const SideDraft& draft);
    [[nodiscard]] SideDraft draft() const;
    /// Tables of the store, to choose from; what is typed stays.
    void setTables(const QStringList& tables);
    [[nodiscard]] QComboBox* store() const { return m_store; }
    [[nodiscard]] QComboBox* table() const { return m_table; }
    [[nodiscard]] QComboBox* asks() const { return m_asks; }
    [[nodiscard]] QPlainTextEdit* query() const { return m_query; }
    [[nodiscard]] QLineEdit* filter() const { return m_filter; }

signals:
    void changed();
    void storeChosen();

private:
    void showKind();

    QFormLayout* m_layout;
    QComboBox* m_store;
    QComboBox* m_asks; ///< table; query
    QComboBox* m_table;
    QPlainTextEdit* m_query;
    QLineEdit* m_filter;
};

} // namespace projectionist
