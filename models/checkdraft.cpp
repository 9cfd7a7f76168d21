// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/checkdraft.h"

#include "backend/core/format.h"
#include "models/text.h"

#include <QCoreApplication>

namespace projectionist {

namespace {

struct DraftWords
{
    Q_DECLARE_TR_FUNCTIONS(DraftWords)
};

constexpr int timesShown = 3;

std::string trimmedText(const QString& text)
{
    return text.trimmed().toStdString();
}

QString lengthText(Duration duration)
{
    return toQString(compactDuration(duration));
}

SideDraft sideDraftOf(const CheckSide& side)
{
    return {!side.query.empty(), toQString(side.store), toQString(side.table), toQString(side.query),
            toQString(side.filter)};
}

CheckSide sideOf(const SideDraft& draft)
{
    // A query keeps its line ends: so it was read.
    return {trimmedText(draft.store), draft.asks ? std::string() : trimmedText(draft.table),
            draft.asks ? draft.query.toStdString() : std::string(), trimmedText(draft.filter)};
}

/// Takes texts apart, and remembers what could not be.
class DraftReading
{
public:
    void takeDuration(const QString& text, const QString& what, Duration least, Duration& target)
    {
        const auto duration = parseDuration(trimmedText(text));
        if (duration && *duration >= least)
            target = *duration;
        else
            mistakes << DraftWords::tr("%1: “%2” is no length of time, as 500ms, 30s, 5m or 1h.").arg(what, text);
    }
    void takeLimit(const QString& text, const QString& what, std::optional<Duration>& target)
    {
        auto limit = target.value_or(Duration(0));
        if (!text.trimmed().isEmpty())
            takeDuration(text, what, Duration(1), limit);
        target = text.trimmed().isEmpty() ? std::nullopt : std::optional(limit);
    }
    void takeLimit(const QString& text, const QString& what, std::optional<std::int64_t>& target)
    {
        bool isNumber = false;
        const auto number = text.trimmed().toLongLong(&isNumber);
        if (text.trimmed().isEmpty())
            target.reset();
        else if (isNumber && number > 0)
            target = number;
        else
            mistakes << DraftWords::tr("%1: “%2” is no whole number above zero.").arg(what, text);
    }
    void takeSchedule(const CheckDraft& draft, std::optional<CheckSchedule>& target)
    {
        if (draft.schedule.trimmed().isEmpty()) {
            target.reset();
            return;
        }
        const auto schedule = CheckSchedule::parse(trimmedText(draft.schedule), trimmedText(draft.timeZone));
        if (schedule)
            target = *schedule;
        else
            mistakes << DraftWords::tr("Schedule: %1.").arg(toQString(schedule.error().what));
    }
    void takeDifferences(const QString& text, std::size_t& target)
    {
        bool isNumber = false;
        const auto number = text.trimmed().toULongLong(&isNumber);
        if (isNumber && number > 0 && number <= mostCheckDifferences)
            target = number;
        else
            mistakes << DraftWords::tr("Differences: “%1” is no whole number from 1 to %2.")
                            .arg(text)
                            .arg(mostCheckDifferences);
    }

    QStringList mistakes;
};

void fillKind(const CheckDraft& draft, CheckSettings& check)
{
    const bool groups = draft.kind == CheckKind::Groups;
    if (groups != (check.kind == CheckKind::Groups))
        check.columns.clear(); // the others mean something else by it
    check.kind = draft.kind;
    check.expected = hasExpectedSide(draft.kind) ? sideOf(draft.expected) : CheckSide{};
    check.actual = hasActualSide(draft.kind) ? sideOf(draft.actual) : CheckSide{};
    if (check.kind == CheckKind::Order && check.actual.table.empty() && check.actual.query.empty())
        check.actual = {}; // the log
    check.key = draft.kind == CheckKind::Events ? std::vector<std::string>() : listOf(draft.key);
    if (groups)
        check.columns = listOf(draft.sums);
    check.rowsKey = groups ? listOf(draft.rowsKey) : std::vector<std::string>();
    check.version = check.kind == CheckKind::Order ? trimmedText(draft.version) : std::string();
}

} // namespace

const std::vector<CheckKind>& offeredKinds()
{
    static const std::vector<CheckKind> kinds{CheckKind::Rows, CheckKind::Groups, CheckKind::Count, CheckKind::Events,
                                              CheckKind::Order};
    return kinds;
}

bool hasExpectedSide(CheckKind kind)
{
    return kind != CheckKind::Order && kind != CheckKind::Events;
}

bool hasActualSide(CheckKind kind)
{
    return kind != CheckKind::Events;
}

bool hasKey(CheckKind kind)
{
    return kind != CheckKind::Count && kind != CheckKind::Events;
}

QString listText(const std::vector<std::string>& names)
{
    QStringList list;
    for (const auto& name : names) {
        auto text = toQString(name);
        const bool plain = !text.isEmpty() && text == text.trimmed() && !text.contains(u',') && !text.contains(u'"');
        list << (plain ? text : u'"' + text.replace(u'"', QStringLiteral("\"\"")) + u'"');
    }
    return list.join(QStringLiteral(", "));
}

std::vector<std::string> listOf(const QString& text)
{
    std::vector<std::string> names;
    QString name;
    bool quoted = false;
    bool wasQuoted = false;
    const auto end = [&] {
        const auto whole = wasQuoted ? name : name.trimmed();
        if (wasQuoted || !whole.isEmpty())
            names.push_back(whole.toStdString());
        name.clear();
        wasQuoted = false;
    };
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (quoted && text[i] == u'"' && i + 1 < text.size() && text[i + 1] == u'"')
            name += text[i++];
        else if (quoted && text[i] == u'"')
            quoted = false;
        else if (!quoted && text[i] == u'"' && name.trimmed().isEmpty() && !wasQuoted) {
            quoted = wasQuoted = true;
            name.clear();
        } else if (!quoted && text[i] == u',')
            end();
        else if (quoted || !wasQuoted)
            name += text[i];
    }
    end();
    return names;
}

CheckDraft draftOf(const CheckSettings& check)
{
    CheckDraft draft;
    draft.name = toQString(check.name);
    draft.projection = toQString(check.projection);
    draft.kind = check.kind;
    draft.expected = sideDraftOf(check.expected);
    draft.actual = sideDraftOf(check.actual);
    draft.key = listText(check.key);
    draft.sums = check.kind == CheckKind::Groups ? listText(check.columns) : QString();
    draft.rowsKey = listText(check.rowsKey);
    draft.version = toQString(check.version);
    draft.settledBy = toQString(check.settledBy);
    draft.settledFor = check.settledFor > Duration(0) ? lengthText(check.settledFor) : QString();
    draft.schedule = check.schedule ? toQString(check.schedule->text()) : QString();
    draft.timeZone = check.schedule ? toQString(check.schedule->timeZone()) : QString();
    draft.severity = check.severity;
    draft.maxDifferences = QString::number(check.maxDifferences);
    draft.statementTimeout = lengthText(check.statementTimeout);
    draft.settle = lengthText(check.settle);
    draft.snapshotAge = lengthText(check.budget.snapshotAge);
    draft.budgetTime = check.budget.time ? lengthText(*check.budget.time) : QString();
    draft.budgetRows = check.budget.rows ? QString::number(*check.budget.rows) : QString();
    draft.activeSessions = check.throttle.activeSessions ? QString::number(*check.throttle.activeSessions) : QString();
    draft.replicaDelay = check.throttle.replicaDelay ? lengthText(*check.throttle.replicaDelay) : QString();
    draft.emptyIsDrift = check.emptyIsDrift;
    draft.ownEventKey = check.eventKey.has_value();
    draft.eventKey = listText(check.eventKey.value_or(std::vector<std::string>()));
    draft.eventKeySeparator = toQString(check.eventKeySeparator);
    draft.eraseEvents = listText(check.eraseEvents);
    return draft;
}

QStringList fillCheck(const CheckDraft& draft, CheckSettings& check)
{
    DraftReading reading;
    check.name = trimmedText(draft.name);
    if (check.name.empty())
        reading.mistakes << DraftWords::tr("The check needs a name.");
    check.projection = trimmedText(draft.projection);
    fillKind(draft, check);
    check.settledBy = hasActualSide(draft.kind) ? trimmedText(draft.settledBy) : std::string();
    check.settledFor = Duration(0);
    if (hasActualSide(draft.kind) && !draft.settledFor.trimmed().isEmpty())
        reading.takeDuration(draft.settledFor, DraftWords::tr("Settled for"), Duration(1), check.settledFor);
    reading.takeSchedule(draft, check.schedule);
    check.severity = draft.severity;
    reading.takeDifferences(draft.maxDifferences, check.maxDifferences);
    reading.takeDuration(draft.statementTimeout, DraftWords::tr("Statement timeout"), Duration(1),
                         check.statementTimeout);
    reading.takeDuration(draft.settle, DraftWords::tr("Read again after"), Duration(0), check.settle);
    reading.takeDuration(draft.snapshotAge, DraftWords::tr("Snapshots"), Duration(1000), check.budget.snapshotAge);
    reading.takeLimit(draft.budgetTime, DraftWords::tr("Time"), check.budget.time);
    reading.takeLimit(draft.budgetRows, DraftWords::tr("Rows"), check.budget.rows);
    reading.takeLimit(draft.activeSessions, DraftWords::tr("Statements of others"), check.throttle.activeSessions);
    reading.takeLimit(draft.replicaDelay, DraftWords::tr("Delay of replicas"), check.throttle.replicaDelay);
    check.emptyIsDrift = draft.emptyIsDrift;
    check.eventKey = draft.ownEventKey ? std::optional(listOf(draft.eventKey)) : std::nullopt;
    check.eventKeySeparator = draft.eventKeySeparator.toStdString();
    check.eraseEvents = listOf(draft.eraseEvents);
    return reading.mistakes;
}

QString scheduleText(const QString& schedule, const QString& timeZone, TimePoint now, Zone zone)
{
    if (schedule.trimmed().isEmpty())
        return DraftWords::tr("It is run by order only.");
    const auto parsed = CheckSchedule::parse(trimmedText(schedule), trimmedText(timeZone));
    if (!parsed)
        return toQString(toString(parsed.error()));
    QStringList times;
    for (int i = 0; i < timesShown; ++i) {
        now = parsed->next(now);
        times << dateTimeText(now, zone);
    }
    return DraftWords::tr("next: %1").arg(times.join(QStringLiteral(", ")));
}

} // namespace projectionist
