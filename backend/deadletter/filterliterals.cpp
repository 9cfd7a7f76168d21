// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filterliterals.h"

#include "backend/deadletter/filterchecker.h"
#include "backend/deadletter/filterprinter.h"
#include "backend/deadletter/filtertext.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

using TokenKind = FilterTokenKind;

class ValueParser
{
public:
    ValueParser(FilterCursor& cursor, const FilterSchema& schema, const ParsedOperand& operand,
                FilterOperator operation)
        : m_cursor(cursor), m_schema(schema), m_operand(operand), m_operation(operation)
    {
    }

    std::vector<FilterLiteral> run()
    {
        if (m_operation == FilterOperator::In)
            parseList();
        else if (!parseOne())
            m_cursor.recover();
        return std::move(m_values);
    }

private:
    /// False if there is no value, which has been reported; then the cursor has not gone on.
    bool parseOne()
    {
        m_cursor.expect(FilterExpectation::Value, m_operand.operand, m_operation);
        const auto token = m_cursor.peek();
        if (token.kind == TokenKind::Text || token.kind == TokenKind::Value)
            take(token, token.value);
        else if (token.is("true") || token.is("false"))
            take(token, FilterLiteral(token.is("true")));
        else if (token.is("today") || token.is("yesterday"))
            take(token, FilterLiteral(*parseFilterTime(token.is("today") ? "today" : "yesterday")));
        else
            return reportNone(token);
        return true;
    }

    void take(const FilterToken& token, const std::optional<FilterLiteral>& value)
    {
        m_cursor.next();
        if (!value) // which the lexer has reported
            return;
        FilterLiteral fitting = *value;
        // Where the field or the operator is wrong already, that is enough.
        auto problem = m_operand.known ? checkFilterValue(m_operand, m_operation, m_schema, fitting) : std::nullopt;
        if (problem) {
            m_cursor.report(token, std::move(problem->message), std::move(problem->hint));
            return;
        }
        m_values.push_back(std::move(fitting));
    }

    bool reportNone(const FilterToken& token)
    {
        const bool word = token.kind == TokenKind::Word && !m_cursor.atConnective() && !token.is("not");
        if (word && isOperand(token))
            m_cursor.report(token, fmt::format("`{}` is not a value", token.source),
                            fmt::format("fields are compared with values, for example `{}`", example()));
        else if (word)
            m_cursor.report(token, fmt::format("`{}` is not a value", token.source),
                            fmt::format("write texts in quotes: `\"{}\"`", token.source));
        else if (token.kind == TokenKind::Open)
            m_cursor.report(token, fmt::format("`{}` takes one value", toString(m_operation)),
                            "for several write `in (…)`");
        else if (token.kind != TokenKind::Broken)
            m_cursor.reportMissing("a value", fmt::format("for example `{}`", example()));
        return false;
    }

    [[nodiscard]] std::string example() const
    {
        return fmt::format("{} {} {}", m_operand.source, toString(m_operation), exampleFilterValue(m_operand));
    }

    [[nodiscard]] bool isOperand(const FilterToken& token) const
    {
        return token.is("header") || token.is("payload") || m_schema.find(token.source);
    }

    void parseList()
    {
        m_cursor.expect(FilterExpectation::Open);
        const auto open = m_cursor.peek();
        const auto hint = fmt::format("write `in ({0}, …)`", exampleFilterValue(m_operand));
        if (!m_cursor.take(TokenKind::Open)) {
            m_cursor.reportMissing("a list in parentheses", hint);
            m_cursor.recover();
            return;
        }
        if (m_cursor.at(TokenKind::Close)) {
            m_cursor.report(open.offset, m_cursor.peek().offset + 1 - open.offset, "the list is empty", hint);
            m_cursor.next();
            return;
        }
        parseItems();
        if (!m_cursor.take(TokenKind::Close))
            m_cursor.report(open, "the list is never closed", "add `)`");
    }

    void parseItems()
    {
        while (!m_cursor.at(TokenKind::End) && !m_cursor.at(TokenKind::Close)) {
            if (!parseOne())
                skipItem();
            m_cursor.expect(FilterExpectation::Comma | FilterExpectation::Close);
            if (m_cursor.atEndOfCondition())
                return;
            if (!m_cursor.take(TokenKind::Comma))
                m_cursor.report(m_cursor.peek(), fmt::format("a `,` is missing before `{}`", m_cursor.peek().source));
            else if (m_cursor.at(TokenKind::Close) || m_cursor.at(TokenKind::End))
                parseOne(); // tells that a value is missing after the comma
        }
    }

    void skipItem()
    {
        while (!m_cursor.atEndOfCondition() && !m_cursor.at(TokenKind::Comma))
            m_cursor.next();
    }

    FilterCursor& m_cursor;
    const FilterSchema& m_schema;
    const ParsedOperand& m_operand;
    const FilterOperator m_operation;
    std::vector<FilterLiteral> m_values;
};

} // namespace

std::vector<FilterLiteral> parseFilterValues(FilterCursor& cursor, const FilterSchema& schema,
                                             const ParsedOperand& operand, FilterOperator operation)
{
    return ValueParser(cursor, schema, operand, operation).run();
}

std::string exampleFilterValue(const ParsedOperand& operand)
{
    switch (operand.type) {
    case FilterType::Enumeration:
        return operand.field->values.empty() ? "\"…\"" : quoteFilterText(operand.field->values.front());
    case FilterType::Number:
        return "3";
    case FilterType::Span:
        return "6h";
    case FilterType::Time:
        return "today";
    case FilterType::Boolean:
        return "true";
    case FilterType::Text:
    case FilterType::Any:
        break;
    }
    return "\"…\"";
}

} // namespace projectionist
