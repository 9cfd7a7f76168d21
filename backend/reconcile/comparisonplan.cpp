// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/comparisonplan.h"

#include "backend/config/nearest.h"
#include "backend/core/format.h"
#include "backend/store/cells.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace projectionist {

namespace {

std::vector<std::string> namesIn(const RelationShape& shape)
{
    std::vector<std::string> names;
    for (const auto& column : shape.columns)
        names.push_back(column.name);
    return names;
}

bool holds(const std::vector<std::string>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

class Planner
{
public:
    Planner(const CheckSettings& check, const RelationShape& expected, const RelationShape& actual)
        : m_check(check), m_expected(expected), m_actual(actual)
    {
    }

    ComparisonPlan plan()
    {
        for (const auto& name : m_check.key)
            add(name, m_plan.key, true);
        for (const auto& name : compared())
            add(name, m_plan.columns, false);
        for (const auto& name : m_check.ignore)
            if (!m_actual.column(name) && !m_expected.column(name))
                find(DiagnosticLevel::Warning, name, "neither side has the ignored column",
                     suggestion(name, namesIn(m_actual)));
        for (const auto& [name, rule] : m_check.rules)
            if (!holds(m_used, name))
                find(DiagnosticLevel::Warning, name, "there is a rule for a column that is not compared",
                     suggestion(name, m_used));
        if (m_plan.columns.empty() && m_plan.usable())
            find(DiagnosticLevel::Info, "", "only keys are compared: there is no other column on both sides", "");
        return std::move(m_plan);
    }

private:
    void find(DiagnosticLevel level, const std::string& column, std::string text, std::string next)
    {
        m_plan.findings.push_back({level, column, std::move(text), std::move(next)});
    }

    /// All that both sides have, in the order of the actual one, unless they were named.
    std::vector<std::string> compared()
    {
        std::vector<std::string> names;
        const auto add = [&](const std::string& name) {
            if (!holds(m_check.ignore, name) && !holds(m_check.key, name) && !holds(names, name))
                names.push_back(name);
        };
        for (const auto& name : m_check.columns)
            add(name);
        if (!m_check.columns.empty())
            return names;
        std::set<std::string> paired;
        for (const auto& column : m_actual.columns) {
            const std::string& other = m_check.expectedName(column.name);
            paired.insert(other);
            if (m_expected.column(other) || m_check.pairs.contains(column.name))
                add(column.name);
            else if (!holds(m_check.ignore, column.name) && !holds(m_check.key, column.name))
                find(DiagnosticLevel::Warning, column.name, "is not compared: the expected side has no such column",
                     "pair it under [checks.pairs], or add it to ignore");
        }
        for (const auto& column : m_expected.columns)
            if (!paired.contains(column.name) && !holds(m_check.ignore, column.name))
                find(DiagnosticLevel::Warning, column.name, "is not compared: the actual side has no such column",
                     "pair it under [checks.pairs], or add it to ignore");
        return names;
    }

    const ResultColumn* columnOf(const RelationShape& shape, ComparedSide side, const std::string& name)
    {
        const auto* const column = shape.column(name);
        const auto names = namesIn(shape);
        if (!column)
            find(DiagnosticLevel::Error, name, fmt::format("the {} side has no such column", toString(side)),
                 suggestion(name, names));
        else if (std::count(names.begin(), names.end(), name) > 1)
            find(DiagnosticLevel::Error, name,
                 fmt::format("the {} side has several columns of that name", toString(side)),
                 "name them apart in the query: SELECT a.id AS order_id, ...");
        return column;
    }

    void add(const std::string& name, std::vector<ComparedColumn>& target, bool key)
    {
        m_used.push_back(name);
        const std::string& other = m_check.expectedName(name);
        const auto* const actual = columnOf(m_actual, ComparedSide::Actual, name);
        const auto* const expected = columnOf(m_expected, ComparedSide::Expected, other);
        if (!actual || !expected)
            return;
        const auto ruleAt = m_check.rules.find(name);
        const ColumnRule rule = ruleAt == m_check.rules.end() ? ColumnRule{} : ruleAt->second;
        ColumnPairing pairing = pairColumns(*expected, *actual, rule);
        if (key) {
            auto paired = pairKeys(*expected, *actual, rule);
            if (!paired)
                return find(DiagnosticLevel::Error, name, paired.error(), "choose other key columns");
            pairing = *std::move(paired);
        }
        checkRule(name, *actual, pairing, rule);
        if (!pairing.concern.empty())
            find(DiagnosticLevel::Warning, name, pairing.concern,
                 "cast one side in a query, if equal values may be written in two ways");
        target.push_back({name, other, std::move(pairing), rule});
    }

    void checkRule(const std::string& name, const ResultColumn& column, const ColumnPairing& pairing,
                   const ColumnRule& rule)
    {
        const auto refuse = [&](const char* what, const char* wanted) {
            find(DiagnosticLevel::Error, name,
                 fmt::format("{} applies to {}, and this is {}", what, wanted, column.type),
                 "remove it from the column's rules");
        };
        const bool number = pairing.integers || pairing.valueClass == ValueClass::Number;
        if ((rule.absolute || rule.relative) && !number)
            refuse("a tolerance of numbers", "numbers");
        if (rule.time && pairing.valueClass != ValueClass::Time)
            refuse("a tolerance of time", "timestamps and dates");
        const bool textRule = rule.trim || rule.ignoreCase || rule.unicode != UnicodeForm::AsIs;
        if (textRule && (!pairing.text || !pairing.concern.empty()))
            refuse("a rule of text", "text");
    }

    const CheckSettings& m_check;
    const RelationShape& m_expected;
    const RelationShape& m_actual;
    ComparisonPlan m_plan;
    std::vector<std::string> m_used;
};

const std::string& nameOn(const ComparedColumn& column, ComparedSide side)
{
    return side == ComparedSide::Expected ? column.expectedName : column.name;
}

std::string textOn(const ComparedColumn& column, ComparedSide side)
{
    const auto& text = side == ComparedSide::Expected ? column.pairing.expected : column.pairing.actual;
    return text.of("r." + sqlName(nameOn(column, side)));
}

std::vector<std::string> orderTerms(const ComparisonPlan& plan, ComparedSide side)
{
    std::vector<std::string> terms;
    for (const auto& column : plan.key)
        terms.push_back(textOn(column, side) + (column.pairing.integers ? "" : " COLLATE \"C\""));
    return terms;
}

} // namespace

std::string_view toString(ComparedSide side) noexcept
{
    return side == ComparedSide::Expected ? "expected" : "actual";
}

std::string joined(const std::vector<std::string>& all, std::string_view separator)
{
    std::string text;
    for (const auto& one : all)
        text += (text.empty() ? "" : std::string(separator)) + one;
    return text;
}

bool ComparisonPlan::usable() const
{
    return !key.empty() && std::none_of(findings.begin(), findings.end(), [](const CheckFinding& finding) {
        return finding.level == DiagnosticLevel::Error;
    });
}

std::vector<std::size_t> ComparisonPlan::differing(const std::vector<Cell>& expected,
                                                   const std::vector<Cell>& actual) const
{
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (!sameCell(columns[i].pairing.valueClass, columns[i].rule, expected[i], actual[i]))
            found.push_back(i);
    return found;
}

int ComparisonPlan::compareKeys(const std::vector<std::string>& a, const std::vector<std::string>& b) const
{
    for (std::size_t i = 0; i < key.size(); ++i) {
        if (key[i].pairing.integers) {
            const auto left = numberIn<std::int64_t>(a[i]).value_or(0);
            const auto right = numberIn<std::int64_t>(b[i]).value_or(0);
            if (left != right)
                return left < right ? -1 : 1;
        } else if (const int order = a[i].compare(b[i]); order != 0) {
            return order;
        }
    }
    return 0;
}

ComparisonPlan planComparison(const CheckSettings& check, const RelationShape& expected, const RelationShape& actual)
{
    return Planner(check, expected, actual).plan();
}

std::vector<std::string> keyTexts(const ComparisonPlan& plan, ComparedSide side)
{
    std::vector<std::string> texts;
    for (const auto& column : plan.key)
        texts.push_back(textOn(column, side));
    return texts;
}

std::vector<std::string> rowTexts(const ComparisonPlan& plan, ComparedSide side)
{
    auto texts = keyTexts(plan, side);
    for (const auto& column : plan.columns)
        texts.push_back(textOn(column, side));
    if (plan.young)
        texts.push_back("CASE WHEN " + (side == ComparedSide::Expected ? plan.young->expected : plan.young->actual) +
                        " THEN 'young' END");
    return texts;
}

std::string selectRows(const ComparisonPlan& plan, const RelationShape& shape, ComparedSide side)
{
    return "SELECT " + joined(rowTexts(plan, side), ", ") + " FROM " + shape.sql + " AS r";
}

std::optional<YoungRows> youngRows(const CheckSettings& check, TimePoint since, const RelationShape& expected,
                                   const RelationShape& actual, std::vector<CheckFinding>& findings)
{
    if (check.settledBy.empty())
        return std::nullopt;
    YoungRows young;
    for (const auto side : {ComparedSide::Expected, ComparedSide::Actual}) {
        const auto& shape = side == ComparedSide::Expected ? expected : actual;
        const std::string& name =
            side == ComparedSide::Expected ? check.expectedName(check.settledBy) : check.settledBy;
        const auto* const column = shape.column(name);
        if (!column)
            findings.push_back({DiagnosticLevel::Error, name,
                                fmt::format("settled_by names it, and the {} side has no such column", toString(side)),
                                suggestion(name, namesIn(shape))});
        else if (pairColumns(*column, *column, {}).valueClass != ValueClass::Time)
            findings.push_back(
                {DiagnosticLevel::Error, name,
                 fmt::format("settled_by names it, and it is {} on the {} side", column->type, toString(side)),
                 "name a column of times"});
        (side == ComparedSide::Expected ? young.expected : young.actual) =
            fmt::format("r.{}::timestamptz >= {}::timestamptz", sqlName(name), sqlText(formatRfc3339(since)));
    }
    findings.push_back({DiagnosticLevel::Info,
                        check.settledBy,
                        fmt::format("rows that are younger than {} are left out", formatDuration(check.settledFor)),
                        {}});
    return young;
}

std::string orderByKey(const ComparisonPlan& plan, ComparedSide side)
{
    return " ORDER BY " + joined(orderTerms(plan, side), ", ");
}

std::string behindKey(const ComparisonPlan& plan, ComparedSide side, const std::vector<std::string>& key)
{
    std::vector<std::string> values;
    for (std::size_t i = 0; i < key.size(); ++i)
        values.push_back(sqlText(key[i]) + (plan.key[i].pairing.integers ? "::pg_catalog.int8" : ""));
    return '(' + joined(orderTerms(plan, side), ", ") + ") > (" + joined(values, ", ") + ')';
}

} // namespace projectionist
