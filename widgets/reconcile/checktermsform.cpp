// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/reconcile/checktermsform.h"

#include "backend/config/zonetime.h"
#include "models/text.h"
#include "widgets/common/panel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QFormLayout>
#include <QLineEdit>
#include <QSignalBlocker>

namespace projectionist {

CheckTermsForm::CheckTermsForm(QWidget* parent) : QWidget(parent), m_layout(new QFormLayout(this))
{
    m_layout->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    addSchedule();
    addLimits();
    addPace();
    addCauses();
    for (const auto* field : findChildren<QLineEdit*>())
        connect(field, &QLineEdit::textChanged, this, &CheckTermsForm::changed);
    for (const auto* box : {m_emptyIsDrift, m_ownEventKey})
        connect(box, &QCheckBox::toggled, this, &CheckTermsForm::changed);
    connect(m_severity, &QComboBox::currentIndexChanged, this, &CheckTermsForm::changed);
    connect(m_ownEventKey, &QCheckBox::toggled, m_eventKey, &QWidget::setEnabled);
    m_eventKey->setEnabled(false);
}

QLineEdit* CheckTermsForm::addField(const QString& label, const QString& hint, const QString& toolTip)
{
    auto* field = new QLineEdit(this);
    field->setAccessibleName(label);
    field->setPlaceholderText(hint);
    field->setToolTip(toolTip);
    m_layout->addRow(label, field);
    return field;
}

void CheckTermsForm::addSchedule()
{
    m_schedule = addField(tr("Schedule"), tr("by order only, or: every 15m, 0 3 * * mon-fri, @daily"),
                          tr("Run by the window while it is open, and by “projectionistctl check run --due”"));
    m_timeZone = new QComboBox(this);
    m_timeZone->setEditable(true);
    m_timeZone->setInsertPolicy(QComboBox::NoInsert);
    for (const auto& zone : ZoneTime::allKnown())
        m_timeZone->addItem(toQString(zone));
    m_timeZone->completer()->setCompletionMode(QCompleter::PopupCompletion);
    m_timeZone->completer()->setFilterMode(Qt::MatchContains);
    m_timeZone->lineEdit()->setPlaceholderText(tr("UTC"));
    m_timeZone->setAccessibleName(tr("Time zone"));
    m_times = new PlainLabel({}, this);
    m_times->setWordWrap(true);
    m_times->setTint(ColorMeaning::Muted);
    m_layout->addRow(tr("Time zone"), m_timeZone);
    m_layout->addRow(QString(), m_times);
}

void CheckTermsForm::addLimits()
{
    m_severity = new QComboBox(this);
    m_severity->addItems({tr("Warning"), tr("Critical")}); // in the order of CheckSeverity
    m_severity->setAccessibleName(tr("Severity"));
    m_layout->addRow(tr("Severity"), m_severity);
    m_differences = addField(tr("Most differences"), {}, tr("The comparison ends with so many, and says so"));
    m_timeout = addField(tr("Statement timeout"), tr("10m"), tr("On both stores, in place of theirs"));
    m_settle = addField(tr("Read again after"), tr("2s"), tr("How long to wait before a difference is read again"));
    m_emptyIsDrift = new QCheckBox(tr("A side without rows is drift; it is a wrong name otherwise"), this);
    m_layout->addRow(QString(), m_emptyIsDrift);
}

void CheckTermsForm::addPace()
{
    const auto none = tr("no limit");
    m_budgetTime = addField(tr("Ends after"), none, tr("The run ends then, and says so"));
    m_budgetRows = addField(tr("Ends after rows"), none, tr("Of the larger side; the run ends then, and says so"));
    m_snapshotAge = addField(tr("Snapshots at most"), tr("10m"), tr("Old snapshots keep a store from cleaning up"));
    m_activeSessions = addField(tr("Waits above"), tr("no limit; statements of others that run at this moment"),
                                tr("The check leaves its stores alone while one of them runs more"));
    m_replicaDelay = addField(tr("Waits while replicas are behind"), none,
                              tr("The check leaves its stores alone while the slowest replica is later than this"));
}

void CheckTermsForm::addCauses()
{
    m_ownEventKey = new QCheckBox(tr("Events have another key than the rows, of these columns:"), this);
    m_layout->addRow(tr("Causes"), m_ownEventKey);
    m_eventKey = addField(tr("Event key"), tr("columns of the key; none: events of many keys make a row"));
    m_separator = addField(tr("Between them"), {}, tr("The text between the values in an event's key"));
    m_eraseEvents = addField(tr("Erasing events"), tr("OrderErased, OrderDeleted"),
                             tr("Types of events after which a row has to be gone"));
}

void CheckTermsForm::setDraft(const CheckDraft& draft)
{
    const QSignalBlocker quiet(this);
    m_schedule->setText(draft.schedule);
    m_timeZone->setEditText(draft.timeZone);
    m_severity->setCurrentIndex(static_cast<int>(draft.severity));
    m_differences->setText(draft.maxDifferences);
    m_timeout->setText(draft.statementTimeout);
    m_settle->setText(draft.settle);
    m_snapshotAge->setText(draft.snapshotAge);
    m_budgetTime->setText(draft.budgetTime);
    m_budgetRows->setText(draft.budgetRows);
    m_activeSessions->setText(draft.activeSessions);
    m_replicaDelay->setText(draft.replicaDelay);
    m_emptyIsDrift->setChecked(draft.emptyIsDrift);
    m_ownEventKey->setChecked(draft.ownEventKey);
    m_eventKey->setText(draft.eventKey);
    m_separator->setText(draft.eventKeySeparator);
    m_eraseEvents->setText(draft.eraseEvents);
}

void CheckTermsForm::fill(CheckDraft& draft) const
{
    draft.schedule = m_schedule->text();
    draft.timeZone = m_timeZone->currentText();
    draft.severity = static_cast<CheckSeverity>(m_severity->currentIndex());
    draft.maxDifferences = m_differences->text();
    draft.statementTimeout = m_timeout->text();
    draft.settle = m_settle->text();
    draft.snapshotAge = m_snapshotAge->text();
    draft.budgetTime = m_budgetTime->text();
    draft.budgetRows = m_budgetRows->text();
    draft.activeSessions = m_activeSessions->text();
    draft.replicaDelay = m_replicaDelay->text();
    draft.emptyIsDrift = m_emptyIsDrift->isChecked();
    draft.ownEventKey = m_ownEventKey->isChecked();
    draft.eventKey = m_eventKey->text();
    draft.eventKeySeparator = m_separator->text();
    draft.eraseEvents = m_eraseEvents->text();
}

void CheckTermsForm::showTimes(TimePoint now, Zone zone)
{
    m_times->setText(scheduleText(m_schedule->text(), m_timeZone->currentText(), now, zone));
}

QString CheckTermsForm::times() const
{
    return m_times->text();
}

} // namespace projectionist
