// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/projector/eventcondition.h"

#include "backend/core/format.h"
#include "backend/deadletter/filter.h"
#include "backend/deadletter/letterlookup.h"

#include <algorithm>

namespace projectionist {

namespace {

/// Nothing is indexed: every step asks for its value.
FilterSchema eventSchema()
{
    const auto field = [](const char* name, FilterType type) { return FilterField{name, type, {}, {}, false, {}}; };
    return FilterSchema({field("type", FilterType::Text), field("key", FilterType::Text),
                         field("topic", FilterType::Text), field("partition", FilterType::Number),
                         field("offset", FilterType::Number), field("timestamp", FilterType::Time)});
}

FilterValue filterValueOf(const EventValue& value)
{
    switch (value.kind) {
    case EventValue::Kind::Absent:
    case EventValue::Kind::Null:
        return FilterAbsent{};
    case EventValue::Kind::Text:
        return value.text;
    case EventValue::Kind::Number: {
        const auto number = FilterNumber::parse(value.text);
        return number ? FilterValue(*number) : FilterValue(FilterComposite{});
    }
    case EventValue::Kind::Boolean:
        return value.text == "true";
    case EventValue::Kind::Json:
        break;
    }
    return FilterComposite{};
}

FilterValue bytesOrAbsent(const std::optional<std::string_view>& bytes)
{
    return bytes ? textOrComposite(*bytes) : FilterValue(FilterAbsent{});
}

FilterValue fieldOf(const EventReading& reading, const std::string& name)
{
    const auto& event = *reading.event;
    if (name == "type")
        return reading.type.empty() ? FilterValue(FilterAbsent{}) : FilterValue(reading.type);
    if (name == "key")
        return bytesOrAbsent(event.key);
    if (name == "topic")
        return std::string(event.topic);
    if (name == "partition")
        return FilterNumber(event.partition);
    if (name == "offset")
        return FilterNumber(event.offset);
    return event.timestamp ? FilterValue(formatRfc3339(*event.timestamp)) : FilterValue(FilterAbsent{});
}

FilterValue headerIn(const ProjectedEvent& event, std::string_view name)
{
    const auto last = std::find_if(event.headers.rbegin(), event.headers.rend(),
                                   [&](const RawHeader& header) { return header.name == name; });
    return last == event.headers.rend() ? FilterValue(FilterAbsent{}) : bytesOrAbsent(last->value);
}

} // namespace

Result<EventCondition> EventCondition::parse(std::string_view text, PayloadPaths& paths)
{
    auto program = compileFilter(text, eventSchema(), FilterMoment{});
    if (!program)
        return tl::unexpected(program.error());
    if ((*program)->isTimeDependent())
        return tl::unexpected(Error{ErrorKind::Configuration,
                                    {},
                                    "the condition depends on what time it is",
                                    "Whoever folds the log has to come to the same rows at any time: name a date.",
                                    false});
    EventCondition condition;
    condition.m_program = *std::move(program);
    for (const auto& operand : condition.m_program->lookups())
        if (operand.kind == FilterOperand::Kind::Payload && !operand.path.empty())
            condition.m_places.emplace_back(operand, paths.add(operand.path));
    return condition;
}

bool EventCondition::passes(const EventReading& reading) const
{
    return passes(m_program->root(), reading);
}

bool EventCondition::passes(const FilterStep& step, const EventReading& reading) const
{
    if (const auto* const lookup = std::get_if<FilterStep::Lookup>(&step.what)) {
        const auto value = valueOf(lookup->operand, reading);
        return lookup->passes ? (*lookup->passes)(value) : !std::holds_alternative<FilterAbsent>(value);
    }
    const auto& group = std::get<FilterStep::Group>(step.what); // no field of events has a column
    const auto test = [&](const FilterStep& child) { return passes(child, reading); };
    if (group.join == FilterStep::Join::And)
        return std::all_of(group.children.begin(), group.children.end(), test);
    if (group.join == FilterStep::Join::Or)
        return std::any_of(group.children.begin(), group.children.end(), test);
    return !test(group.children.front());
}

FilterValue EventCondition::valueOf(const FilterOperand& operand, const EventReading& reading) const
{
    if (operand.kind == FilterOperand::Kind::Field)
        return fieldOf(reading, operand.name);
    if (operand.kind == FilterOperand::Kind::Header)
        return headerIn(*reading.event, operand.name);
    const auto place =
        std::find_if(m_places.begin(), m_places.end(), [&](const auto& one) { return one.first == operand; });
    if (place == m_places.end()) // the payload as a whole
        return bytesOrAbsent(reading.event->payload);
    return place->second < reading.values.size() ? filterValueOf(reading.values[place->second]) : FilterAbsent{};
}

} // namespace projectionist
