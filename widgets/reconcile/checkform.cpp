// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/reconcile/checkform.h"

#include "backend/config/checkfile.h"
#include "backend/config/checkwriter.h"
#include "models/checkdraft.h"
#include "models/lettertext.h"
#include "models/livefeed.h"
#include "models/rangecontroller.h"
#include "models/text.h"
#include "widgets/common/messages.h"
#include "widgets/common/panel.h"
#include "widgets/common/tableview.h"
#include "widgets/reconcile/checkcolumnsdelegate.h"
#include "widgets/reconcile/checkpreviewpane.h"
#include "widgets/reconcile/checksideform.h"
#include "widgets/reconcile/checksubjectform.h"
#include "widgets/reconcile/checktermsform.h"

#include <QComboBox>
#include <QHeaderView>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

namespace projectionist {

namespace {

const QString savingTrouble = QStringLiteral("check-saving");
const QString unsavedNotice = QStringLiteral("check-unsaved");

QScrollArea* scrolled(QWidget* content)
{
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidget(content);
    return area;
}

/// Whether another check bears the name; also one of another file.
bool isNameTaken(const CheckFormBeginning& beginning, const CheckSettings& check)
{
    const auto& checks = beginning.workspace.checks;
    return !(beginning.before && beginning.before->name == check.name) &&
           std::any_of(checks.begin(), checks.end(), [&](const CheckSettings& one) {
               return one.name == check.name && one.context == check.context;
           });
}

Result<void> write(const CheckFormBeginning& beginning, const CheckSettings& check, const std::filesystem::path& file)
{
    if (const auto mistakes = mistakesIn(check, beginning.workspace); !mistakes.empty())
        return tl::unexpected(Error{ErrorKind::Configuration, "The check was not saved", mistakes.front().message,
                                    mistakes.front().hint, false});
    return beginning.before ? changeCheck(*beginning.before, check) : addCheck(check, file);
}

} // namespace

CheckForm::CheckForm(CheckFormBeginning beginning, OpenSnapshotReader open, const LiveFeed& feed,
                     const RangeController& range, BackgroundTasks& tasks, QWidget* parent)
    : QDialog(parent)
    , m_beginning(std::move(beginning))
    , m_feed(feed)
    , m_range(range)
    , m_tasks(tasks)
    , m_previews(m_beginning.workspace, std::move(open), tasks)
    , m_check(m_beginning.check)
    , m_messages(new MessageArea(this))
    , m_subject(new CheckSubjectForm(m_beginning.workspace, m_beginning.context))
    , m_terms(new CheckTermsForm)
    , m_columnsTable(new TableView(tr("Columns"), this))
    , m_preview(new CheckPreviewPane(m_previews, this))
    , m_note(new PlainLabel({}, this))
{
    setWindowTitle(m_beginning.before ? tr("Edit check “%1”").arg(strangersText(m_check.name, 80)) : tr("New check"));
    auto* split = new QSplitter(Qt::Vertical, this);
    split->addWidget(makeTabs());
    split->addWidget(m_preview);
    split->setChildrenCollapsible(false);
    split->setStretchFactor(1, 1);
    split->setSizes({410, 310});
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_messages);
    layout->addWidget(split, 1);
    layout->addWidget(makeButtons());
    setUpColumns();
    const auto draft = draftOf(m_check);
    m_subject->setDraft(draft);
    m_terms->setDraft(draft);
    m_columns.setCheck(m_check);
    wire();
    resize(1080, 780);
    take();
    takeTables(ComparedSide::Expected);
    takeTables(ComparedSide::Actual);
    m_subject->setFocus();
}

/// What is written by now is written; who asked for it is gone.
CheckForm::~CheckForm()
{
    m_tasks.cancel(m_saving);
}

QWidget* CheckForm::makeTabs()
{
    auto* tabs = new QTabWidget(this);
    tabs->setDocumentMode(true);
    tabs->addTab(scrolled(m_subject), tr("&What"));
    tabs->addTab(m_columnsTable, tr("&Columns"));
    tabs->addTab(scrolled(m_terms), tr("W&hen and limits"));
    return tabs;
}

QWidget* CheckForm::makeButtons()
{
    auto* row = new QWidget(this);
    m_note->setTint(ColorMeaning::Critical);
    m_note->setWordWrap(true);
    auto* cancel = new QPushButton(tr("Cancel"), row);
    m_save = new QPushButton(tr("&Save"), row);
    m_save->setDefault(true);
    cancel->setAutoDefault(false);
    connect(cancel, &QPushButton::clicked, this, &CheckForm::reject);
    connect(m_save, &QPushButton::clicked, this, &CheckForm::save);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_note, 1);
    layout->addWidget(cancel);
    layout->addWidget(m_save);
    return row;
}

void CheckForm::setUpColumns()
{
    m_columnsTable->setModel(&m_columns);
    m_columnsTable->setDefaultSort(-1, Qt::AscendingOrder);
    m_columnsTable->setDefaultWidths({76, 150, 100, 150, 100, 90, 90, 80, 120, 90, 90}, CheckColumnsModel::Name);
    m_columnsTable->setYielding({CheckColumnsModel::ExpectedType, CheckColumnsModel::Type}, 100);
    auto* table = m_columnsTable->table();
    table->setSelectionBehavior(QAbstractItemView::SelectItems);
    table->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed |
                           QAbstractItemView::AnyKeyPressed);
    table->setItemDelegate(new CheckColumnsDelegate(m_columns, table));
    for (const int column : {CheckColumnsModel::Compared, CheckColumnsModel::Trim, CheckColumnsModel::IgnoreCase})
        table->setItemDelegateForColumn(column, new QStyledItemDelegate(table));
}

void CheckForm::wire()
{
    connect(m_subject, &CheckSubjectForm::changed, this, &CheckForm::take);
    connect(m_terms, &CheckTermsForm::changed, this, &CheckForm::take);
    connect(&m_columns, &CheckColumnsModel::edited, this, &CheckForm::take);
    connect(m_subject->expected(), &CheckSideForm::storeChosen, this, [this] { takeTables(ComparedSide::Expected); });
    connect(m_subject->actual(), &CheckSideForm::storeChosen, this, [this] { takeTables(ComparedSide::Actual); });
    connect(&m_previews, &CheckPreviews::sideChanged, this, &CheckForm::takeSide);
    connect(&m_previews, &CheckPreviews::tablesRead, this, [this](ComparedSide side, const QStringList& tables) {
        (side == ComparedSide::Expected ? m_subject->expected() : m_subject->actual())->setTables(tables);
    });
    connect(m_preview, &CheckPreviewPane::againRequested, &m_previews, &CheckPreviews::again);
    connect(new QShortcut(QKeySequence(Qt::Key_F5), this), &QShortcut::activated, &m_previews, &CheckPreviews::again);
}

void CheckForm::take()
{
    CheckDraft draft;
    m_subject->fill(draft);
    m_terms->fill(draft);
    auto mistakes = fillCheck(draft, m_check);
    m_columns.fill(m_check);
    m_columns.setCheck(m_check); // another kind or key
    m_terms->showTimes(m_feed.now(), m_range.zone());
    if (isNameTaken(m_beginning, m_check))
        mistakes << tr("There is a check of this name already.");
    tell(mistakes);
    m_preview->setToml(toQString(checkToml(m_check)).trimmed(), toQString(file().string()));
    m_previews.show(m_check);
    m_throwsAway = false;
    m_messages->remove(unsavedNotice);
}

void CheckForm::tell(const QStringList& mistakes)
{
    m_note->setText(mistakes.join(u' '));
    m_save->setEnabled(mistakes.isEmpty() && !m_tasks.running(m_saving));
}

QString CheckForm::note() const
{
    return m_note->text();
}

std::filesystem::path CheckForm::file() const
{
    return m_beginning.before ? m_beginning.before->origin.file
                              : fileForChecks(m_beginning.workspace, m_beginning.context);
}

void CheckForm::takeSide(ComparedSide side)
{
    m_columns.setShapes(m_previews.side(ComparedSide::Expected).preview.columns,
                        m_previews.side(ComparedSide::Actual).preview.columns);
    if (const auto& read = m_previews.side(side); side == ComparedSide::Actual && read.state == ReadSide::State::Read)
        m_subject->suggestKey(read.preview.uniqueKey);
}

void CheckForm::takeTables(ComparedSide side)
{
    const auto* form = side == ComparedSide::Expected ? m_subject->expected() : m_subject->actual();
    m_previews.readTables(side, form->draft().store.toStdString());
}

void CheckForm::save()
{
    if (!m_save->isEnabled())
        return;
    m_messages->remove(savingTrouble);
    m_saving = m_tasks.start<Result<void>>([beginning = m_beginning, check = m_check, file = file()](
                                               const std::stop_token&) { return write(beginning, check, file); },
                                           [this](const Result<void>& outcome) { takeSaved(outcome); });
    m_save->setEnabled(false);
}

void CheckForm::takeSaved(const Result<void>& outcome)
{
    if (outcome) {
        emit saved(m_check.name);
        accept();
        return;
    }
    m_messages->show(messageOf(savingTrouble, outcome.error(), MessageLevel::Critical));
    m_save->setEnabled(true);
}

void CheckForm::reject()
{
    if (m_check == m_beginning.check || m_throwsAway) {
        QDialog::reject();
        return;
    }
    m_throwsAway = true;
    m_messages->show({unsavedNotice,
                      MessageLevel::Warning,
                      tr("What you changed is not saved"),
                      {},
                      tr("Close once more (Esc) to throw it away."),
                      tr("Throw away"),
                      [this] { reject(); },
                      {}});
}

} // namespace projectionist
