// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/reading.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

void complain(Section& section, const Origin& origin, std::string message, std::string hint)
{
    section.reading().report(DiagnosticLevel::Error, origin, std::move(message), std::move(hint));
}

Section innerSection(Section& section, const std::string& key, const toml::table& table)
{
    return {table, section.pathOf(key), section.file(), section.reading()};
}

/// Column = expression, in the order of the file.
void readExpressions(Section& section, const std::string& key, std::vector<ColumnExpression>& target)
{
    const auto* const table = section.table(key);
    if (!table)
        return;
    target.clear();
    Section columns = innerSection(section, key, *table);
    for (const auto& column : columns.keys())
        if (const auto expression = columns.scalar(column))
            target.push_back({column, expression->resolved});
}

void readColumn(Section& section, const std::string& key, std::string& target)
{
    if (const auto value = section.text(key))
        target = value->resolved;
}

void readRuleOfUnnamed(Section& section, const std::string& key, bool mayErase, UnnamedEvent& target)
{
    const auto value = section.text(key);
    if (!value)
        return;
    for (const auto known : {UnnamedEvent::Refuse, UnnamedEvent::Ignore, UnnamedEvent::Erase})
        if (toString(known) == value->resolved && (mayErase || known != UnnamedEvent::Erase)) {
            target = known;
            return;
        }
    complain(section, value->origin, fmt::format("unknown rule \"{}\" for \"{}\"", value->written, key),
             mayErase ? "known: refuse, ignore, delete" : "known: refuse, ignore");
}

void readFlag(Section& section, const std::string& key, bool& target)
{
    if (const auto flag = section.flag(key))
        target = *flag;
}

DeclaredHandler readHandler(Section section)
{
    DeclaredHandler handler;
    if (const auto types = section.texts("type"))
        handler.types = resolvedOf(*types);
    readColumn(section, "where", handler.where);
    readExpressions(section, "set", handler.set);
    readExpressions(section, "add", handler.add);
    readExpressions(section, "append", handler.append);
    readFlag(section, "delete", handler.erase);
    readFlag(section, "ignore", handler.ignore);
    readFlag(section, "create", handler.create);
    section.reportUnknown({{"types", "type"},
                           {"event", "type"},
                           {"events", "type"},
                           {"condition", "where"},
                           {"filter", "where"},
                           {"upsert", "set"},
                           {"increment", "add"},
                           {"insert", "create"}});
    if (handler.types.empty())
        complain(section, section.origin(), "a handler of no type of events", "add type = \"OrderPlaced\", or several");
    const bool changes = !handler.set.empty() || !handler.add.empty() || !handler.append.empty();
    if (int(changes) + int(handler.erase) + int(handler.ignore) != 1)
        complain(section, section.origin(),
                 changes || handler.erase || handler.ignore ? "a handler that does several things at once"
                                                            : "a handler that does nothing",
                 "say one of: set, add and append; delete = true; ignore = true");
    return handler;
}

} // namespace

void readDeclaration(Section section, DeclaredProjectionSettings& declared)
{
    declared.origin = section.origin();
    readColumn(section, "store", declared.store);
    readColumn(section, "table", declared.table);
    readExpressions(section, "key", declared.key);
    readExpressions(section, "initial", declared.initial);
    readColumn(section, "type", declared.type);
    readColumn(section, "version", declared.version);
    readColumn(section, "partition", declared.partition);
    readColumn(section, "position", declared.position);
    readRuleOfUnnamed(section, "unknown", false, declared.unknown);
    readRuleOfUnnamed(section, "tombstone", true, declared.tombstone);
    if (const auto* const handlers = section.tables("on")) {
        declared.on.clear();
        for (const auto& element : *handlers)
            if (const auto* const table = element.as_table())
                declared.on.push_back(readHandler(innerSection(section, "on", *table)));
    }
    section.reportUnknown({{"handlers", "on"},
                           {"defaults", "initial"},
                           {"keys", "key"},
                           {"read_model", "table"},
                           {"offset", "position"},
                           {"tombstones", "tombstone"}});
    if (declared.key.empty())
        complain(section, section.origin(), "a declared projection without \"key\"",
                 "say which column is the table's key, and what stands there: key = { order_id = \"key\" }");
    if (declared.on.empty())
        complain(section, section.origin(), "a declared projection without handlers",
                 "add [[projections.declared.on]] with type, and set, add, append, delete or ignore");
}

} // namespace projectionist
