// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/checkcolumnsmodel.h"

#include "backend/core/format.h"
#include "models/lettertext.h"
#include "models/roles.h"
#include "models/text.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr int longestColumnName = 80;
constexpr std::array<UnicodeForm, 5> allForms{UnicodeForm::AsIs, UnicodeForm::Nfc, UnicodeForm::Nfd, UnicodeForm::Nfkc,
                                              UnicodeForm::Nfkd};

bool isTick(int column)
{
    return column == CheckColumnsModel::Compared || column == CheckColumnsModel::Trim ||
           column == CheckColumnsModel::IgnoreCase;
}

bool has(const std::vector<std::string>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

const ResultColumn* columnIn(const std::vector<ResultColumn>& columns, const std::string& name)
{
    const auto at = std::find_if(columns.begin(), columns.end(), [&](const auto& one) { return one.name == name; });
    return at == columns.end() ? nullptr : &*at;
}

QString toleranceText(const std::optional<double>& tolerance)
{
    return tolerance ? QString::number(*tolerance, 'g', QLocale::FloatingPointShortest) : QString();
}

/// Empty: none.
bool takeTolerance(const QString& text, std::optional<double>& target)
{
    bool isNumber = false;
    const double number = text.toDouble(&isNumber);
    if (!text.isEmpty() && !(isNumber && number > 0 && number < 1e300))
        return false;
    target = text.isEmpty() ? std::nullopt : std::optional(number);
    return true;
}

bool takeTime(const QString& text, std::optional<Duration>& target)
{
    const auto duration = parseDuration(text.toStdString());
    if (!text.isEmpty() && !(duration && *duration > Duration(0)))
        return false;
    target = text.isEmpty() ? std::nullopt : duration;
    return true;
}

bool takeForm(const QString& text, UnicodeForm& target)
{
    for (const auto form : allForms)
        if (text == toQString(toString(form))) {
            target = form;
            return true;
        }
    return false;
}

} // namespace

CheckColumnsModel::CheckColumnsModel(QObject* parent) : QAbstractTableModel(parent) {}

void CheckColumnsModel::setCheck(const CheckSettings& check)
{
    m_check.kind = check.kind;
    m_check.key = check.key;
    m_check.columns = check.columns;
    m_check.ignore = check.ignore;
    m_check.pairs = check.pairs;
    m_check.rules = check.rules;
    showLines();
}

void CheckColumnsModel::setShapes(std::vector<ResultColumn> expected, std::vector<ResultColumn> actual)
{
    m_expected = std::move(expected);
    m_actual = std::move(actual);
    showLines();
}

void CheckColumnsModel::fill(CheckSettings& check) const
{
    if (check.kind != CheckKind::Groups)
        check.columns = m_check.columns;
    check.ignore = m_check.ignore;
    check.pairs = check.kind == CheckKind::Events ? decltype(check.pairs)() : m_check.pairs;
    check.rules = m_check.rules;
}

/// Resets only if there are others: whoever edits a cell goes on.
void CheckColumnsModel::showLines()
{
    auto next = m_check.kind == CheckKind::Groups ? linesOfGroups() : lines();
    if (next == m_lines) {
        if (!m_lines.empty())
            emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_lines = std::move(next);
    endResetModel();
}

std::vector<CheckColumnsModel::Line> CheckColumnsModel::lines() const
{
    std::vector<Line> lines;
    for (const auto& column : m_actual)
        lines.push_back({column.name, column.type});
    const auto add = [&](const std::string& name) {
        if (std::none_of(lines.begin(), lines.end(), [&](const Line& line) { return line.name == name; }))
            lines.push_back({name, {}});
    };
    for (const auto* names : {&m_check.key, &m_check.columns, &m_check.ignore})
        std::for_each(names->begin(), names->end(), add);
    for (const auto& pair : m_check.pairs)
        add(pair.first);
    for (const auto& rule : m_check.rules)
        add(rule.first);
    return lines;
}

/// As the results are called: "count", "sum(total)", "min(placed_at)".
std::vector<CheckColumnsModel::Line> CheckColumnsModel::linesOfGroups() const
{
    std::vector<Line> lines{{"count", "int8"}};
    for (const auto& column : m_check.columns)
        lines.push_back({column.ends_with(')') ? column : "sum(" + column + ')', {}});
    for (const auto& rule : m_check.rules)
        if (std::none_of(lines.begin(), lines.end(), [&](const Line& line) { return line.name == rule.first; }))
            lines.push_back({rule.first, {}});
    return lines;
}

const CheckColumnsModel::Line& CheckColumnsModel::lineOf(const QModelIndex& index) const
{
    return m_lines[static_cast<std::size_t>(index.row())];
}

bool CheckColumnsModel::isKey(const std::string& name) const
{
    return m_check.kind != CheckKind::Groups && has(m_check.key, name);
}

bool CheckColumnsModel::isCompared(const std::string& name) const
{
    if (isKey(name) || m_check.kind == CheckKind::Groups)
        return true;
    if (has(m_check.ignore, name))
        return false;
    if (!m_check.columns.empty())
        return has(m_check.columns, name);
    return m_expected.empty() || expectedColumn(name);
}

/// As little as possible: all columns stay all columns, so that new ones are compared too.
void CheckColumnsModel::setCompared(const std::string& name, bool compared)
{
    auto& columns = m_check.columns;
    std::erase(m_check.ignore, name);
    if (compared && !columns.empty() && !has(columns, name))
        columns.push_back(name);
    if (!compared && columns.size() > 1 && has(columns, name))
        std::erase(columns, name);
    else if (!compared && (columns.empty() || has(columns, name)))
        m_check.ignore.push_back(name);
}

const ResultColumn* CheckColumnsModel::expectedColumn(const std::string& name) const
{
    return columnIn(m_expected, m_check.expectedName(name));
}

QStringList CheckColumnsModel::expectedNames() const
{
    QStringList names;
    for (const auto& column : m_expected)
        names << toQString(column.name);
    return names;
}

QStringList CheckColumnsModel::unicodeForms()
{
    QStringList forms;
    for (const auto form : allForms)
        forms << toQString(toString(form));
    return forms;
}

int CheckColumnsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_lines.size());
}

int CheckColumnsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant CheckColumnsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= ColumnCount)
        return {};
    const std::array<QString, ColumnCount> titles{
        tr("Compare"),  tr("Column"), tr("Type"),           tr("Expected side"), tr("Its type"), tr("Absolute"),
        tr("Relative"), tr("Time"),   tr("Without blanks"), tr("Any case"),      tr("Unicode")};
    return titles[static_cast<std::size_t>(section)];
}

Qt::ItemFlags CheckColumnsModel::flags(const QModelIndex& index) const
{
    if (!index.isValid())
        return Qt::NoItemFlags;
    const auto plain = QAbstractTableModel::flags(index);
    const bool groups = m_check.kind == CheckKind::Groups;
    const bool pairs = !groups && m_check.kind != CheckKind::Events;
    switch (index.column()) {
    case Compared:
        return groups || isKey(lineOf(index).name) ? plain : plain | Qt::ItemIsUserCheckable;
    case Name:
    case Type:
    case ExpectedType:
        return plain;
    case ExpectedName:
        return pairs ? plain | Qt::ItemIsEditable : plain;
    default:
        return plain | (isTick(index.column()) ? Qt::ItemIsUserCheckable : Qt::ItemIsEditable);
    }
}

QString CheckColumnsModel::text(const Line& line, int column) const
{
    const auto at = m_check.rules.find(line.name);
    const auto rule = at == m_check.rules.end() ? ColumnRule{} : at->second;
    const auto* const expected = m_check.kind == CheckKind::Groups ? nullptr : expectedColumn(line.name);
    switch (column) {
    case Compared:
        return isKey(line.name) ? tr("key") : QString();
    case Name:
        return strangersText(line.name, longestColumnName);
    case Type:
        return line.type.empty() && !m_actual.empty() && m_check.kind != CheckKind::Groups
                   ? tr("not there")
                   : strangersText(line.type, longestColumnName);
    case ExpectedName:
        if (m_check.kind == CheckKind::Groups)
            return {};
        return !m_expected.empty() && !expected && !m_check.pairs.contains(line.name)
                   ? QStringLiteral("\u2014")
                   : strangersText(m_check.expectedName(line.name), longestColumnName);
    case ExpectedType:
        return expected ? strangersText(expected->type, longestColumnName)
               : m_expected.empty() || m_check.kind == CheckKind::Groups ? QString()
                                                                         : tr("not there");
    case Absolute:
        return toleranceText(rule.absolute);
    case Relative:
        return toleranceText(rule.relative);
    case Time:
        return rule.time ? toQString(compactDuration(*rule.time)) : QString();
    case Unicode:
        return rule.unicode == UnicodeForm::AsIs ? QString() : toQString(toString(rule.unicode));
    default:
        return {};
    }
}

QString CheckColumnsModel::toolTip(const Line& line) const
{
    if (!m_actual.empty() && line.type.empty() && m_check.kind != CheckKind::Groups)
        return tr("The check names it, and the actual side does not have it.");
    if (!m_expected.empty() && m_check.kind != CheckKind::Groups && !expectedColumn(line.name))
        return tr("The expected side has no column of this name: choose the one that it is compared with.");
    return {};
}

QVariant CheckColumnsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const auto& line = lineOf(index);
    const int column = index.column();
    const auto at = m_check.rules.find(line.name);
    const bool ruled = at != m_check.rules.end();
    switch (role) {
    case Qt::DisplayRole:
    case RawRole:
    case CopyRole:
        return text(line, column);
    case Qt::EditRole:
        return column == ExpectedName ? toQString(m_check.expectedName(line.name))
               : column == Unicode    ? toQString(toString(ruled ? at->second.unicode : UnicodeForm::AsIs))
                                      : text(line, column);
    case Qt::CheckStateRole:
        if (!isTick(column) || (column == Compared && isKey(line.name)))
            return {};
        return (column == Compared ? isCompared(line.name)
                                   : ruled && (column == Trim ? at->second.trim : at->second.ignoreCase))
                   ? Qt::Checked
                   : Qt::Unchecked;
    case Qt::ToolTipRole:
        return toolTip(line);
    case Qt::AccessibleTextRole:
        return isTick(column) ? headerData(column, Qt::Horizontal, Qt::DisplayRole) : QVariant();
    case ColorRole:
        return static_cast<int>(!toolTip(line).isEmpty() && isCompared(line.name) ? ColorMeaning::Warning
                                : isCompared(line.name)                           ? ColorMeaning::Normal
                                                                                  : ColorMeaning::Muted);
    default:
        return {};
    }
}

bool CheckColumnsModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (!index.isValid() || (flags(index) & (Qt::ItemIsEditable | Qt::ItemIsUserCheckable)) == 0)
        return false;
    const auto name = lineOf(index).name;
    const bool ticked = value.toInt() == Qt::Checked;
    const bool ofTick = isTick(index.column());
    if (ofTick != (role == Qt::CheckStateRole))
        return false;
    if (index.column() == Compared)
        setCompared(name, ticked);
    else if (ofTick)
        (index.column() == Trim ? m_check.rules[name].trim : m_check.rules[name].ignoreCase) = ticked;
    else if (!takeText(name, index.column(), value.toString().trimmed()))
        return false;
    dropEmptyRule(name);
    emit dataChanged(index.siblingAtColumn(0), index.siblingAtColumn(ColumnCount - 1));
    emit edited();
    return true;
}

bool CheckColumnsModel::takeText(const std::string& name, int column, const QString& text)
{
    if (column == ExpectedName) {
        if (text.isEmpty() || text.toStdString() == name)
            m_check.pairs.erase(name);
        else
            m_check.pairs[name] = text.toStdString();
        return true;
    }
    auto& rule = m_check.rules[name];
    const bool taken = column == Absolute   ? takeTolerance(text, rule.absolute)
                       : column == Relative ? takeTolerance(text, rule.relative)
                       : column == Time     ? takeTime(text, rule.time)
                                            : takeForm(text, rule.unicode);
    dropEmptyRule(name);
    return taken;
}

void CheckColumnsModel::dropEmptyRule(const std::string& name)
{
    if (const auto at = m_check.rules.find(name); at != m_check.rules.end() && at->second == ColumnRule{})
        m_check.rules.erase(at);
}

} // namespace projectionist
