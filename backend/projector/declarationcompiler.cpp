// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/projector/declarationcompiler.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

DeclarationCompiler::DeclarationCompiler(const ProjectionSettings& projection)
    : m_projection(projection), m_settings(*projection.declared)
{
    m_made.m_unknown = m_settings.unknown;
    m_made.m_tombstone = m_settings.tombstone;
}

Error DeclarationCompiler::refusal(const std::string& about, Error error) const
{
    return {ErrorKind::Configuration, fmt::format("The declared projection \"{}\" has a mistake", m_projection.name),
            fmt::format("{}: {}", about, error.why), std::move(error.next), false};
}

std::size_t DeclarationCompiler::columnOf(const std::string& name)
{
    auto& columns = m_made.m_columns;
    const auto found = std::find(columns.begin(), columns.end(), name);
    if (found != columns.end())
        return static_cast<std::size_t>(std::distance(columns.begin(), found));
    columns.push_back(name);
    return columns.size() - 1;
}

Result<EventExpression> DeclarationCompiler::expression(const std::string& about, const std::string& text)
{
    auto parsed = EventExpression::parse(text, m_made.m_paths);
    if (!parsed)
        return tl::unexpected(refusal(about, parsed.error()));
    return parsed;
}

Result<void> DeclarationCompiler::takeKey()
{
    for (const auto& one : m_settings.key) {
        auto parsed = expression("key column " + one.column, one.expression);
        if (!parsed)
            return tl::unexpected(parsed.error());
        static_cast<void>(columnOf(one.column));
        m_made.m_key.push_back(*std::move(parsed));
    }
    return {};
}

Result<void> DeclarationCompiler::takeAll(const std::vector<ColumnExpression>& all, std::vector<Assignment>& target)
{
    for (const auto& one : all) {
        auto parsed = expression("column " + one.column, one.expression);
        if (!parsed)
            return tl::unexpected(parsed.error());
        const auto column = columnOf(one.column);
        if (column < m_made.m_key.size())
            return tl::unexpected(
                refusal("column " + one.column,
                        {{}, {}, "it is of the key", "The key's columns are written by themselves.", false}));
        target.push_back({column, *std::move(parsed)});
    }
    return {};
}

Result<void> DeclarationCompiler::takeHandler(const DeclaredHandler& handler)
{
    DeclaredProjection::Handler made;
    made.erase = handler.erase;
    made.ignore = handler.ignore;
    made.create = handler.create;
    if (!handler.where.empty()) {
        auto where = EventCondition::parse(handler.where, m_made.m_paths);
        if (!where)
            return tl::unexpected(refusal(fmt::format("where = \"{}\"", handler.where), where.error()));
        made.where = *std::move(where);
    }
    for (const auto& [all, target] : {std::pair(&handler.set, &made.set), std::pair(&handler.add, &made.add),
                                      std::pair(&handler.append, &made.append)})
        if (auto taken = takeAll(*all, *target); !taken)
            return taken;
    for (const auto& type : handler.types)
        m_made.m_byType[type].push_back(m_made.m_handlers.size());
    m_made.m_handlers.push_back(std::move(made));
    return {};
}

Result<void> DeclarationCompiler::takeMarks()
{
    if (!m_settings.type.empty()) {
        auto parsed = expression("type", m_settings.type);
        if (!parsed)
            return tl::unexpected(parsed.error());
        m_made.m_type = *std::move(parsed);
    }
    if (!m_settings.version.empty()) {
        auto parsed = expression("event_version", m_projection.eventVersion);
        if (!parsed)
            return tl::unexpected(parsed.error());
        m_made.m_version = Assignment{columnOf(m_settings.version), *std::move(parsed)};
    }
    if (!m_settings.partition.empty())
        m_made.m_partition = columnOf(m_settings.partition);
    if (!m_settings.position.empty())
        m_made.m_position = columnOf(m_settings.position);
    return {};
}

Result<void> DeclarationCompiler::refuseMixtures() const
{
    for (const auto& [type, handlers] : m_made.m_byType)
        if (handlers.size() > 1 && std::any_of(handlers.begin(), handlers.end(), [this](std::size_t handler) {
                return m_made.m_handlers[handler].ignore;
            }))
            return tl::unexpected(refusal(
                "type " + type,
                {{}, {}, "one handler ignores it, and another does not", "Let only one of them name it.", false}));
    return {};
}

Result<DeclaredProjection> DeclarationCompiler::compile()
{
    auto done = takeKey().and_then([this] { return takeAll(m_settings.initial, m_made.m_initial); });
    for (const auto& handler : m_settings.on)
        if (done)
            done = takeHandler(handler);
    done = done.and_then([this] { return takeMarks(); }).and_then([this] { return refuseMixtures(); });
    if (!done)
        return tl::unexpected(done.error());
    return std::move(m_made);
}

} // namespace projectionist
