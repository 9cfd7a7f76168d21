// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/letterknowledge.h"

#include "backend/deadletter/jsonwalk.h"
#include "backend/deadletter/letterschema.h"

#include <algorithm>
#include <map>
#include <set>

namespace projectionist {

namespace {

constexpr std::size_t mostNames = 2000;
constexpr std::size_t mostOffered = 50;

using Counts = std::map<std::string, std::uint64_t>;

void addText(Counts& counts, const std::string& text, std::uint64_t count)
{
    if (!text.empty())
        counts[text] += count;
}

void addNames(Counts& counts, const std::vector<NamedCount>& names)
{
    for (const auto& name : names)
        addText(counts, name.name, name.count);
}

/// Of the letters that the board's groups count.
void addGroups(Counts& counts, const std::vector<GroupView>& groups, LetterField field)
{
    for (const auto& group : groups) {
        const auto count = group.numbers.count;
        switch (field) {
        case LetterField::Consumer:
            addNames(counts, group.consumers);
            break;
        case LetterField::Topic:
            addNames(counts, group.topics);
            break;
        case LetterField::Exception:
            addText(counts, group.example.exception, count);
            break;
        case LetterField::Pattern:
            addText(counts, group.example.messagePattern, count);
            break;
        case LetterField::Frame:
            addText(counts, group.example.frame, count);
            break;
        case LetterField::EventType:
            addText(counts, group.example.eventType, count);
            break;
        case LetterField::Origin:
            addText(counts, group.example.origin.topic, count);
            break;
        case LetterField::Family:
            for (const auto& family : group.example.families)
                addText(counts, family, count);
            break;
        default:
            break;
        }
    }
}

std::vector<FilterSuggestion> mostFrequent(const Counts& counts)
{
    std::vector<FilterSuggestion> suggestions;
    for (const auto& [text, count] : counts)
        suggestions.push_back({text, count});
    std::stable_sort(suggestions.begin(), suggestions.end(),
                     [](const auto& a, const auto& b) { return a.count.value_or(0) > b.count.value_or(0); });
    suggestions.resize(std::min(suggestions.size(), mostOffered));
    return suggestions;
}

} // namespace

void LetterKnowledge::setLetter(const DeadLetter* letter)
{
    m_headers.clear();
    m_payload.clear();
    if (!letter)
        return;
    std::set<std::string> names;
    for (const auto& header : letter->headers)
        names.insert(header.name);
    m_headers.assign(names.begin(), names.end());
    JsonWalk walk(letter->value ? std::string_view(*letter->value) : std::string_view());
    while (walk.next() && m_payload.size() < mostNames)
        if (const auto path = walk.path(); walk.kind() != JsonWalk::Kind::End && !path.empty())
            m_payload.push_back({{path.begin(), path.end() - 1}, path.back()});
}

std::vector<FilterSuggestion> LetterKnowledge::values(const FilterOperand& operand, std::string_view) const
{
    const auto field = letterSchema().find(operand.name);
    if (!m_board || operand.kind != FilterOperand::Kind::Field || !field)
        return {};
    Counts counts;
    if (static_cast<LetterField>(*field) == LetterField::Projection)
        addNames(counts, m_board->projections);
    else
        addGroups(counts, m_board->groups, static_cast<LetterField>(*field));
    return mostFrequent(counts);
}

std::vector<FilterSuggestion> LetterKnowledge::headerNames(std::string_view) const
{
    std::vector<FilterSuggestion> suggestions;
    for (const auto& name : m_headers)
        suggestions.push_back({name});
    return suggestions;
}

std::vector<FilterSuggestion> LetterKnowledge::payloadNames(const FilterOperand& parent, std::string_view) const
{
    std::vector<FilterSuggestion> suggestions;
    for (const auto& [path, name] : m_payload) {
        if (path != parent.path)
            continue;
        const auto* text = std::get_if<std::string>(&name);
        const FilterLiteral value =
            text ? FilterLiteral(*text)
                 : FilterLiteral(FilterNumber(static_cast<std::int64_t>(std::get<std::size_t>(name))));
        if (std::none_of(suggestions.begin(), suggestions.end(), [&](const auto& one) { return one.value == value; }))
            suggestions.push_back({value});
    }
    return suggestions;
}

} // namespace projectionist
