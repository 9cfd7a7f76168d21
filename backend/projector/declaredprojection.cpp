// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/projector/declaredprojection.h"

#include "backend/projector/decimalsum.h"
#include "backend/projector/declarationcompiler.h"
#include "backend/store/cells.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

using Kind = EventValue::Kind;
using RowValue = std::optional<std::string>;

Error noFit(std::string why)
{
    return {ErrorKind::InvalidData, {}, std::move(why), {}, false};
}

RowValue rowValueOf(EventValue value)
{
    return value.kind == Kind::Null ? RowValue() : RowValue(std::move(value.text));
}

Result<void> addTo(RowValue& target, const EventValue& value)
{
    if (value.kind == Kind::Null)
        return {};
    const bool number = value.kind == Kind::Number || value.kind == Kind::Text;
    auto sum = number ? decimalSum(target.value_or("0"), value.text) : std::nullopt;
    if (!sum)
        return tl::unexpected(noFit(number ? fmt::format("{} cannot be added to {}", value.text, target.value_or("0"))
                                           : fmt::format("it is {}, and no number", toString(value.kind))));
    target = *std::move(sum);
    return {};
}

Result<void> appendTo(RowValue& target, const EventValue& value)
{
    if (!target)
        target = "[]";
    const auto end = target->find_last_not_of(" \t\r\n");
    if (end == std::string::npos || (*target)[end] != ']' || !target->starts_with('['))
        return tl::unexpected(noFit("the column holds no JSON array"));
    target->resize(end);
    const bool first = target->find_last_not_of(" \t\r\n") == 0;
    *target += (first ? "" : ",") + jsonOf(value) + ']';
    return {};
}

} // namespace

std::string placeOf(const ProjectedEvent& event, std::string_view type)
{
    return fmt::format("{} [{}] at {}{}", event.topic, event.partition, event.offset,
                       type.empty() ? std::string() : fmt::format(" ({})", type));
}

Result<DeclaredProjection> DeclaredProjection::compile(const ProjectionSettings& projection)
{
    if (!projection.declared)
        return tl::unexpected(Error{
            ErrorKind::Configuration, fmt::format("The log of projection \"{}\" cannot be folded", projection.name),
            "nobody knows how its events make rows",
            "Add [projections.declared] to the workspace; man projectionist-workspace shows how.", false});
    return DeclarationCompiler(projection).compile();
}

Error DeclaredProjection::misfit(const EventReading& reading, const std::string& about, Error error) const
{
    return {
        ErrorKind::InvalidData, fmt::format("The event {} cannot be applied", placeOf(*reading.event, reading.type)),
        about.empty() ? std::move(error.why) : fmt::format("{}: {}", about, error.why), std::move(error.next), false};
}

Error DeclaredProjection::misfit(const EventReading& reading, const Assignment& assignment, Error error) const
{
    return misfit(reading, fmt::format("column {}, {}", m_columns[assignment.column], assignment.expression.text()),
                  std::move(error));
}

const std::vector<std::size_t>* DeclaredProjection::handlersOf(const EventReading& reading) const
{
    const auto found = m_byType.find(reading.type);
    return found == m_byType.end() || reading.type.empty() ? nullptr : &found->second;
}

bool DeclaredProjection::erasesAsTombstone(const EventReading& reading) const
{
    return !reading.event->payload && !handlersOf(reading) && m_tombstone == UnnamedEvent::Erase;
}

Result<bool> DeclaredProjection::read(const ProjectedEvent& event, EventReading& reading) const
{
    reading.event = &event;
    reading.type = event.type;
    reading.values.clear();
    const auto* handlers = m_type ? nullptr : handlersOf(reading);
    const bool known = handlers && m_handlers[handlers->front()].ignore;
    if (known) // what is ignored need not be JSON
        return false;
    if (event.payload && (handlers || m_type) && !m_paths.empty())
        if (auto done = m_paths.read(*event.payload, reading.values); !done)
            return tl::unexpected(misfit(reading, std::string(), done.error()));
    if (m_type) {
        const auto type = m_type->valueIn(reading);
        if (!type && event.payload)
            return tl::unexpected(misfit(reading, "type, " + m_type->text(), type.error()));
        reading.type = type && *type ? (*type)->text : std::string();
        handlers = handlersOf(reading);
    }
    if (handlers)
        return !m_handlers[handlers->front()].ignore;
    const auto rule = event.payload ? m_unknown : m_tombstone;
    if (rule == UnnamedEvent::Refuse)
        return tl::unexpected(misfit(
            reading, std::string(),
            {{},
             {},
             event.payload ? "no handler names its type" : "it has no value, and no handler names its type",
             event.payload
                 ? "Name it in [[projections.declared.on]], if only with ignore = true, or say unknown = \"ignore\"."
                 : "Say tombstone = \"delete\" or \"ignore\" in [projections.declared].",
             false}));
    return rule == UnnamedEvent::Erase;
}

Result<std::vector<std::string>> DeclaredProjection::keyOf(const EventReading& reading) const
{
    std::vector<std::string> key;
    for (std::size_t i = 0; i < m_key.size(); ++i) {
        auto value = m_key[i].valueIn(reading);
        if (value && (!*value || (*value)->kind == Kind::Null))
            value = tl::unexpected(noFit("a key cannot be null"));
        if (!value)
            return tl::unexpected(
                misfit(reading, fmt::format("key column {}, {}", m_columns[i], m_key[i].text()), value.error()));
        key.push_back(std::move((*value)->text));
    }
    return key;
}

Result<RowChange> DeclaredProjection::apply(const EventReading& reading, ProjectedRow& row) const
{
    if (erasesAsTombstone(reading)) {
        row = {};
        return RowChange::Erased;
    }
    const auto* const handlers = handlersOf(reading);
    if (!handlers)
        return RowChange::None;
    const auto older = isOlder(reading, row);
    if (!older)
        return tl::unexpected(older.error());
    if (*older)
        return RowChange::Older;
    RowChange done = RowChange::None;
    for (const auto at : *handlers) {
        const auto& handler = m_handlers[at];
        if ((handler.where && !handler.where->passes(reading)) || (!handler.create && !row.exists))
            continue;
        if (handler.erase)
            row = {};
        else if (auto changed = change(handler, reading, row); !changed)
            return tl::unexpected(changed.error());
        done = handler.erase ? RowChange::Erased : RowChange::Changed;
    }
    if (done == RowChange::Changed)
        if (auto noted = note(reading, row); !noted)
            return tl::unexpected(noted.error());
    return done;
}

Result<bool> DeclaredProjection::isOlder(const EventReading& reading, const ProjectedRow& row) const
{
    if (!m_version)
        return false;
    const auto value = m_version->expression.valueIn(reading);
    if (!value)
        return tl::unexpected(misfit(reading, *m_version, value.error()));
    const auto version = *value ? numberIn<std::int64_t>((*value)->text) : std::nullopt;
    if (!version)
        return tl::unexpected(misfit(reading, *m_version, noFit("it is no whole number")));
    const auto& had = row.exists ? row.values[m_version->column] : std::nullopt;
    const auto before = had ? numberIn<std::int64_t>(*had) : std::nullopt;
    return before && *version <= *before;
}

Result<void> DeclaredProjection::create(const EventReading& reading, ProjectedRow& row) const
{
    auto key = keyOf(reading);
    if (!key)
        return tl::unexpected(key.error());
    row.exists = true;
    row.values.assign(m_columns.size(), std::nullopt);
    std::move(key->begin(), key->end(), row.values.begin());
    return assign(m_initial, reading, row);
}

Result<void> DeclaredProjection::assign(const std::vector<Assignment>& all, const EventReading& reading,
                                        ProjectedRow& row) const
{
    for (const auto& one : all) {
        auto value = one.expression.valueIn(reading);
        if (!value)
            return tl::unexpected(misfit(reading, one, value.error()));
        if (*value)
            row.values[one.column] = rowValueOf(**std::move(value));
    }
    return {};
}

Result<void> DeclaredProjection::change(const Handler& handler, const EventReading& reading, ProjectedRow& row) const
{
    if (!row.exists)
        if (auto made = create(reading, row); !made)
            return made;
    if (auto set = assign(handler.set, reading, row); !set)
        return set;
    for (const auto& [all, change] : {std::pair(&handler.add, &addTo), std::pair(&handler.append, &appendTo)})
        for (const auto& one : *all) {
            const auto value = one.expression.valueIn(reading);
            if (!value)
                return tl::unexpected(misfit(reading, one, value.error()));
            if (*value)
                if (auto done = change(row.values[one.column], **value); !done)
                    return tl::unexpected(misfit(reading, one, done.error()));
        }
    return {};
}

Result<void> DeclaredProjection::note(const EventReading& reading, ProjectedRow& row) const
{
    if (m_partition)
        row.values[*m_partition] = std::to_string(reading.event->partition);
    if (m_position)
        row.values[*m_position] = std::to_string(reading.event->offset);
    return m_version ? assign({*m_version}, reading, row) : Result<void>();
}

} // namespace projectionist
