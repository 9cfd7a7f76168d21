// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deadletters/replayplanview.h"

#include "backend/core/format.h"
#include "models/letterdetails.h"
#include "models/lettertext.h"
#include "models/replaysheets.h"
#include "models/text.h"
#include "widgets/common/icons.h"
#include "widgets/common/messages.h"
#include "widgets/common/payloadpane.h"
#include "widgets/common/tableview.h"
#include "widgets/deadletters/replaylayout.h"
#include "widgets/deadletters/replayplanform.h"

#include <QClipboard>
#include <QFocusEvent>
#include <QGuiApplication>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QSplitter>
#include <QTableView>
#include <QTabWidget>
#include <QTimer>

namespace projectionist {

namespace {

constexpr int pauseBeforePlanning = 600;
constexpr int formWidth = 330;

enum Tab
{
    FindingsTab,
    PreviewTab,
    ReceiversTab,
    LeftBehindTab
};

QString plannedNumber(std::uint64_t number)
{
    return toQString(formatNumber(static_cast<std::int64_t>(number)));
}

/// "371 letters to orders.events, 1.2 MB · 1, 5, 25, then 25 each: 17 steps · about 1 m 20 s of sending".
QString summaryOf(const ReplayPlan& plan)
{
    auto count = plan.letters.size();
    const auto bytes = bytesText(static_cast<std::int64_t>(plan.dryRun.bytes));
    const auto seconds = plan.rate > 0 ? static_cast<double>(count) / plan.rate : 0;
    QString what = count == 1
                       ? ReplayPlanView::tr("1 letter to %1, %2").arg(targetText(plan), bytes)
                       : ReplayPlanView::tr("%1 letters to %2, %3").arg(plannedNumber(count), targetText(plan), bytes);
    if (plan.target.kind == ReplayTargetKind::Rows)
        what = plannedNumber(count) + u' ' + targetText(plan);
    else if (plan.reprojection)
        what = ReplayPlanView::tr("%1 events of %2 keys to %3, %4")
                   .arg(plannedNumber(count), plannedNumber(plan.reprojection->keys.size()), targetText(plan), bytes);
    if (plan.reprojection) // its steps are of whole keys
        count = plan.reprojection->keys.size();
    QStringList parts{what, ladderText(plan.ladder, count),
                      ReplayPlanView::tr("about %1 of sending, and the proofs")
                          .arg(toQString(formatDuration(Duration(static_cast<std::int64_t>(seconds * 1000)))))};
    if (!plan.dryRun.refusals.empty())
        parts << ReplayPlanView::tr("\u2717 it cannot be run");
    return parts.join(QStringLiteral(" \u00b7 "));
}

QScrollArea* scrolled(QWidget* content, QWidget* parent)
{
    auto* area = new QScrollArea(parent);
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFixedWidth(formWidth);
    area->setFocusPolicy(Qt::NoFocus);
    area->viewport()->setAutoFillBackground(false); // the panel's shows
    content->setAutoFillBackground(false);
    return area;
}

} // namespace

ReplayPlanView::ReplayPlanView(QSettings& settings, QWidget* parent)
    : QWidget(parent)
    , m_headers(replayColumns({tr("Field"), tr("Before"), tr("After"), tr("Becomes")}))
    , m_receivers(replayColumns({tr("Consumer group"), tr("Topic"), tr("Projection"), tr("State"), tr("Wanted")}))
    , m_leftBehind(replayColumns({tr("Stays behind"), tr("Key"), tr("Is overtaken by")}))
    , m_findings(replayColumns({tr("Finding"), tr("What the dry run found; nothing was written")}))
    , m_form(new ReplayPlanForm(this))
    , m_summary(makeWrappedLabel(this, ColorMeaning::Normal))
    , m_tabs(new QTabWidget(this))
    , m_findingTable(new TableView(QStringLiteral("replay-findings"), tr("Dry run"), settings, m_tabs))
    , m_preview(makePreview())
    , m_receiverTable(new TableView(QStringLiteral("replay-receivers"), tr("Receivers"), settings, m_tabs))
    , m_leftTable(new TableView(QStringLiteral("replay-left"), tr("Letters left behind"), settings, m_tabs))
    , m_pause(new QTimer(this))
{
    setUpTables();
    auto* right = bareLayout<QVBoxLayout>(new QWidget(this));
    right->addWidget(makeHeading(tr("What will be sent?"), this));
    right->addWidget(m_summary);
    right->addWidget(m_tabs, 1);
    right->addWidget(makeCommandRow());
    auto* layout = bareLayout<QHBoxLayout>(this, 16);
    layout->addWidget(scrolled(m_form, this));
    layout->addWidget(right->parentWidget(), 1);
    m_pause->setSingleShot(true);
    m_pause->setInterval(pauseBeforePlanning);
    connect(m_pause, &QTimer::timeout, this, &ReplayPlanView::planWanted);
    connect(m_form, &ReplayPlanForm::changed, this, [this] {
        emit planOutdated();
        m_pause->start();
    });
}

void ReplayPlanView::setUpTables()
{
    const auto set = [](TableView* table, LetterSheetModel* model, const std::vector<int>& widths, int stretch) {
        table->setModel(model);
        table->setDefaultSort(-1, Qt::AscendingOrder);
        table->setDefaultWidths(widths, stretch);
    };
    set(m_headerTable, &m_headers, {140, 150, 150, 110}, 2);
    set(m_findingTable, &m_findings, {110, 400}, 1);
    set(m_receiverTable, &m_receivers, {120, 120, 120, 70, 130}, 0);
    set(m_leftTable, &m_leftBehind, {190, 110, 190}, 2);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(withRowText(m_findingTable, 1, m_tabs), {}); // in the order of Tab
    m_tabs->addTab(m_preview, tr("Before and after"));
    m_tabs->addTab(m_receiverTable, {});
    m_tabs->addTab(m_leftTable, {});
    showCounts();
}

QWidget* ReplayPlanView::makePreview()
{
    auto* preview = new QWidget(m_tabs);
    m_example = new QSpinBox(preview);
    m_example->setAccessibleName(tr("Number of the letter that is shown"));
    m_example->setPrefix(tr("Letter "));
    m_previewNote = new PlainLabel({}, preview);
    m_previewNote->setTint(ColorMeaning::Muted);
    m_previewNote->elide(Qt::ElideMiddle);
    m_headerTable = new TableView(tr("The letter before and after"), preview);
    m_payload = new PayloadPane(tr("Value that is sent"), preview);
    auto* row = new QHBoxLayout;
    row->addWidget(m_example);
    row->addWidget(m_previewNote, 1);
    m_edit = new QPushButton(tr("Edit\u2026"), preview);
    m_edit->setAccessibleName(tr("Edit the value of this letter before it is sent"));
    row->addWidget(m_edit);
    auto* parts = new QSplitter(Qt::Vertical, preview);
    parts->setChildrenCollapsible(false);
    parts->addWidget(m_headerTable);
    parts->addWidget(m_payload);
    parts->setStretchFactor(0, 3);
    parts->setStretchFactor(1, 2);
    auto* layout = bareLayout<QVBoxLayout>(preview, 6);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->addLayout(row);
    layout->addWidget(parts, 1);
    connect(m_example, &QSpinBox::valueChanged, this,
            [this](int number) { emit previewWanted(static_cast<std::size_t>(number) - 1); });
    connect(m_edit, &QPushButton::clicked, this, [this] { emit editRequested(m_value); });
    return preview;
}

QWidget* ReplayPlanView::makeCommandRow()
{
    auto* row = new QWidget(this);
    m_command = new QLineEdit(row);
    m_command->setReadOnly(true);
    m_command->setPlaceholderText(tr("Saved, it can be reviewed, and run by a command"));
    m_command->setAccessibleName(tr("Command that runs the saved plan"));
    m_copy = new QPushButton(themeIcon(QStringLiteral("copy")), tr("Copy"), row);
    m_copy->setAccessibleName(tr("Copy the command"));
    m_save = new QPushButton(tr("Save plan\u2026"), row);
    auto* layout = bareLayout<QHBoxLayout>(row);
    layout->addWidget(m_command, 1);
    layout->addWidget(m_copy);
    layout->addWidget(m_save);
    connect(m_copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_command->text()); });
    connect(m_save, &QPushButton::clicked, this, &ReplayPlanView::saveRequested);
    return row;
}

void ReplayPlanView::setRules(const DeadLetterSettings& rules)
{
    m_masks = LetterMasks(rules.masks);
    m_editable = rules.editBeforeReplay;
    askForPreview();
}

void ReplayPlanView::askForPreview()
{
    if (m_plan && !m_plan->letters.empty())
        emit previewWanted(static_cast<std::size_t>(m_example->value()) - 1);
}

void ReplayPlanView::startOver(std::size_t letters)
{
    setPlan(nullptr, false, {}, {});
    setPlanning(0, letters);
    m_pause->stop();
    emit planWanted();
}

void ReplayPlanView::setPlanning(std::size_t read, std::size_t total)
{
    m_summary->setText(read == 0 ? tr("Planning %1 letters, nothing is sent\u2026").arg(plannedNumber(total))
                                 : tr("Planning: %1 of %2 letters read, nothing is sent\u2026")
                                       .arg(plannedNumber(read), plannedNumber(total)));
    m_summary->setTint(ColorMeaning::Muted);
}

void ReplayPlanView::setReading(std::size_t keys)
{
    m_form->setEnabled(false); // what there is to decide was decided
    m_summary->setText(
        keys == 1 ? tr("Reading the log for the events of 1 key, nothing is changed\u2026")
                  : tr("Reading the log for the events of %1 keys, nothing is changed\u2026").arg(plannedNumber(keys)));
    m_summary->setTint(ColorMeaning::Muted);
}

void ReplayPlanView::setPlan(std::shared_ptr<const ReplayPlan> plan, bool fixed, const QString& file,
                             const QString& command)
{
    const bool same = m_plan && plan && m_plan->id == plan->id;
    m_plan = std::move(plan);
    m_fixed = fixed;
    if (!same)
        clearPreview();
    m_save->setEnabled(m_plan != nullptr);
    m_copy->setEnabled(m_plan && !file.isEmpty());
    m_command->setText(file.isEmpty() ? QString() : command);
    m_command->setCursorPosition(0);
    m_findings.setRows(m_plan ? dryRunRows(m_plan->dryRun) : std::vector<LetterCells>{});
    m_receivers.setRows(m_plan ? receiverRows(*m_plan) : std::vector<LetterCells>{});
    m_leftBehind.setRows(m_plan ? leftBehindRows(*m_plan) : std::vector<LetterCells>{});
    showCounts();
    if (fixed && m_plan)
        m_form->setPlan(*m_plan, true);
    else
        m_form->setEnabled(true);
    if (!m_plan)
        return;
    m_summary->setText(summaryOf(*m_plan));
    m_summary->setTint(m_plan->dryRun.refusals.empty() ? ColorMeaning::Normal : ColorMeaning::Critical);
    if (same)
        return;
    m_findingTable->table()->selectRow(0);
    const QSignalBlocker quiet(m_example);
    const auto count = static_cast<int>(m_plan->letters.size());
    m_example->setRange(std::min(1, count), count);
    m_example->setSuffix(tr(" of %1").arg(plannedNumber(m_plan->letters.size())));
    askForPreview();
}

void ReplayPlanView::setFailed()
{
    setPlan(nullptr, false, {}, {});
    m_summary->setText(tr("There is no plan."));
    m_summary->setTint(ColorMeaning::Muted);
}

void ReplayPlanView::showCounts()
{
    const auto named = [](const QString& name, int count) {
        return count == 0 ? name : name + u' ' + QString::number(count);
    };
    m_tabs->setTabText(FindingsTab, named(tr("Dry run"), m_findings.rowCount()));
    m_tabs->setTabText(ReceiversTab, named(tr("Receivers"), m_receivers.rowCount()));
    m_tabs->setTabText(LeftBehindTab, named(tr("Left behind"), m_leftBehind.rowCount()));
}

void ReplayPlanView::setPreview(std::size_t index, const Result<ReplayPreview>& preview, Zone zone)
{
    if (!m_plan || index + 1 != static_cast<std::size_t>(m_example->value()))
        return;
    if (!preview) {
        clearPreview();
        m_previewNote->setText(toQString(toString(preview.error())));
        return;
    }
    showEditing(&*preview);
    auto note = strangersText(preview->reference);
    if (preview->originalValue)
        note += tr(" \u00b7 value and headers are those of the original");
    if (preview->edited)
        note += tr(" \u00b7 the value was edited");
    m_previewNote->setText(note);
    m_headers.setRows(previewRows(*preview, &m_masks, zone));
    const LetterLook look{&m_masks, {}, zone};
    if (!preview->after.value) {
        m_payload->setValue(std::nullopt);
        return;
    }
    auto shown = shownPayload(*preview->after.value, look);
    QStringList notes;
    if (shown.withheld != Withheld::No)
        notes << tr("Nothing of it is shown: masked values cannot be told from others.");
    else if (const auto count = shown.value.paths.size(); count > 0)
        notes << (count == 1 ? tr("1 value is masked here, not in what is sent.")
                             : tr("%1 values are masked here, not in what is sent.").arg(count));
    m_payload->setValue(std::move(shown.value.text), 0, notes);
}

void ReplayPlanView::clearPreview()
{
    m_headers.setRows({});
    m_payload->clear();
    m_previewNote->setText({});
    showEditing(nullptr);
}

void ReplayPlanView::showEditing(const ReplayPreview* preview)
{
    QString why;
    if (!m_editable) {
        why = tr("The workspace does not allow it: set edit_before_replay in its file.");
    } else if (m_fixed) {
        why = tr("This plan is fixed: make a new one.");
    } else if (preview && !preview->unedited) {
        why = tr("It has no value.");
    } else if (preview) {
        auto text = editableText(*preview->unedited);
        if (text && preview->edited && preview->after.value)
            text = editableText(*preview->after.value);
        if (!text)
            why = text.error();
    }
    m_edit->setEnabled(preview && why.isEmpty());
    m_edit->setToolTip(why);
    if (!m_edit->isEnabled())
        return;
    const auto shown = shownPayload(*preview->unedited, {&m_masks, {}, Zone::Utc});
    m_value = {preview->reference, *preview->unedited, preview->edited ? preview->after.value : std::nullopt,
               maskedParts(shown).join(QStringLiteral(", "))};
}

QString ReplayPlanView::summary() const
{
    return m_summary->text();
}

void ReplayPlanView::focusInEvent(QFocusEvent* event)
{
    (m_form->isEnabled() ? static_cast<QWidget*>(m_form->reason()) : m_tabs)->setFocus(event->reason());
}

} // namespace projectionist
