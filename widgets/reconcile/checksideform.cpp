// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/reconcile/checksideform.h"

#include "widgets/common/fonts.h"

#include <QComboBox>
#include <QCompleter>
#include <QFormLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalBlocker>

namespace projectionist {

namespace {

constexpr int queryLines = 4;
constexpr int tablesShown = 14;

void setUpTableChoice(QComboBox* table)
{
    table->setEditable(true);
    table->setInsertPolicy(QComboBox::NoInsert);
    table->setMaxVisibleItems(tablesShown);
    table->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    table->completer()->setCompletionMode(QCompleter::PopupCompletion);
    table->completer()->setFilterMode(Qt::MatchContains);
    table->lineEdit()->setPlaceholderText(CheckSideForm::tr("public.order_summary"));
}

void setUpQuery(QPlainTextEdit* query)
{
    query->setFont(fixedFont(query->font()));
    query->setTabChangesFocus(true);
    query->setLineWrapMode(QPlainTextEdit::NoWrap);
    query->setPlaceholderText(CheckSideForm::tr("SELECT …, without a semicolon"));
    query->setFixedHeight(queryLines * query->fontMetrics().lineSpacing() + 2 * query->frameWidth() +
                          2 * static_cast<int>(query->document()->documentMargin()));
}

} // namespace

CheckSideForm::CheckSideForm(const QString& title, const QStringList& stores, QWidget* parent)
    : QGroupBox(title, parent)
    , m_layout(new QFormLayout(this))
    , m_store(new QComboBox(this))
    , m_asks(new QComboBox(this))
    , m_table(new QComboBox(this))
    , m_query(new QPlainTextEdit(this))
    , m_filter(new QLineEdit(this))
{
    m_store->addItems(stores);
    m_asks->addItems({tr("A table or view"), tr("A query")});
    setUpTableChoice(m_table);
    setUpQuery(m_query);
    m_filter->setPlaceholderText(tr("all rows, or a condition: region = 'EU'"));
    m_store->setAccessibleName(tr("%1: store").arg(title));
    m_asks->setAccessibleName(tr("%1: table or query").arg(title));
    m_table->setAccessibleName(tr("%1: table").arg(title));
    m_query->setAccessibleName(tr("%1: query").arg(title));
    m_filter->setAccessibleName(tr("%1: filter").arg(title));
    m_layout->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_layout->addRow(tr("Store"), m_store);
    m_layout->addRow(tr("Reads"), m_asks);
    m_layout->addRow(tr("Table"), m_table);
    m_layout->addRow(tr("Query"), m_query);
    m_layout->addRow(tr("Filter"), m_filter);
    connect(m_store, &QComboBox::currentIndexChanged, this, [this] {
        emit storeChosen();
        emit changed();
    });
    connect(m_asks, &QComboBox::currentIndexChanged, this, [this] {
        showKind();
        emit changed();
    });
    connect(m_table, &QComboBox::editTextChanged, this, &CheckSideForm::changed);
    connect(m_query, &QPlainTextEdit::textChanged, this, &CheckSideForm::changed);
    connect(m_filter, &QLineEdit::textChanged, this, &CheckSideForm::changed);
    showKind();
}

void CheckSideForm::showKind()
{
    const bool asks = m_asks->currentIndex() == 1;
    m_layout->setRowVisible(m_table, !asks);
    m_layout->setRowVisible(m_query, asks);
}

void CheckSideForm::setDraft(const SideDraft& draft)
{
    const QSignalBlocker quiet(this);
    m_store->setCurrentIndex(m_store->findText(draft.store));
    m_asks->setCurrentIndex(draft.asks ? 1 : 0);
    m_table->setEditText(draft.table);
    m_query->setPlainText(draft.query);
    m_filter->setText(draft.filter);
}

SideDraft CheckSideForm::draft() const
{
    return {m_asks->currentIndex() == 1, m_store->currentText(), m_table->currentText(), m_query->toPlainText(),
            m_filter->text()};
}

void CheckSideForm::setTables(const QStringList& tables)
{
    const QSignalBlocker quiet(m_table);
    const auto typed = m_table->currentText();
    m_table->clear();
    m_table->addItems(tables);
    m_table->setEditText(typed);
}

} // namespace projectionist
