// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/failureview.h"

#include "models/text.h"
#include "widgets/common/icons.h"
#include "widgets/common/panel.h"

#include <cmath>
#include <QCheckBox>
#include <QClipboard>
#include <QGridLayout>
#include <QGuiApplication>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTextEdit>
#include <QVBoxLayout>

namespace projectionist {

namespace {

constexpr auto selectable = Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard;

QPlainTextEdit* makeStack(QWidget* parent)
{
    auto* stack = new QPlainTextEdit(parent);
    stack->setReadOnly(true);
    stack->setFont(fixedFont(stack->font()));
    stack->setLineWrapMode(QPlainTextEdit::NoWrap);
    stack->setTabChangesFocus(true);
    stack->setTextInteractionFlags(selectable);
    stack->setAccessibleName(FailureView::tr("Stack trace"));
    return stack;
}

/// A value of any length: breaks where it must, also within the names of classes, and is as high as it needs.
class WrappedText final : public QTextEdit
{
public:
    explicit WrappedText(QWidget* parent) : QTextEdit(parent)
    {
        setReadOnly(true);
        setAcceptRichText(false);
        setFrameShape(QFrame::NoFrame);
        setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
        setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        setTextInteractionFlags(selectable);
        setFocusPolicy(Qt::ClickFocus);
        document()->setDocumentMargin(0);
        viewport()->setAutoFillBackground(false);
    }
    void fit() { setFixedHeight(static_cast<int>(std::ceil(document()->size().height()))); }

protected:
    void resizeEvent(QResizeEvent* event) override
    {
        QTextEdit::resizeEvent(event);
        fit();
    }
    void wheelEvent(QWheelEvent* event) override { event->ignore(); } // the list scrolls
};

} // namespace

FailureView::FailureView(QWidget* parent)
    : QWidget(parent)
    , m_scroll(new QScrollArea(this))
    , m_library(new QCheckBox(this))
    , m_note(new PlainLabel({}, this))
    , m_stackBox(new QWidget(this))
    , m_stack(makeStack(m_stackBox))
    , m_divider(new QSplitter(Qt::Vertical, this))
{
    makeFacts();
    m_note->setTint(ColorMeaning::Muted);
    m_library->setAccessibleName(tr("Show library frames"));
    auto* copy = new QPushButton(themeIcon(QStringLiteral("copy")), tr("Copy failure"), m_stackBox);
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(text()); });
    auto* row = new QHBoxLayout;
    row->addWidget(m_library);
    row->addWidget(m_note, 1);
    row->addWidget(copy);
    auto* box = new QVBoxLayout(m_stackBox);
    box->setContentsMargins(12, 6, 12, 10);
    box->addLayout(row);
    box->addWidget(m_stack, 1);
    m_divider->setChildrenCollapsible(false);
    m_divider->addWidget(m_scroll);
    m_divider->addWidget(m_stackBox);
    m_divider->setStretchFactor(0, 3);
    m_divider->setStretchFactor(1, 2);
    m_divider->setSizes({360, 300});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_divider);
    connect(m_library, &QCheckBox::toggled, this, &FailureView::showStack);
}

void FailureView::makeFacts()
{
    auto* content = new QWidget;
    content->setBackgroundRole(QPalette::Base);
    auto* outer = new QVBoxLayout(content);
    outer->setContentsMargins(12, 10, 12, 10);
    m_grid = new QGridLayout;
    m_grid->setColumnStretch(1, 1);
    m_grid->setVerticalSpacing(6);
    m_grid->setHorizontalSpacing(16);
    outer->addLayout(m_grid);
    outer->addStretch(1);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setAccessibleName(tr("Why the event failed"));
    m_scroll->setWidget(content);
}

void FailureView::setLetter(const OpenedLetter& opened, const LetterLook& look)
{
    m_facts = failureFacts(opened, look);
    showFacts();
    m_failure = opened.letter ? opened.letter->failure : Failure{};
    showStack();
}

void FailureView::setVerdict(std::vector<LetterFact> verdict)
{
    if (verdict == m_verdict)
        return;
    m_verdict = std::move(verdict);
    showFacts();
}

QString FailureView::text() const
{
    QStringList lines;
    for (const auto& row : m_rows)
        if (!row.name->isHidden())
            lines << row.name->text() + QStringLiteral(": ") + row.value->toPlainText();
    lines << m_stack->toPlainText();
    return lines.join(u'\n');
}

void FailureView::showFacts()
{
    auto facts = m_verdict;
    facts.insert(facts.end(), m_facts.begin(), m_facts.end());
    while (m_rows.size() < facts.size()) {
        const int at = static_cast<int>(m_rows.size());
        const Row row{new PlainLabel({}, m_scroll->widget()), new WrappedText(m_scroll->widget())};
        row.name->setTint(ColorMeaning::Muted);
        m_grid->addWidget(row.name, at, 0, Qt::AlignTop);
        m_grid->addWidget(row.value, at, 1);
        m_rows.push_back(row);
    }
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const bool shown = i < facts.size();
        m_rows[i].name->setVisible(shown);
        m_rows[i].value->setVisible(shown);
        if (!shown)
            continue;
        m_rows[i].name->setText(facts[i].name);
        m_rows[i].value->setFont(scaledFont(font(), 1, facts[i].important));
        m_rows[i].value->setPlainText(facts[i].value);
        m_rows[i].value->setAccessibleName(facts[i].name);
        static_cast<WrappedText*>(m_rows[i].value)->fit();
    }
}

void FailureView::showStack()
{
    const auto stack = stackText(m_failure, !m_library->isChecked());
    m_stackBox->setVisible(!stack.text.isEmpty());
    m_library->setVisible(stack.libraryFrames > 0);
    m_library->setText(tr("Show library frames (%1)").arg(stack.libraryFrames));
    m_note->setText(stack.cut ? tr("Longer than is shown.") : QString());
    m_stack->setPlainText(stack.text);
}

} // namespace projectionist
