// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/letterlistmodel.h"

#include "backend/core/format.h"
#include "backend/deadletter/filteredit.h"
#include "models/lettertext.h"
#include "models/payloadview.h"
#include "models/text.h"

#include <algorithm>
#include <map>

namespace projectionist {

namespace {

using PlaceRows = std::map<LetterPlace, std::size_t>;

PlaceRows rowsByPlace(const std::vector<LetterView>& letters)
{
    PlaceRows rows;
    for (std::size_t row = 0; row < letters.size(); ++row)
        rows.emplace(letters[row].place, row);
    return rows;
}

bool samePlaces(const std::vector<LetterView>& a, const std::vector<LetterView>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const auto& x, const auto& y) { return x.place == y.place; });
}

/// A letter stays what it is; only what is known about it can change.
bool looksTheSame(const LetterView& a, const LetterView& b)
{
    return a.projection == b.projection && a.state == b.state && a.group == b.group;
}

EventOrigin placeOf(const LetterView& letter)
{
    EventOrigin place;
    place.topic = letter.place.id.topic;
    place.partition = letter.place.id.partition;
    place.offset = letter.place.offset;
    return place;
}

QString keyText(const LetterView& letter)
{
    return letter.key ? inlineText(letter.key, 80) + (letter.keyCut ? QStringLiteral("\u2026") : QString())
                      : LetterListModel::tr("no key");
}

template<typename Value>
QVariant rawNumber(const std::optional<Value>& value)
{
    return value ? QVariant(static_cast<qint64>(*value)) : QVariant();
}

QVariant rawTime(const std::optional<TimePoint>& time)
{
    return time ? QVariant(static_cast<qint64>(time->time_since_epoch().count())) : QVariant();
}

QVariant rawCell(const LetterView& letter, int column)
{
    switch (column) {
    case LetterListModel::Time:
        return rawTime(letter.arrived);
    case LetterListModel::EventTime:
        return rawTime(letter.origin.timestamp);
    case LetterListModel::Attempts:
        return rawNumber(letter.attempts);
    case LetterListModel::Size:
        return rawNumber(letter.valueSize);
    case LetterListModel::Event:
        return toQString(letter.eventType);
    case LetterListModel::Key:
        return letter.key ? QVariant(toQString(*letter.key)) : QVariant();
    case LetterListModel::Origin:
        return originCopyText(letter.origin);
    case LetterListModel::Place:
        return originCopyText(placeOf(letter));
    case LetterListModel::Projection:
        return toQString(letter.projection);
    case LetterListModel::Exception:
        return toQString(letter.exception);
    case LetterListModel::Consumer:
        return toQString(letter.consumer);
    default:
        return {};
    }
}

QString copiedCell(const LetterView& letter, int column)
{
    const auto time = [](const std::optional<TimePoint>& at) { return at ? toQString(formatRfc3339(*at)) : QString(); };
    if (column == LetterListModel::Time)
        return time(letter.arrived);
    return column == LetterListModel::EventTime ? time(letter.origin.timestamp) : rawCell(letter, column).toString();
}

QString familyText(const LetterView& letter)
{
    QStringList names;
    for (const auto& family : letter.families)
        names << strangersText(family, 80);
    return names.isEmpty() ? LetterListModel::tr("unknown") : names.join(QStringLiteral(", "));
}

QString letterToolTip(const LetterView& letter, int column, TimePoint now, Zone zone)
{
    switch (column) {
    case LetterListModel::Time: {
        auto text = letter.arrived ? dateTimeText(*letter.arrived, zone) + QStringLiteral(", ") : QString();
        text += basisText(letter.arrivedBy);
        if (letter.nextAttempt)
            text += LetterListModel::tr("; tried again at %1").arg(letterTimeText(letter.nextAttempt, now, zone));
        return text;
    }
    case LetterListModel::Event:
        return flagTexts(letter.flags).join(u' ');
    case LetterListModel::Origin:
        return LetterListModel::tr("lies in %1").arg(originText(placeOf(letter)));
    case LetterListModel::Exception:
        return strangersText(letter.exception) + QStringLiteral(": ") + strangersText(letter.messagePattern);
    default:
        return {};
    }
}

/// The field whose value a cell is filtered by. A place is one letter's alone; its topic is what many have.
LetterField filteredField(int column)
{
    switch (column) {
    case LetterListModel::Origin:
        return LetterField::Origin;
    case LetterListModel::Place:
        return LetterField::Topic;
    default:
        return LetterListModel::fieldOf(column).value_or(LetterField::Arrived);
    }
}

/// nullopt: it is not known.
std::optional<FilterLiteral> literalOf(const LetterView& letter, LetterField field)
{
    const auto text = [](const std::string& value) {
        return value.empty() ? std::nullopt : std::optional(FilterLiteral(value));
    };
    const auto number = [](const std::optional<std::int64_t>& value) {
        return value ? std::optional(FilterLiteral(FilterNumber(*value))) : std::nullopt;
    };
    const auto time = [](const std::optional<TimePoint>& at) {
        return at ? std::optional(FilterLiteral(filterTimeAt(*at))) : std::nullopt;
    };
    switch (field) {
    case LetterField::EventTime:
        return time(letter.origin.timestamp);
    case LetterField::EventType:
        return text(letter.eventType);
    case LetterField::Key:
        return letter.key ? std::optional(FilterLiteral(*letter.key)) : std::nullopt;
    case LetterField::Origin:
        return text(letter.origin.topic);
    case LetterField::Attempts:
        return number(letter.attempts);
    case LetterField::Projection:
        return text(letter.projection);
    case LetterField::Exception:
        return text(letter.exception);
    case LetterField::Topic:
        return text(letter.place.id.topic);
    case LetterField::Size:
        return number(letter.valueSize);
    case LetterField::Consumer:
        return text(letter.consumer);
    case LetterField::Family:
        return text(letter.families.empty() ? std::string() : letter.families.back());
    default:
        return time(letter.arrived);
    }
}

} // namespace

LetterListModel::LetterListModel(QObject* parent) : QAbstractTableModel(parent) {}

void LetterListModel::setLetters(const std::vector<LetterView>& letters, TimePoint now, Zone zone)
{
    const bool otherDay = toDateTime(now, zone).date() != toDateTime(m_now, m_zone).date();
    m_now = now;
    if (!samePlaces(m_rows, letters)) {
        removeMissing(letters);
        reorder(letters);
        insertNew(letters);
    }
    for (std::size_t row = 0; row < letters.size(); ++row) {
        const bool same = looksTheSame(m_rows[row], letters[row]);
        m_rows[row] = letters[row];
        if (!same)
            emit dataChanged(index(static_cast<int>(row), 0), index(static_cast<int>(row), ColumnCount - 1));
    }
    if (otherDay || zone != m_zone)
        setZone(zone);
}

void LetterListModel::setZone(Zone zone)
{
    m_zone = zone;
    if (!m_rows.empty())
        emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1), {Qt::DisplayRole});
}

int LetterListModel::rowOf(const LetterPlace& place) const
{
    const auto found =
        std::find_if(m_rows.begin(), m_rows.end(), [&](const auto& letter) { return letter.place == place; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

std::optional<LetterField> LetterListModel::fieldOf(int column)
{
    switch (column) {
    case Time:
        return LetterField::Arrived;
    case Event:
        return LetterField::EventType;
    case Key:
        return LetterField::Key;
    case Origin:
        return LetterField::OriginOffset;
    case Attempts:
        return LetterField::Attempts;
    case Projection:
        return LetterField::Projection;
    case Exception:
        return LetterField::Exception;
    case Place:
        return LetterField::AtOffset;
    case Size:
        return LetterField::Size;
    case EventTime:
        return LetterField::EventTime;
    case Consumer:
        return LetterField::Consumer;
    case Family:
        return LetterField::Family;
    default:
        return std::nullopt;
    }
}

int LetterListModel::columnOf(LetterField field)
{
    for (int column = 0; column < ColumnCount; ++column)
        if (fieldOf(column) == field)
            return column;
    return Time;
}

std::optional<FilterNode> LetterListModel::conditionAt(const QModelIndex& index, bool excluded) const
{
    const LetterView& letter = letterAt(index.row());
    // The beginning of a key says nothing about the whole; verdicts are known of few letters only.
    if ((index.column() == Key && letter.keyCut) || index.column() == Verdict)
        return std::nullopt;
    const auto field = filteredField(index.column());
    return filterCondition({FilterOperand::Kind::Field, nameOf(field)}, literalOf(letter, field), excluded);
}

int LetterListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int LetterListModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString LetterListModel::display(const LetterView& letter, int column) const
{
    const auto named = [](const std::string& name) {
        return name.empty() ? QStringLiteral("\u2014") : strangersText(name, 120);
    };
    switch (column) {
    case Time:
        return letterTimeText(letter.arrived, m_now, m_zone);
    case EventTime:
        return letterTimeText(letter.origin.timestamp, m_now, m_zone);
    case Event:
        return named(letter.eventType);
    case Key:
        return keyText(letter);
    case Origin:
        return originText(letter.origin);
    case Attempts:
        return attemptsText(letter.attempts, letter.attempts);
    case Verdict:
        return m_verdicts.text(letter.place);
    case Projection:
        return named(letter.projection);
    case Exception:
        return shortException(letter.exception);
    case Place:
        return originText(placeOf(letter));
    case Size:
        return bytesText(letter.valueSize);
    case Consumer:
        return named(letter.consumer);
    case Family:
        return familyText(letter);
    default:
        return {};
    }
}

/// The word of the command line; invalid where nobody asked.
QVariant LetterListModel::rawVerdict(const LetterView& letter) const
{
    const auto* judgement = m_verdicts.find(letter.place);
    return judgement ? QVariant(toQString(toString(judgement->verdict))) : QVariant();
}

QVariant LetterListModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const LetterView& letter = letterAt(index.row());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return display(letter, column);
    case RawRole:
        return column == Verdict ? rawVerdict(letter) : rawCell(letter, column);
    case OrderRole:
        return 0;
    case CopyRole:
        return column == Verdict ? rawVerdict(letter) : copiedCell(letter, column);
    case ColorRole:
        if (column == Verdict)
            return static_cast<int>(m_verdicts.color(letter.place));
        return static_cast<int>((column == Key && !letter.key) || (letter.flags & ParkedBehind) != 0
                                    ? ColorMeaning::Muted
                                    : ColorMeaning::Normal);
    case Qt::ToolTipRole:
        if (column == Verdict)
            return m_verdicts.toolTip(letter.place).toHtmlEscaped();
        return letterToolTip(letter, column, m_now, m_zone).toHtmlEscaped();
    case Qt::TextAlignmentRole:
        return headerData(column, Qt::Horizontal, role);
    default:
        return {};
    }
}

QVariant LetterListModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    static const std::array<const char*, ColumnCount> titles{
        QT_TR_NOOP("Time"),      QT_TR_NOOP("Event"),          QT_TR_NOOP("Key"),        QT_TR_NOOP("Origin"),
        QT_TR_NOOP("Tries"),     QT_TR_NOOP("Replay verdict"), QT_TR_NOOP("Projection"), QT_TR_NOOP("Exception"),
        QT_TR_NOOP("Lies in"),   QT_TR_NOOP("Size"),           QT_TR_NOOP("Event time"), QT_TR_NOOP("Consumer"),
        QT_TR_NOOP("Decoded by")};
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant((section == Attempts || section == Size ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    return role == Qt::DisplayRole ? QVariant(tr(titles[static_cast<std::size_t>(section)])) : QVariant();
}

void LetterListModel::removeMissing(const std::vector<LetterView>& next)
{
    const auto known = rowsByPlace(next);
    const auto stays = [&](int row) { return known.contains(letterAt(row).place); };
    for (int last = rowCount() - 1; last >= 0; --last) {
        if (stays(last))
            continue;
        int first = last;
        while (first > 0 && !stays(first - 1))
            --first;
        beginRemoveRows({}, first, last);
        m_rows.erase(m_rows.begin() + first, m_rows.begin() + last + 1);
        endRemoveRows();
        last = first;
    }
}

/// Rows that are in `next`, too, come into its order.
void LetterListModel::reorder(const std::vector<LetterView>& next)
{
    const auto wanted = rowsByPlace(next);
    const auto before = [&](const LetterView& a, const LetterView& b) {
        return wanted.at(a.place) < wanted.at(b.place);
    };
    if (std::is_sorted(m_rows.begin(), m_rows.end(), before))
        return;
    emit layoutAboutToBeChanged({}, VerticalSortHint);
    const auto old = persistentIndexList();
    std::vector<LetterPlace> places;
    for (const auto& index : old)
        places.push_back(letterAt(index.row()).place);
    std::sort(m_rows.begin(), m_rows.end(), before);
    const auto now = rowsByPlace(m_rows);
    QModelIndexList moved;
    for (std::size_t i = 0; i < places.size(); ++i)
        moved << index(static_cast<int>(now.at(places[i])), old[static_cast<qsizetype>(i)].column());
    changePersistentIndexList(old, moved);
    emit layoutChanged({}, VerticalSortHint);
}

void LetterListModel::insertNew(const std::vector<LetterView>& next)
{
    for (std::size_t i = 0; i < next.size(); ++i) {
        if (i < m_rows.size() && m_rows[i].place == next[i].place)
            continue;
        std::size_t end = i + 1;
        while (end < next.size() && !(i < m_rows.size() && m_rows[i].place == next[end].place))
            ++end;
        beginInsertRows({}, static_cast<int>(i), static_cast<int>(end) - 1);
        m_rows.insert(m_rows.begin() + static_cast<std::ptrdiff_t>(i), next.begin() + static_cast<std::ptrdiff_t>(i),
                      next.begin() + static_cast<std::ptrdiff_t>(end));
        endInsertRows();
        i = end - 1;
    }
}

} // namespace projectionist
