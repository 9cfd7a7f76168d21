// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/reading.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace projectionist {

namespace {

constexpr std::int64_t mostBudgetRows = 1'000'000'000'000;
constexpr std::int64_t mostThrottleSessions = 100'000;

void report(Section& section, const Origin& origin, std::string message, std::string hint)
{
    section.reading().report(DiagnosticLevel::Error, origin, std::move(message), std::move(hint));
}

void takeText(Section& section, const std::string& key, std::string& target)
{
    if (const auto value = section.text(key))
        target = value->resolved;
}

void takeTexts(Section& section, const std::string& key, std::vector<std::string>& target)
{
    if (const auto values = section.texts(key))
        target = resolvedOf(*values);
}

/// One of a few words; all of them are named where it is another.
template<typename Value>
void takeWord(Section& section, const std::string& key, std::initializer_list<Value> values, Value& target)
{
    const auto value = section.text(key);
    if (!value)
        return;
    std::vector<std::string_view> words;
    for (const auto known : values) {
        words.push_back(toString(known));
        if (words.back() == value->resolved) {
            target = known;
            return;
        }
    }
    report(section, value->origin, fmt::format("unknown {} \"{}\"", key, value->written),
           fmt::format("known: {}", fmt::join(words, ", ")));
}

void takeNumber(Section& section, const std::string& key, std::optional<double>& target)
{
    const auto value = section.scalar(key);
    if (!value)
        return;
    double number = 0;
    const std::string& text = value->resolved;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure == std::errc{} && end == text.data() + text.size() && number > 0 && number < 1e300)
        target = number;
    else
        report(section, value->origin, fmt::format("\"{}\" is no tolerance: \"{}\"", key, value->written),
               "a number above zero, as 0.01");
}

/// A whole number from 1 to `most`; `of`: what it counts.
template<typename Number>
void takeCount(Section& section, const std::string& key, const char* of, Number most, Number& target)
{
    const auto value = section.scalar(key);
    if (!value)
        return;
    Number number = 0;
    const std::string& text = value->resolved;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure == std::errc{} && end == text.data() + text.size() && number > 0 && number <= most)
        target = number;
    else
        report(section, value->origin, fmt::format("\"{}\" is no number of {}: \"{}\"", key, of, value->written),
               fmt::format("a whole number from 1 to {}", most));
}

void takeCount(Section& section, const std::string& key, const char* of, std::int64_t most,
               std::optional<std::int64_t>& target)
{
    std::int64_t number = 0;
    takeCount(section, key, of, most, number);
    if (number > 0)
        target = number;
}

void takeSchedule(Section& section, std::optional<CheckSchedule>& target)
{
    const auto text = section.text("schedule");
    const auto zone = section.text("timezone");
    if (!text && zone)
        report(section, zone->origin, "\"timezone\" without \"schedule\"", "add schedule = \"every 15m\"");
    if (!text)
        return;
    const auto zoneName = zone ? zone->resolved : std::string();
    const auto schedule = CheckSchedule::parse(text->resolved, zoneName);
    if (schedule) {
        target = *schedule;
        return;
    }
    const auto& error = schedule.error();
    const bool ofZone = zone && !CheckSchedule::parse("every 1h", zoneName);
    report(section, ofZone ? zone->origin : text->origin,
           error.why.empty() ? error.what : error.what + ": " + error.why, error.next);
}

CheckSide readSide(Section section, const std::string& which)
{
    CheckSide side;
    takeText(section, "store", side.store);
    takeText(section, "table", side.table);
    takeText(section, "query", side.query);
    takeText(section, "filter", side.filter);
    section.reportUnknown({{"sql", "query"}, {"where", "filter"}, {"relation", "table"}});
    if (side.table.empty() == side.query.empty())
        report(section, section.origin(),
               side.table.empty() ? fmt::format("the {} side has neither \"table\" nor \"query\"", which)
                                  : fmt::format("the {} side has both \"table\" and \"query\"", which),
               "say one of them: table = \"public.order_summary\", or query = \"SELECT ...\"");
    if (side.store.empty())
        report(section, section.origin(), fmt::format("the {} side has no \"store\"", which), "add store = \"...\"");
    return side;
}

ColumnRule readRule(Section section)
{
    ColumnRule rule;
    takeNumber(section, "absolute", rule.absolute);
    takeNumber(section, "relative", rule.relative);
    if (const auto time = section.duration("time", Duration(1)))
        rule.time = *time;
    if (const auto trim = section.flag("trim"))
        rule.trim = *trim;
    if (const auto ignoreCase = section.flag("ignore_case"))
        rule.ignoreCase = *ignoreCase;
    takeWord(section, "unicode",
             {UnicodeForm::AsIs, UnicodeForm::Nfc, UnicodeForm::Nfd, UnicodeForm::Nfkc, UnicodeForm::Nfkd},
             rule.unicode);
    section.reportUnknown({{"tolerance", "absolute"}, {"case", "ignore_case"}, {"form", "unicode"}});
    return rule;
}

Section within(Section& section, const std::string& key, const toml::table& table)
{
    return {table, section.pathOf(key), section.file(), section.reading()};
}

void takeDuration(Section& section, const std::string& key, std::optional<Duration>& target)
{
    if (const auto duration = section.duration(key, Duration(1)))
        target = *duration;
}

void readPace(Section& section, CheckSettings& check)
{
    if (const auto* budget = section.table("budget")) {
        Section limits = within(section, "budget", *budget);
        takeDuration(limits, "time", check.budget.time);
        takeCount(limits, "rows", "rows", mostBudgetRows, check.budget.rows);
        if (const auto age = limits.duration("snapshot_age", Duration(1000)))
            check.budget.snapshotAge = *age;
        limits.reportUnknown({{"duration", "time"}, {"max_rows", "rows"}, {"snapshot", "snapshot_age"}});
    }
    if (const auto* throttle = section.table("throttle")) {
        Section limits = within(section, "throttle", *throttle);
        takeCount(limits, "active_sessions", "sessions", mostThrottleSessions, check.throttle.activeSessions);
        takeDuration(limits, "replica_delay", check.throttle.replicaDelay);
        limits.reportUnknown({{"sessions", "active_sessions"}, {"replica_lag", "replica_delay"}});
    }
}

void readColumns(Section& section, CheckSettings& check)
{
    takeTexts(section, "key", check.key);
    if (const auto columns = section.texts("event_key"))
        check.eventKey = resolvedOf(*columns);
    takeText(section, "event_key_separator", check.eventKeySeparator);
    takeTexts(section, "erase_events", check.eraseEvents);
    takeTexts(section, "rows_key", check.rowsKey);
    takeText(section, "version", check.version);
    takeTexts(section, "columns", check.columns);
    takeTexts(section, "ignore", check.ignore);
    if (const auto* pairs = section.table("pairs")) {
        Section names = within(section, "pairs", *pairs);
        for (const auto& column : names.keys())
            takeText(names, column, check.pairs[column]);
    }
    if (const auto* rules = section.table("rules")) {
        Section columns = within(section, "rules", *rules);
        for (const auto& column : columns.keys())
            if (const auto* rule = columns.table(column))
                check.rules[column] = readRule(within(columns, column, *rule));
    }
}

} // namespace

void readCheck(Section& section, CheckSettings& check)
{
    takeText(section, "projection", check.projection);
    takeWord(section, "kind",
             {CheckKind::Rows, CheckKind::Count, CheckKind::Groups, CheckKind::Events, CheckKind::Order}, check.kind);
    if (const auto* side = section.table("expected"))
        check.expected = readSide(within(section, "expected", *side), "expected");
    if (const auto* side = section.table("actual"))
        check.actual = readSide(within(section, "actual", *side), "actual");
    readColumns(section, check);
    takeText(section, "settled_by", check.settledBy);
    if (const auto age = section.duration("settled_for", Duration(1)))
        check.settledFor = *age;
    if (const auto drift = section.flag("empty_is_drift"))
        check.emptyIsDrift = *drift;
    if (const auto settle = section.duration("settle", Duration(0)))
        check.settle = *settle;
    if (const auto timeout = section.duration("statement_timeout", Duration(1)))
        check.statementTimeout = *timeout;
    readPace(section, check);
    takeCount(section, "max_differences", "rows", mostCheckDifferences, check.maxDifferences);
    takeWord(section, "severity", {CheckSeverity::Warning, CheckSeverity::Critical}, check.severity);
    takeSchedule(section, check.schedule);
    section.reportUnknown({{"keys", "key"},
                           {"column", "columns"},
                           {"record_key", "event_key"},
                           {"delete_events", "erase_events"},
                           {"source", "expected"},
                           {"target", "actual"},
                           {"tolerance", "rules"},
                           {"tolerances", "rules"},
                           {"older_than", "settled_for"},
                           {"timeout", "statement_timeout"},
                           {"cron", "schedule"},
                           {"every", "schedule"},
                           {"interval", "schedule"},
                           {"limits", "budget"},
                           {"time_zone", "timezone"}});
}

} // namespace projectionist
