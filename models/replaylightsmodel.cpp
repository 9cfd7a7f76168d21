// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/replaylightsmodel.h"

#include "backend/core/format.h"
#include "models/lettertext.h"
#include "models/text.h"

namespace projectionist {

namespace {

std::optional<ReplayLight> lightOf(const ReplayLetterProgress& letter, int column)
{
    switch (column) {
    case ReplayLightsModel::Produced:
        return letter.produced;
    case ReplayLightsModel::Passed:
        return letter.passed;
    case ReplayLightsModel::NotBack:
        return letter.notBack;
    case ReplayLightsModel::Row:
        return letter.row;
    default:
        return std::nullopt;
    }
}

EventOrigin writtenTo(const ReplayLetterProgress& letter)
{
    EventOrigin place;
    if (letter.id) {
        place.topic = letter.id->topic;
        place.partition = letter.id->partition;
        place.offset = letter.offset;
    }
    return place;
}

QString lightQuestion(int column)
{
    switch (column) {
    case ReplayLightsModel::Produced:
        return ReplayLightsModel::tr("The target acknowledged the event.");
    case ReplayLightsModel::Passed:
        return ReplayLightsModel::tr("The consumer's position is beyond the event.");
    case ReplayLightsModel::NotBack:
        return ReplayLightsModel::tr("No dead letter came of the event.");
    case ReplayLightsModel::Row:
        return ReplayLightsModel::tr("The event's row of the read model changed.");
    default:
        return {};
    }
}

ColorMeaning cellColor(const ReplayLetterProgress& letter, int column)
{
    if (const auto light = lightOf(letter, column))
        return lightColor(*light);
    return column == ReplayLightsModel::State ? letterStateColor(letter.state) : ColorMeaning::Normal;
}

} // namespace

QString letterEvidence(const ReplayLetterProgress& letter)
{
    auto text = strangersText(letter.why, 600);
    if (!letter.cameBack.empty()) {
        const auto back = ReplayLightsModel::tr("came back as %1").arg(strangersText(letter.cameBack));
        text = text.isEmpty() ? back : text + QStringLiteral("; ") + back;
    }
    return text;
}

ReplayLightsModel::ReplayLightsModel(QObject* parent) : QAbstractTableModel(parent) {}

void ReplayLightsModel::setPlan(std::shared_ptr<const ReplayPlan> plan)
{
    beginResetModel();
    m_plan = std::move(plan);
    m_progress.reset();
    endResetModel();
}

void ReplayLightsModel::setProgress(std::shared_ptr<const ReplayProgress> progress)
{
    if (!m_plan || (progress && progress->letters.size() != m_plan->letters.size()))
        return;
    const auto former = std::exchange(m_progress, std::move(progress));
    const ReplayLetterProgress none;
    const auto of = [&](const auto& from, std::size_t row) -> const ReplayLetterProgress& {
        return from ? from->letters[row] : none;
    };
    const auto rows = m_plan->letters.size();
    for (std::size_t row = 0; row < rows; ++row) {
        const auto first = row;
        while (row < rows && !(of(former, row) == of(m_progress, row)))
            ++row;
        if (row > first)
            emit dataChanged(index(static_cast<int>(first), State), index(static_cast<int>(row) - 1, ColumnCount - 1));
    }
}

void ReplayLightsModel::setZone(Zone zone)
{
    m_zone = zone;
    if (rowCount() > 0)
        emit dataChanged(index(0, SentAt), index(rowCount() - 1, SentAt), {Qt::DisplayRole, Qt::ToolTipRole});
}

int ReplayLightsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_plan ? 0 : static_cast<int>(m_plan->letters.size());
}

int ReplayLightsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

const ReplayLetterProgress& ReplayLightsModel::letterAt(std::size_t row) const
{
    static const ReplayLetterProgress none;
    return m_progress ? m_progress->letters[row] : none;
}

QString ReplayLightsModel::display(std::size_t row, int column) const
{
    const auto& planned = m_plan->letters[row];
    const auto& letter = letterAt(row);
    if (const auto light = lightOf(letter, column))
        return lightText(*light);
    switch (column) {
    case Number:
        return toQString(formatNumber(static_cast<std::int64_t>(row + 1)));
    case Event:
        return strangersText(planned.eventType);
    case Key:
        return letterKeyText(planned.key);
    case State:
        return letterStateText(letter.state);
    case Step:
        return letter.step == 0 ? QStringLiteral("\u2014") : QString::number(letter.step);
    case SentTo:
        return originText(writtenTo(letter));
    case Evidence:
        return letterEvidence(letter);
    case SentAt:
        return letter.sentAt ? dateTimeText(*letter.sentAt, m_zone) : QStringLiteral("\u2014");
    default:
        return strangersText(planned.reference);
    }
}

QVariant ReplayLightsModel::raw(std::size_t row, int column) const
{
    const auto& letter = letterAt(row);
    if (const auto light = lightOf(letter, column))
        return static_cast<int>(*light);
    switch (column) {
    case Number:
        return static_cast<qulonglong>(row + 1);
    case State:
        return static_cast<int>(letter.state);
    case Step:
        return static_cast<qulonglong>(letter.step);
    case SentAt:
        return letter.sentAt ? QVariant(static_cast<qint64>(letter.sentAt->time_since_epoch().count())) : QVariant();
    default:
        return display(row, column);
    }
}

QString ReplayLightsModel::copied(std::size_t row, int column) const
{
    const auto& letter = letterAt(row);
    if (const auto light = lightOf(letter, column))
        return toQString(toString(*light));
    switch (column) {
    case Number:
        return QString::number(row + 1);
    case State:
        return toQString(toString(letter.state));
    case SentTo:
        return originCopyText(writtenTo(letter));
    case SentAt:
        return letter.sentAt ? toQString(formatRfc3339(*letter.sentAt)) : QString();
    default:
        return display(row, column);
    }
}

QVariant ReplayLightsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return display(row, index.column());
    case Qt::ToolTipRole: {
        const auto question = lightQuestion(index.column());
        return (question.isEmpty() ? display(row, index.column()) : question).toHtmlEscaped();
    }
    case RawRole:
        return raw(row, index.column());
    case CopyRole:
        return copied(row, index.column());
    case ColorRole:
        return static_cast<int>(cellColor(letterAt(row), index.column()));
    case OrderRole:
        return 0;
    case Qt::TextAlignmentRole:
        return QVariant((index.column() == Number || index.column() == Step ? Qt::AlignRight : Qt::AlignLeft) |
                        Qt::AlignVCenter);
    default:
        return {};
    }
}

QVariant ReplayLightsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == Number || section == Step ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole)
        return lightQuestion(section);
    if (role != Qt::DisplayRole)
        return {};
    const std::array titles{tr("No."),           tr("Event"),    tr("Key"),   tr("State"), tr("Produced"),
                            tr("Passed"),        tr("Not back"), tr("Row"),   tr("Step"),  tr("Written to"),
                            tr("What is known"), tr("Sent at"),  tr("Letter")};
    return titles[static_cast<std::size_t>(section)];
}

} // namespace projectionist
