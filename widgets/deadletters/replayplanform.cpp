// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/deadletters/replayplanform.h"

#include "models/replaytext.h"
#include "models/shellwords.h"
#include "models/text.h"
#include "widgets/common/panel.h"
#include "widgets/deadletters/replaylayout.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFocusEvent>
#include <QFormLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QSpinBox>

namespace projectionist {

namespace {

constexpr double fastest = 10'000;
constexpr int longestProof = 24 * 3600;

std::vector<std::string> namesOf(const QString& text)
{
    std::vector<std::string> names;
    for (const auto& name : text.split(u',', Qt::SkipEmptyParts))
        if (!name.trimmed().isEmpty())
            names.push_back(name.trimmed().toStdString());
    return names;
}

QString joinedNames(const std::vector<std::string>& names)
{
    QStringList list;
    for (const auto& name : names)
        list << toQString(name);
    return list.join(QStringLiteral(", "));
}

/// "name=value", one a line, so that a value may hold anything else; nullopt: one has no '='.
std::optional<std::vector<std::pair<std::string, std::string>>> headersOf(const QString& text)
{
    std::vector<std::pair<std::string, std::string>> headers;
    for (const auto& line : text.split(u'\n')) {
        if (line.trimmed().isEmpty())
            continue;
        const auto equals = line.indexOf(u'=');
        if (equals <= 0)
            return std::nullopt;
        headers.emplace_back(line.left(equals).trimmed().toStdString(), line.mid(equals + 1).trimmed().toStdString());
    }
    return headers;
}

QString quotedWords(const std::vector<std::string>& words)
{
    QStringList list;
    for (const auto& word : words)
        list << shellQuoted(toQString(word));
    return list.join(u' ');
}

} // namespace

ReplayPlanForm::ReplayPlanForm(QWidget* parent)
    : QWidget(parent)
    , m_layout(bareLayout<QFormLayout>(this, 6))
    , m_target(new QComboBox(this))
    , m_name(new QLineEdit(this))
    , m_partition(new QComboBox(this))
    , m_timestamp(new QComboBox(this))
    , m_strip(new QCheckBox(tr("Take failure headers off"), this))
    , m_keep(new QLineEdit(this))
    , m_drop(new QLineEdit(this))
    , m_add(new QPlainTextEdit(this))
    , m_rate(new QDoubleSpinBox(this))
    , m_ladder(new QLineEdit(this))
    , m_proof(new QSpinBox(this))
    , m_reason(new QLineEdit(this))
    , m_mistake(makeWrappedLabel(this, ColorMeaning::Critical))
{
    m_layout->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_reason->setPlaceholderText(tr("for the audit trail"));
    m_reason->setAccessibleName(tr("Reason"));
    m_layout->addRow(tr("Reason"), m_reason);
    addTarget();
    addPace();
    addHeaders();
    m_layout->addRow(m_mistake);
    setPlan({}, false);
    wire();
}

void ReplayPlanForm::addTarget()
{
    m_target->addItems({tr("The topic each event came from"), tr("A topic by name"),
                        tr("A command that applies one event")}); // in the order of ReplayTargetKind
    m_target->setAccessibleName(tr("Target"));
    m_partition->addItems({tr("Same number as before"), tr("By key, as Java clients do")});
    m_partition->setAccessibleName(tr("Partition"));
    m_timestamp->addItems({tr("The event's own"), tr("Now")});
    m_timestamp->setAccessibleName(tr("Timestamp"));
    m_layout->addRow(tr("Target"), m_target);
    m_layout->addRow(QString(), m_name);
    m_layout->addRow(tr("Partition"), m_partition);
    m_layout->addRow(tr("Timestamp"), m_timestamp);
}

void ReplayPlanForm::addHeaders()
{
    m_keep->setPlaceholderText(tr("names, separated by commas"));
    m_drop->setPlaceholderText(m_keep->placeholderText());
    constexpr int linesShown = 3;
    m_add->setPlaceholderText(tr("name=value, one a line"));
    m_add->setTabChangesFocus(true);
    m_add->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_add->setFixedHeight(linesShown * m_add->fontMetrics().lineSpacing() + 2 * m_add->frameWidth() +
                          2 * static_cast<int>(m_add->document()->documentMargin()));
    m_keep->setAccessibleName(tr("Failure headers that stay all the same"));
    m_drop->setAccessibleName(tr("Other headers that go"));
    m_add->setAccessibleName(tr("New headers"));
    for (QWidget* field : std::initializer_list<QWidget*>{m_keep, m_drop, m_add})
        field->setToolTip(field->accessibleName());
    m_layout->addRow(tr("Headers"), m_strip);
    m_layout->addRow(tr("Keep"), m_keep);
    m_layout->addRow(tr("Drop"), m_drop);
    m_layout->addRow(tr("Add"), m_add);
}

void ReplayPlanForm::addPace()
{
    m_rate->setRange(0.1, fastest);
    m_rate->setDecimals(1);
    m_rate->setSuffix(tr(" letters/s"));
    m_rate->setAccessibleName(tr("Rate"));
    m_ladder->setAccessibleName(tr("Letters of each step"));
    m_ladder->setToolTip(tr("Letters of each step, separated by commas; the last number counts for all further steps. "
                            "After each step its proof is waited for."));
    m_proof->setRange(1, longestProof);
    m_proof->setSuffix(tr(" s"));
    m_proof->setAccessibleName(tr("Proof within"));
    m_proof->setToolTip(tr("A step that is not proved by then stops the run."));
    m_layout->addRow(tr("Steps"), m_ladder);
    m_layout->addRow(tr("Rate"), m_rate);
    m_layout->addRow(tr("Proof within"), m_proof);
}

void ReplayPlanForm::wire()
{
    const auto told = [this] { tell(); };
    for (auto* box : {m_target, m_partition, m_timestamp})
        connect(box, &QComboBox::currentIndexChanged, this, told);
    for (auto* line : {m_name, m_keep, m_drop, m_ladder, m_reason})
        connect(line, &QLineEdit::textChanged, this, told);
    connect(m_add, &QPlainTextEdit::textChanged, this, told);
    connect(m_strip, &QCheckBox::toggled, this, told);
    connect(m_rate, &QDoubleSpinBox::valueChanged, this, told);
    connect(m_proof, &QSpinBox::valueChanged, this, told);
}

void ReplayPlanForm::setPlan(const ReplayPlan& plan, bool fixed)
{
    const QSignalBlocker quiet(this);
    const auto kind = static_cast<int>(plan.target.kind);
    if (plan.target.kind == ReplayTargetKind::Rows && m_target->count() == kind)
        m_target->addItem(tr("The rows of the projection"));
    else if (plan.target.kind != ReplayTargetKind::Rows)
        m_target->removeItem(static_cast<int>(ReplayTargetKind::Rows)); // nothing that one could choose
    m_target->setCurrentIndex(kind);
    m_name->setText(plan.target.kind == ReplayTargetKind::Command ? quotedWords(plan.target.command)
                                                                  : toQString(plan.target.topic));
    m_partition->setCurrentIndex(static_cast<int>(plan.partition));
    m_timestamp->setCurrentIndex(static_cast<int>(plan.timestamp));
    m_strip->setChecked(plan.headers.stripFailure);
    m_keep->setText(joinedNames(plan.headers.keep));
    m_drop->setText(joinedNames(plan.headers.drop));
    QStringList added;
    for (const auto& [name, value] : plan.headers.add)
        added << toQString(name) + u'=' + toQString(value);
    m_add->setPlainText(added.join(u'\n'));
    m_rate->setValue(plan.rate);
    QStringList steps;
    for (const auto step : plan.ladder)
        steps << QString::number(step);
    m_ladder->setText(steps.join(QStringLiteral(", ")));
    m_proof->setValue(static_cast<int>(plan.proofWithin.count() / 1000));
    m_reason->setText(toQString(plan.reason));
    setEnabled(!fixed);
    showTarget();
}

bool ReplayPlanForm::fill(ReplayPlan& draft) const
{
    return mistake(draft).isEmpty();
}

/// Fills as far as it makes sense.
QString ReplayPlanForm::mistake(ReplayPlan& draft) const
{
    draft.target.kind = static_cast<ReplayTargetKind>(m_target->currentIndex());
    draft.partition = static_cast<ReplayPartition>(m_partition->currentIndex());
    draft.timestamp = static_cast<ReplayTimestamp>(m_timestamp->currentIndex());
    draft.headers.stripFailure = m_strip->isChecked();
    draft.headers.keep = namesOf(m_keep->text());
    draft.headers.drop = namesOf(m_drop->text());
    draft.rate = m_rate->value();
    draft.proofWithin = std::chrono::seconds(m_proof->value());
    draft.reason = m_reason->text().trimmed().toStdString();
    const auto name = m_name->text().trimmed();
    const auto words = shellWords(name);
    if (draft.target.kind == ReplayTargetKind::Topic)
        draft.target.topic = name.toStdString();
    if (draft.target.kind == ReplayTargetKind::Command)
        for (const auto& word : words.value_or(QStringList()))
            draft.target.command.push_back(word.toStdString());
    const auto ladder = parseLadder(m_ladder->text());
    const auto headers = headersOf(m_add->toPlainText());
    draft.ladder = ladder.value_or(draft.ladder);
    draft.headers.add = headers.value_or(draft.headers.add);
    if (draft.target.kind == ReplayTargetKind::Topic && name.isEmpty())
        return tr("Name the topic.");
    if (draft.target.kind == ReplayTargetKind::Command && name.isEmpty())
        return tr("Name the program.");
    if (draft.target.kind == ReplayTargetKind::Command && !words)
        return tr("A quotation in the command has no end.");
    if (!ladder)
        return tr("Steps are numbers of letters, separated by commas: 1, 5, 25");
    return headers ? QString() : tr("A header to add is written name=value, each on a line of its own.");
}

void ReplayPlanForm::showTarget()
{
    const auto kind = static_cast<ReplayTargetKind>(m_target->currentIndex());
    const bool command = kind == ReplayTargetKind::Command;
    m_name->setVisible(command || kind == ReplayTargetKind::Topic);
    m_name->setPlaceholderText(command ? tr("program and arguments; the event on standard input") : tr("orders-retry"));
    m_name->setAccessibleName(command ? tr("Program and arguments") : tr("Topic"));
    ReplayPlan draft;
    const auto wrong = mistake(draft);
    m_mistake->setText(wrong);
    m_mistake->setVisible(!wrong.isEmpty());
}

void ReplayPlanForm::tell()
{
    showTarget();
    emit changed();
}

void ReplayPlanForm::focusInEvent(QFocusEvent* event)
{
    m_reason->setFocus(event->reason());
}

} // namespace projectionist
