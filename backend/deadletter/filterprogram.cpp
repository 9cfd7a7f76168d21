// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filterprogram.h"

#include <algorithm>

namespace projectionist {

namespace {

using StepGroup = FilterStep::Group;
using StepJoin = FilterStep::Join;

/// What a row costs; only the order matters.
int costOf(const FilterStep& step)
{
    if (const auto* group = std::get_if<StepGroup>(&step.what)) {
        int most = 0;
        for (const auto& child : group->children)
            most = std::max(most, costOf(child));
        return most;
    }
    if (const auto* lookup = std::get_if<FilterStep::Lookup>(&step.what))
        return lookup->operand.kind == FilterOperand::Kind::Payload ? 4 : 3;
    return std::holds_alternative<FilterStep::Numbers>(step.what) ? 1 : 2;
}

class FilterCompiler
{
public:
    FilterCompiler(const FilterSchema& schema, const FilterMoment& moment) : m_schema(schema), m_moment(moment) {}

    FilterStep compile(const FilterNode& node)
    {
        switch (node.kind) {
        case FilterNode::Kind::And:
            return compileGroup(node, StepJoin::And);
        case FilterNode::Kind::Or:
            return compileGroup(node, StepJoin::Or);
        case FilterNode::Kind::Not:
            return compileGroup(node, StepJoin::Not);
        case FilterNode::Kind::Compare:
        case FilterNode::Kind::Exists:
            break;
        }
        for (const auto& value : node.values)
            if (const auto* time = std::get_if<FilterTime>(&value))
                timeDependent = timeDependent || time->kind != FilterTime::Kind::Civil;
        if (node.operand.kind == FilterOperand::Kind::Field)
            if (const auto field = m_schema.find(node.operand.name); field && isColumn(m_schema.fields()[*field]))
                return compileField(node, *field);
        return compileLookup(node);
    }

    std::vector<FilterOperand> lookups;
    std::size_t tables = 0;
    bool timeDependent = false;

private:
    static bool isColumn(const FilterField& field) { return field.indexed || !field.ageOf.empty(); }

    FilterStep compileGroup(const FilterNode& node, StepJoin join)
    {
        StepGroup group{join, {}};
        for (const auto& child : node.children)
            group.children.push_back(compile(child));
        std::stable_sort(group.children.begin(), group.children.end(),
                         [](const auto& a, const auto& b) { return costOf(a) < costOf(b); });
        return {std::move(group)};
    }

    FilterStep compileField(const FilterNode& node, std::size_t place)
    {
        const auto& field = m_schema.fields()[place];
        const bool exists = node.kind == FilterNode::Kind::Exists;
        if (field.type == FilterType::Text || field.type == FilterType::Enumeration) {
            auto passes = exists ? TextPredicate(FilterOperator::Contains, {""})
                                 : TextPredicate(node.operation, textsOf(node.values));
            return {FilterStep::Texts{place, std::move(passes), !exists && node.operation == FilterOperator::NotEqual,
                                      tables++}};
        }
        auto passing = exists ? FilterIntervals() : FilterIntervals(node.operation, node.values, m_moment);
        if (field.ageOf.empty())
            return {FilterStep::Numbers{place, std::move(passing)}};
        timeDependent = timeDependent || !exists;
        return {FilterStep::Numbers{m_schema.find(field.ageOf).value(), passing.ofAges(m_moment.now)}};
    }

    FilterStep compileLookup(const FilterNode& node)
    {
        if (std::find(lookups.begin(), lookups.end(), node.operand) == lookups.end())
            lookups.push_back(node.operand);
        std::optional<ValuePredicate> passes;
        if (node.kind != FilterNode::Kind::Exists)
            passes.emplace(node.operation, node.values, m_moment);
        return {FilterStep::Lookup{node.operand, std::move(passes)}};
    }

    static std::vector<std::string> textsOf(const std::vector<FilterLiteral>& values)
    {
        std::vector<std::string> texts;
        for (const auto& value : values)
            texts.push_back(std::get<std::string>(value));
        return texts;
    }

    const FilterSchema& m_schema;
    const FilterMoment& m_moment;
};

} // namespace

FilterProgram::FilterProgram(const std::optional<FilterNode>& tree, const FilterSchema& schema,
                             const FilterMoment& moment)
{
    if (!tree)
        return;
    FilterCompiler compiler(schema, moment);
    m_root = compiler.compile(*tree);
    m_lookups = std::move(compiler.lookups);
    m_tables = compiler.tables;
    m_timeDependent = compiler.timeDependent;
}

bool FilterProgram::asks(FilterOperand::Kind kind) const
{
    return std::any_of(m_lookups.begin(), m_lookups.end(), [&](const auto& operand) { return operand.kind == kind; });
}

} // namespace projectionist
