// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/reconcile/checkpreviewpane.h"

#include "models/checktext.h"
#include "models/lettertext.h"
#include "models/text.h"
#include "widgets/common/icons.h"
#include "widgets/common/panel.h"
#include "widgets/common/tableview.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

namespace projectionist {

namespace {

constexpr int rowsAbreast = 760; ///< pixels that two sides need beside each other
constexpr int widestPreviewColumn = 220;
constexpr int longestTrouble = 600;

enum PaneTab
{
    RowsTab,
    FindingsTab
};

QString titleOf(ComparedSide side)
{
    return side == ComparedSide::Expected ? CheckPreviewPane::tr("Expected") : CheckPreviewPane::tr("Actual");
}

QString stateOf(const ReadSide& side)
{
    switch (side.state) {
    case ReadSide::State::Unsaid:
        return CheckPreviewPane::tr("choose a table");
    case ReadSide::State::Asked:
        return CheckPreviewPane::tr("reading…");
    case ReadSide::State::Read:
        return previewText(side.preview);
    case ReadSide::State::Failed:
        return strangersText(toString(*side.error), longestTrouble);
    }
    return {};
}

QIcon iconOf(DiagnosticLevel level, const QPalette& palette)
{
    const auto colors = colorsFor(palette);
    return level == DiagnosticLevel::Error     ? themeIcon(QStringLiteral("alert"), colors.critical)
           : level == DiagnosticLevel::Warning ? themeIcon(QStringLiteral("warning"), colors.warning)
                                               : themeIcon(QStringLiteral("info"));
}

} // namespace

CheckPreviewPane::CheckPreviewPane(const CheckPreviews& previews, QWidget* parent)
    : QTabWidget(parent), m_previews(previews), m_findings(new QListWidget(this))
{
    setDocumentMode(true);
    m_findings->setWordWrap(true);
    m_findings->setAccessibleName(tr("Findings"));
    addTab(makeRows(), tr("First &rows"));
    addTab(m_findings, tr("&Findings"));
    addTab(makeToml(), tr("&TOML"));
    auto* again = new QPushButton(tr("Read again"), this);
    again->setToolTip(tr("Asks both stores once more (F5)"));
    again->setAutoDefault(false);
    setCornerWidget(again);
    connect(again, &QPushButton::clicked, this, &CheckPreviewPane::againRequested);
    connect(&previews, &CheckPreviews::sideChanged, this, &CheckPreviewPane::showSides);
    connect(&previews, &CheckPreviews::lintChanged, this, &CheckPreviewPane::showFindings);
}

QWidget* CheckPreviewPane::makeSide(ComparedSide side)
{
    auto* holder = new QWidget(m_sides);
    auto& part = m_parts[static_cast<std::size_t>(side)];
    part.state = new PlainLabel({}, holder);
    part.state->setWordWrap(true);
    part.table = new TableView(tr("First rows, %1 side").arg(titleOf(side)), holder);
    part.model = new CheckPreviewModel(holder);
    part.table->setModel(part.model);
    part.table->setDefaultSort(-1, Qt::AscendingOrder);
    auto* layout = new QVBoxLayout(holder);
    layout->setContentsMargins(4, 6, 4, 0);
    layout->addWidget(part.state);
    layout->addWidget(part.table, 1);
    return holder;
}

QWidget* CheckPreviewPane::makeRows()
{
    m_sides = new QSplitter(this);
    m_sides->addWidget(makeSide(ComparedSide::Expected));
    m_sides->addWidget(makeSide(ComparedSide::Actual));
    m_sides->setChildrenCollapsible(false);
    showSides();
    return m_sides;
}

QWidget* CheckPreviewPane::makeToml()
{
    auto* holder = new QWidget(this);
    m_toml = new QPlainTextEdit(holder);
    m_toml->setReadOnly(true);
    m_toml->setFont(fixedFont(m_toml->font()));
    m_toml->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_toml->setTabChangesFocus(true);
    m_toml->setAccessibleName(tr("The check as TOML"));
    m_file = new PlainLabel({}, holder);
    m_file->setTint(ColorMeaning::Muted);
    m_file->elide(Qt::ElideMiddle);
    auto* copy = new QPushButton(themeIcon(QStringLiteral("copy")), tr("Copy"), holder);
    copy->setAutoDefault(false);
    connect(copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_toml->toPlainText()); });
    auto* row = new QHBoxLayout;
    row->addWidget(m_file, 1);
    row->addWidget(copy);
    auto* layout = new QVBoxLayout(holder);
    layout->setContentsMargins(4, 6, 4, 0);
    layout->addLayout(row);
    layout->addWidget(m_toml, 1);
    return holder;
}

void CheckPreviewPane::setToml(const QString& toml, const QString& file)
{
    if (toml != m_toml->toPlainText()) // where one has scrolled to stays
        m_toml->setPlainText(toml);
    m_file->setText(tr("Goes to %1; what else it says stays as it is").arg(displayable(file)));
}

QString CheckPreviewPane::state(ComparedSide side) const
{
    return m_parts[static_cast<std::size_t>(side)].state->text();
}

/// Both: what one side has decides in which order the other shows its columns.
void CheckPreviewPane::showSides()
{
    showSide(ComparedSide::Expected);
    showSide(ComparedSide::Actual);
}

void CheckPreviewPane::showSide(ComparedSide side)
{
    const auto& read = m_previews.side(side);
    const auto& part = m_parts[static_cast<std::size_t>(side)];
    const bool failed = read.state == ReadSide::State::Failed;
    const auto kind = m_previews.check().kind;
    const bool ofLog = read.state == ReadSide::State::Unsaid && side == ComparedSide::Expected &&
                       (kind == CheckKind::Events || kind == CheckKind::Order);
    part.state->setText(kind == CheckKind::Order && ofLog ? tr("One side is looked at")
                        : ofLog                           ? tr("Expected: what the log makes, by the declaration")
                                                          : tr("%1: %2").arg(titleOf(side), stateOf(read)));
    part.state->setTint(failed ? ColorMeaning::Critical : ColorMeaning::Muted);
    const auto& other = m_previews.side(side == ComparedSide::Expected ? ComparedSide::Actual : ComparedSide::Expected);
    part.model->setRows(read.preview, previewOrder(read.preview, &other.preview, m_previews.check(), side));
    auto* header = part.table->table()->horizontalHeader();
    part.table->table()->resizeColumnsToContents();
    for (int column = 0; column < header->count(); ++column)
        header->resizeSection(column, std::min(header->sectionSize(column), widestPreviewColumn));
}

void CheckPreviewPane::addFinding(DiagnosticLevel level, const QString& text)
{
    auto* item = new QListWidgetItem(iconOf(level, palette()), text, m_findings);
    const auto word = level == DiagnosticLevel::Error     ? tr("error")
                      : level == DiagnosticLevel::Warning ? tr("warning")
                                                          : tr("note");
    item->setText(word + QStringLiteral(": ") + text);
}

void CheckPreviewPane::showFindings()
{
    m_findings->clear();
    const auto& read = m_previews.lint();
    if (!read) {
        setTabText(FindingsTab, tr("&Findings"));
        m_findings->addItem(tr("Looking at both sides…"));
        return;
    }
    for (const auto& mistake : read->mistakes)
        addFinding(DiagnosticLevel::Error, findingText({DiagnosticLevel::Error, {}, mistake.message, mistake.hint}));
    if (read->lint && !*read->lint)
        addFinding(DiagnosticLevel::Error, strangersText(toString(read->lint->error()), longestTrouble));
    if (read->lint && *read->lint)
        for (const auto& finding : (*read->lint)->findings)
            addFinding(finding.level, findingText(finding));
    const int count = m_findings->count();
    setTabText(FindingsTab, count > 0 ? tr("&Findings (%1)").arg(count) : tr("&Findings"));
    if (read->lint && *read->lint && (*read->lint)->usable())
        m_findings->addItem((*read->lint)->columns.empty()
                                ? tr("It can be run.")
                                : tr("It can be run, and compares %1.")
                                      .arg(strangersText(joined((*read->lint)->columns, ", "), longestTrouble)));
}

void CheckPreviewPane::resizeEvent(QResizeEvent* event)
{
    m_sides->setOrientation(width() < rowsAbreast ? Qt::Vertical : Qt::Horizontal);
    QTabWidget::resizeEvent(event);
}

} // namespace projectionist
