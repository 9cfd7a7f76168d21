// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/payloadpane.h"

#include "widgets/common/celldelegate.h"
#include "widgets/common/flatheader.h"
#include "widgets/common/icons.h"
#include "widgets/common/jsonhighlighter.h"
#include "widgets/common/panel.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLocale>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

namespace projectionist {

namespace {

// What is laid out and coloured at once, within a few milliseconds.
constexpr qsizetype longestLine = 1000;
constexpr qsizetype mostLines = 5000;
constexpr qsizetype mostColouredLines = 1000;

QPlainTextEdit* makeEdit(const QString& accessibleName, QWidget* parent)
{
    auto* edit = new QPlainTextEdit(parent);
    edit->setReadOnly(true);
    edit->setFont(fixedFont(edit->font()));
    edit->setLineWrapMode(QPlainTextEdit::NoWrap);
    edit->setTabChangesFocus(true);
    edit->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    edit->setAccessibleName(accessibleName);
    return edit;
}

QTreeView* makeTree(const QString& accessibleName, QWidget* parent)
{
    auto* tree = new QTreeView(parent);
    tree->setAccessibleName(PayloadPane::tr("%1, as a tree").arg(accessibleName));
    tree->setHeader(new FlatHeader(tree));
    tree->header()->setStretchLastSection(true);
    tree->header()->resizeSection(0, 220);
    tree->setItemDelegate(new CellDelegate(tree));
    tree->setUniformRowHeights(true);
    tree->setTabKeyNavigation(false);
    tree->setContextMenuPolicy(Qt::CustomContextMenu);
    return tree;
}

} // namespace

PayloadPane::PayloadPane(const QString& accessibleName, QWidget* parent)
    : QWidget(parent)
    , m_format(new QComboBox(this))
    , m_notes(new PlainLabel({}, this))
    , m_copy(new QPushButton(themeIcon(QStringLiteral("copy")), tr("Copy payload"), this))
    , m_stack(new QStackedWidget(this))
    , m_edit(makeEdit(accessibleName, m_stack))
    , m_tree(makeTree(accessibleName, m_stack))
    , m_highlighter(new JsonHighlighter(m_edit->document()))
{
    m_notes->setWordWrap(true);
    m_notes->setTint(ColorMeaning::Muted);
    for (const auto& name : {tr("Automatic"), tr("JSON"), tr("Tree"), tr("Text"), tr("Hex")})
        m_format->addItem(name); // in the order of Format
    m_format->setAccessibleName(tr("How the payload is shown"));
    m_tree->setModel(&m_json);
    m_stack->addWidget(m_edit);
    m_stack->addWidget(m_tree);
    auto* row = new QHBoxLayout;
    row->addWidget(m_format);
    row->addWidget(m_notes, 1);
    row->addWidget(m_copy);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(row);
    layout->addWidget(m_stack, 1);
    connect(m_format, &QComboBox::currentIndexChanged, this, &PayloadPane::show);
    connect(m_copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(text()); });
    connect(m_tree, &QTreeView::customContextMenuRequested, this, [this](const QPoint& at) {
        const auto index = m_tree->indexAt(at);
        if (!m_filterable || !index.isValid() || m_json.hasChildren(index.siblingAtColumn(0)))
            return;
        auto* menu = new QMenu(this);
        menu->setAttribute(Qt::WA_DeleteOnClose);
        menu->addAction(themeIcon(QStringLiteral("filter")), tr("Filter for this value"), this,
                        [this, path = m_json.pathAt(index),
                         value = index.siblingAtColumn(LetterJsonModel::Value).data().toString()] {
                            emit filterRequested(path, value);
                        });
        menu->popup(m_tree->viewport()->mapToGlobal(at));
    });
}

void PayloadPane::setValue(std::optional<std::string> value, std::size_t wholeSize, const QStringList& notes)
{
    m_given = notes;
    if (value && wholeSize > value->size())
        m_given << tr("Read %1 of %2.")
                       .arg(QLocale::c().formattedDataSize(static_cast<qint64>(value->size())),
                            QLocale::c().formattedDataSize(static_cast<qint64>(wholeSize)));
    m_value = std::move(value);
    show();
}

void PayloadPane::clear()
{
    m_value.reset();
    m_raw.reset();
    m_given.clear();
    m_edit->clear();
    m_json.setJson({});
    m_notes->setText({});
}

QString PayloadPane::text() const
{
    return payloadText(bytesFor(m_shown), m_shown).text;
}

QString PayloadPane::notes() const
{
    return m_notes->text();
}

void PayloadPane::show()
{
    switch (m_format->currentIndex()) {
    case Tree:
        if (!showTree())
            showText(PayloadFormat::Json); // and it says that this is no JSON
        return;
    case Json:
        return showText(PayloadFormat::Json);
    case Text:
        return showText(PayloadFormat::Text);
    case Hex:
        return showText(PayloadFormat::Hex);
    default:
        showText(PayloadFormat::Automatic);
    }
}

bool PayloadPane::showTree()
{
    if (!m_value || !m_json.setJson(*m_value))
        return false;
    m_tree->expandToDepth(2);
    m_shown = PayloadFormat::Json;
    m_stack->setCurrentWidget(m_tree);
    auto notes = m_given;
    if (!m_json.note().isEmpty())
        notes << m_json.note();
    m_notes->setText(notes.join(u' '));
    return true;
}

void PayloadPane::showText(PayloadFormat format)
{
    const auto shown = payloadText(bytesFor(format), format);
    m_shown = format;
    auto notes = m_given + shown.notes;
    const auto lines = readableLines(shown.text, longestLine, mostLines, notes);
    m_highlighter->setOn(shown.format == PayloadFormat::Json && lines.count(u'\n') < mostColouredLines);
    m_edit->setPlainText(lines);
    m_notes->setText(notes.join(u' '));
    m_stack->setCurrentWidget(m_edit);
}

} // namespace projectionist
