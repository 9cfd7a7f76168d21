// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/config/projectorwriter.h"

#include "backend/config/tomltext.h"

namespace projectionist {

namespace {

std::string lineOf(const std::string& name, const std::string& value)
{
    return name + " = " + value + '\n';
}

std::string textLine(const std::string& name, const std::string& text)
{
    return text.empty() ? std::string() : lineOf(name, tomlText(text));
}

std::string flagLine(const std::string& name, bool flag)
{
    return lineOf(name, flag ? "true" : "false");
}

std::string expressionLine(const std::string& name, const std::vector<ColumnExpression>& all)
{
    std::string columns;
    for (const auto& one : all)
        columns += (columns.empty() ? "" : ", ") + tomlKey(one.column) + " = " + tomlText(one.expression);
    return all.empty() ? std::string() : lineOf(name, "{ " + columns + " }");
}

std::string ruleLine(const std::string& name, UnnamedEvent rule)
{
    return rule == UnnamedEvent::Refuse ? std::string() : textLine(name, std::string(toString(rule)));
}

std::string handlerToml(const DeclaredHandler& handler)
{
    return "[[projections.declared.on]]\n" + lineOf("type", tomlList(handler.types)) +
           textLine("where", handler.where) + expressionLine("set", handler.set) + expressionLine("add", handler.add) +
           expressionLine("append", handler.append) + (handler.erase ? flagLine("delete", true) : "") +
           (handler.ignore ? flagLine("ignore", true) : "") + (handler.create ? "" : flagLine("create", false));
}

} // namespace

std::string declarationToml(const DeclaredProjectionSettings& declared)
{
    std::string text = "[projections.declared]\n" + textLine("store", declared.store) +
                       textLine("table", declared.table) + expressionLine("key", declared.key) +
                       expressionLine("initial", declared.initial) + textLine("type", declared.type) +
                       textLine("version", declared.version) + textLine("partition", declared.partition) +
                       textLine("position", declared.position) + ruleLine("unknown", declared.unknown) +
                       ruleLine("tombstone", declared.tombstone);
    for (const auto& handler : declared.on)
        text += handlerToml(handler);
    return text;
}

} // namespace projectionist
