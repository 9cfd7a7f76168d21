// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/replaychoicemodel.h"

#include "models/lettertext.h"
#include "models/letterverdictbook.h"
#include "models/text.h"

#include <algorithm>

namespace projectionist {

ReplayChoiceModel::ReplayChoiceModel(QObject* parent) : QAbstractTableModel(parent) {}

void ReplayChoiceModel::setChosen(std::shared_ptr<const ReplayChosen> chosen)
{
    beginResetModel();
    m_chosen = std::move(chosen);
    m_judgements.clear();
    m_sent = {ReplayVerdict::Safe, ReplayVerdict::AfterEarlier};
    endResetModel();
}

void ReplayChoiceModel::setJudgements(ReplayJudgements judgements)
{
    if (!m_chosen || judgements.size() != m_chosen->views.size())
        return;
    m_judgements = std::move(judgements);
    if (rowCount() > 0)
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

void ReplayChoiceModel::setSent(std::set<ReplayVerdict> verdicts)
{
    if (verdicts == m_sent)
        return;
    m_sent = std::move(verdicts);
    if (rowCount() > 0)
        emit dataChanged(index(0, Sent), index(rowCount() - 1, Sent), {Qt::DisplayRole, ColorRole, RawRole});
}

std::size_t ReplayChoiceModel::count(ReplayVerdict verdict) const
{
    return static_cast<std::size_t>(std::count_if(m_judgements.begin(), m_judgements.end(),
                                                  [&](const auto& letter) { return letter.verdict == verdict; }));
}

std::size_t ReplayChoiceModel::sentCount() const
{
    std::size_t sum = 0;
    for (const auto verdict : m_sent)
        sum += count(verdict);
    return sum;
}

ReplayRequest ReplayChoiceModel::request(const ContextSettings& context) const
{
    ReplayRequest request;
    if (!m_chosen || !judged())
        return request;
    request.others = m_chosen->others;
    for (std::size_t row = 0; row < m_chosen->views.size(); ++row) {
        auto candidate = replayCandidate(m_chosen->views[row], m_chosen->references[row], context);
        candidate.verdict = verdictOf(row);
        candidate.why = m_judgements[row].why;
        (isSent(row) ? request.letters : request.others).push_back(std::move(candidate));
    }
    return request;
}

int ReplayChoiceModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_chosen ? 0 : static_cast<int>(m_chosen->views.size());
}

int ReplayChoiceModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

ReplayVerdict ReplayChoiceModel::verdictOf(std::size_t row) const
{
    return judged() ? m_judgements[row].verdict : ReplayVerdict::Unknown;
}

/// What has no reference cannot be named in a plan.
bool ReplayChoiceModel::isSent(std::size_t row) const
{
    return judged() && m_sent.contains(verdictOf(row)) && !m_chosen->references[row].empty();
}

QString ReplayChoiceModel::display(std::size_t row, int column) const
{
    const auto& letter = m_chosen->views[row];
    switch (column) {
    case Verdict:
        return judged() ? judgementText(m_judgements[row]) : tr("\u25cb judging");
    case Sent:
        return !judged() ? QString() : isSent(row) ? tr("yes") : tr("no");
    case Event:
        return strangersText(letter.eventType);
    case Key:
        return letterKeyText(letter.key) + (letter.keyCut ? QStringLiteral("\u2026") : QString());
    case Origin:
        return originText(letter.origin);
    case Projection:
        return letter.projection.empty() ? tr("unknown") : strangersText(letter.projection);
    case Evidence:
        return m_chosen->references[row].empty() ? tr("its source cannot be reached at present")
               : judged()                        ? strangersText(m_judgements[row].why, 600)
                                                 : QString();
    default:
        return {};
    }
}

ColorMeaning ReplayChoiceModel::color(std::size_t row, int column) const
{
    if (column == Verdict)
        return judged() ? judgementColor(verdictOf(row)) : ColorMeaning::Muted;
    if (column == Sent)
        return isSent(row) ? ColorMeaning::Normal : ColorMeaning::Muted;
    return ColorMeaning::Normal;
}

QVariant ReplayChoiceModel::raw(std::size_t row, int column) const
{
    const auto& origin = m_chosen->views[row].origin;
    if (column == Verdict)
        return static_cast<int>(std::distance(replayVerdicts.begin(),
                                              std::find(replayVerdicts.begin(), replayVerdicts.end(), verdictOf(row))));
    if (column == Origin)
        return originCopyText(origin);
    return display(row, column);
}

QVariant ReplayChoiceModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const auto row = static_cast<std::size_t>(index.row());
    switch (role) {
    case Qt::DisplayRole:
        return display(row, index.column());
    case Qt::ToolTipRole:
        return display(row, index.column()).toHtmlEscaped();
    case RawRole:
        return raw(row, index.column());
    case CopyRole:
        return index.column() == Origin ? originCopyText(m_chosen->views[row].origin) : display(row, index.column());
    case ColorRole:
        return static_cast<int>(color(row, index.column()));
    case OrderRole:
        return 0;
    case Qt::TextAlignmentRole:
        return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    default:
        return {};
    }
}

QVariant ReplayChoiceModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const std::array titles{tr("Verdict"), tr("Sent"),       tr("Event"),  tr("Key"),
                            tr("Origin"),  tr("Projection"), tr("Because")};
    return section >= 0 && section < ColumnCount ? QVariant(titles[static_cast<std::size_t>(section)]) : QVariant();
}

} // namespace projectionist
