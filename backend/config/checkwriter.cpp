// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/checkwriter.h"

#include "backend/config/tomltext.h"
#include "backend/core/format.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

std::string entry(const std::string& name, const std::string& value)
{
    return tomlKey(name) + " = " + value + '\n';
}

std::string textEntry(const std::string& name, const std::string& value)
{
    return value.empty() ? std::string() : entry(name, tomlText(value));
}

std::string listEntry(const std::string& name, const std::vector<std::string>& values)
{
    return values.empty() ? std::string() : entry(name, tomlList(values));
}

std::string sideToml(const std::string& which, const CheckSide& side)
{
    if (side == CheckSide{})
        return {};
    return "[checks." + which + "]\n" + textEntry("store", side.store) + textEntry("table", side.table) +
           (side.query.empty() ? "" : entry("query", tomlLines(side.query))) + textEntry("filter", side.filter);
}

std::string ruleToml(const std::string& column, const ColumnRule& rule)
{
    std::string text = "[checks.rules." + tomlKey(column) + "]\n";
    if (rule.absolute)
        text += entry("absolute", fmt::format("{}", *rule.absolute));
    if (rule.relative)
        text += entry("relative", fmt::format("{}", *rule.relative));
    if (rule.time)
        text += entry("time", tomlText(compactDuration(*rule.time)));
    if (rule.trim)
        text += entry("trim", "true");
    if (rule.ignoreCase)
        text += entry("ignore_case", "true");
    if (rule.unicode != UnicodeForm::AsIs)
        text += entry("unicode", tomlText(std::string(toString(rule.unicode))));
    return text;
}

std::string inlineEntry(const std::string& name, const std::vector<std::pair<std::string, std::string>>& values)
{
    std::string text;
    for (const auto& [key, value] : values)
        text += (text.empty() ? "" : ", ") + key + " = " + value;
    return text.empty() ? text : entry(name, "{ " + text + " }");
}

std::string paceToml(const CheckSettings& check)
{
    std::vector<std::pair<std::string, std::string>> budget;
    std::vector<std::pair<std::string, std::string>> throttle;
    if (check.budget.time)
        budget.emplace_back("time", tomlText(compactDuration(*check.budget.time)));
    if (check.budget.rows)
        budget.emplace_back("rows", std::to_string(*check.budget.rows));
    if (check.budget.snapshotAge != CheckBudget{}.snapshotAge)
        budget.emplace_back("snapshot_age", tomlText(compactDuration(check.budget.snapshotAge)));
    if (check.throttle.activeSessions)
        throttle.emplace_back("active_sessions", std::to_string(*check.throttle.activeSessions));
    if (check.throttle.replicaDelay)
        throttle.emplace_back("replica_delay", tomlText(compactDuration(*check.throttle.replicaDelay)));
    return inlineEntry("budget", budget) + inlineEntry("throttle", throttle);
}

} // namespace

std::string checkToml(const CheckSettings& check)
{
    const CheckSettings usual;
    std::string text =
        "\n[[checks]]\n" + entry("name", tomlText(check.name)) + entry("context", tomlText(check.context)) +
        textEntry("projection", check.projection) + entry("kind", tomlText(std::string(toString(check.kind)))) +
        listEntry("key", check.key) + (check.eventKey ? entry("event_key", tomlList(*check.eventKey)) : std::string()) +
        (check.eventKeySeparator.empty() ? std::string()
                                         : entry("event_key_separator", tomlText(check.eventKeySeparator))) +
        listEntry("erase_events", check.eraseEvents) + listEntry("columns", check.columns) +
        listEntry("ignore", check.ignore);
    text += listEntry("rows_key", check.rowsKey) + textEntry("version", check.version) +
            textEntry("settled_by", check.settledBy);
    if (check.settledFor != usual.settledFor)
        text += entry("settled_for", tomlText(compactDuration(check.settledFor)));
    if (check.emptyIsDrift)
        text += entry("empty_is_drift", "true");
    if (check.settle != usual.settle)
        text += entry("settle", tomlText(compactDuration(check.settle)));
    if (check.statementTimeout != usual.statementTimeout)
        text += entry("statement_timeout", tomlText(compactDuration(check.statementTimeout)));
    text += paceToml(check);
    if (check.maxDifferences != usual.maxDifferences)
        text += entry("max_differences", std::to_string(check.maxDifferences));
    if (check.severity != usual.severity)
        text += entry("severity", tomlText(std::string(toString(check.severity))));
    if (check.schedule)
        text += entry("schedule", tomlText(check.schedule->text())) + textEntry("timezone", check.schedule->timeZone());
    text += sideToml("expected", check.expected) + sideToml("actual", check.actual);
    if (!check.pairs.empty())
        text += "[checks.pairs]\n";
    for (const auto& [actual, expected] : check.pairs)
        text += entry(actual, tomlText(expected));
    for (const auto& [column, rule] : check.rules)
        text += ruleToml(column, rule);
    return text;
}

} // namespace projectionist
