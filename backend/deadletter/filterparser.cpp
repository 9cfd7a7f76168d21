// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filterparser.h"

#include "backend/core/format.h"
#include "backend/deadletter/filterliterals.h"
#include "backend/deadletter/filteroperators.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace projectionist {

namespace {

using TokenKind = FilterTokenKind;
using ParsedNode = std::optional<FilterNode>; ///< none where something is wrong

class FilterGrammar
{
public:
    FilterGrammar(FilterTokens tokens, const FilterSchema& schema) : m_cursor(std::move(tokens)), m_schema(schema) {}

    FilterAnalysis run()
    {
        FilterAnalysis analysis;
        m_cursor.expect(FilterExpectation::Condition);
        if (!m_cursor.at(TokenKind::End))
            analysis.tree = parseAll();
        analysis.problems = m_cursor.takeProblems();
        analysis.expected = m_cursor.expectation();
        if (!analysis.problems.empty())
            analysis.tree.reset();
        return analysis;
    }

private:
    ParsedNode parseAll()
    {
        auto tree = parseOr();
        while (m_cursor.at(TokenKind::Close)) {
            m_cursor.report(m_cursor.next(), "`)` closes nothing", "remove it");
            if (m_cursor.atConnective())
                m_cursor.next();
            if (!m_cursor.atEndOfCondition())
                (void)parseOr(); // for its mistakes
        }
        return tree;
    }

    static ParsedNode join(FilterNode::Kind kind, std::vector<ParsedNode> parts)
    {
        if (parts.size() == 1)
            return std::move(parts.front());
        FilterNode joined{kind};
        for (auto& part : parts) {
            if (!part)
                return std::nullopt;
            // `a and (b and c)` is `a and b and c`.
            if (part->kind == kind)
                std::move(part->children.begin(), part->children.end(), std::back_inserter(joined.children));
            else
                joined.children.push_back(std::move(*part));
        }
        return joined;
    }

    ParsedNode parseOr()
    {
        std::vector<ParsedNode> parts;
        do
            parts.push_back(parseAnd());
        while (takeWord("or"));
        return join(FilterNode::Kind::Or, std::move(parts));
    }

    ParsedNode parseAnd()
    {
        std::vector<ParsedNode> parts;
        do
            parts.push_back(parseNot());
        while (goesOnWithAnd());
        return join(FilterNode::Kind::And, std::move(parts));
    }

    bool goesOnWithAnd()
    {
        m_cursor.expect(FilterExpectation::Connective | (m_groups > 0 ? FilterExpectation::Close : 0U));
        if (takeWord("and"))
            return true;
        if (m_cursor.atEndOfCondition())
            return false;
        const auto token = m_cursor.peek();
        if (token.kind == TokenKind::Word || token.kind == TokenKind::Open || token.kind == TokenKind::Text ||
            token.kind == TokenKind::Value) {
            m_cursor.report(token, fmt::format("`and` or `or` is missing before `{}`", token.source));
            return true;
        }
        if (token.kind != TokenKind::Broken) // of which the lexer has told
            m_cursor.report(token, fmt::format("`{}` does not fit here", token.source),
                            "join conditions with `and` or `or`");
        m_cursor.next();
        return takeWord("and") || !m_cursor.atEndOfCondition();
    }

    bool takeWord(std::string_view word)
    {
        const bool there = m_cursor.peek().is(word);
        if (there)
            m_cursor.next();
        return there;
    }

    /// False if that is too deep, which ends the parsing.
    bool enter(const FilterToken& token)
    {
        if (++m_depth <= deepestFilter)
            return true;
        m_cursor.report(token, fmt::format("more than {} parentheses and `not`s within one another", deepestFilter),
                        "write it flatter, for example with `in (…)`");
        m_cursor.abandon();
        return false;
    }

    ParsedNode parseNot()
    {
        m_cursor.expect(FilterExpectation::Condition);
        if (!m_cursor.peek().is("not"))
            return parsePrimary();
        ParsedNode child;
        if (enter(m_cursor.next()))
            child = parseNot();
        --m_depth;
        return child ? ParsedNode(negationOf(std::move(*child))) : std::nullopt;
    }

    ParsedNode parsePrimary()
    {
        if (m_cursor.at(TokenKind::Open))
            return parseGroup();
        return m_cursor.peek().is("exists") ? parseExists() : parseComparison();
    }

    ParsedNode parseGroup()
    {
        const auto open = m_cursor.next();
        ParsedNode node;
        ++m_groups;
        if (enter(open)) {
            m_cursor.expect(FilterExpectation::Condition);
            if (m_cursor.at(TokenKind::Close))
                m_cursor.report(open.offset, m_cursor.peek().offset + 1 - open.offset, "the parentheses are empty",
                                "remove them");
            else
                node = parseOr();
            if (!m_cursor.take(TokenKind::Close))
                m_cursor.report(open, "the parenthesis is never closed", "add `)`");
        }
        --m_groups;
        --m_depth;
        return node;
    }

    ParsedNode parseExists()
    {
        const auto token = m_cursor.next();
        m_cursor.expect(FilterExpectation::Open);
        const auto open = m_cursor.peek();
        if (!m_cursor.take(TokenKind::Open)) {
            m_cursor.report(token, "`exists` needs parentheses", "for example `exists(header(\"name\"))`");
            m_cursor.recover();
            return std::nullopt;
        }
        m_cursor.expect(FilterExpectation::Operand);
        const auto operand = parseFilterOperand(m_cursor, m_schema);
        m_cursor.expect(FilterExpectation::Close);
        if (operand && !m_cursor.at(TokenKind::Close) && !m_cursor.at(TokenKind::End))
            m_cursor.report(m_cursor.peek(), fmt::format("`{}` does not fit here", m_cursor.peek().source),
                            "`exists` takes a field, a header or a payload field");
        if (!m_cursor.at(TokenKind::Close))
            m_cursor.recover();
        if (!m_cursor.take(TokenKind::Close))
            m_cursor.report(open, "the parenthesis is never closed", "add `)`");
        if (!operand || !operand->known)
            return std::nullopt;
        return FilterNode{FilterNode::Kind::Exists, {}, operand->operand};
    }

    ParsedNode parseComparison()
    {
        auto operand = parseFilterOperand(m_cursor, m_schema);
        if (!operand) {
            if (!m_cursor.atEndOfCondition())
                m_cursor.recover();
            return std::nullopt;
        }
        m_cursor.expect(FilterExpectation::Operator, operand->operand);
        const bool truth = operand->known && operand->type == FilterType::Boolean;
        if (truth && m_cursor.atEndOfCondition())
            return FilterNode{FilterNode::Kind::Compare, {}, operand->operand, FilterOperator::Equal, {true}};
        const bool negated = takeWord("not");
        if (negated)
            m_cursor.expect(FilterExpectation::WordOperator, operand->operand);
        const auto operation = parseFilterOperator(m_cursor, *operand, negated);
        if (!operation) {
            m_cursor.recover();
            return std::nullopt;
        }
        auto values = parseFilterValues(m_cursor, m_schema, *operand, *operation);
        FilterNode node{FilterNode::Kind::Compare, {}, std::move(operand->operand), *operation, std::move(values)};
        if (!operand->known || node.values.empty())
            return std::nullopt;
        return negated ? negationOf(std::move(node)) : std::move(node);
    }

    FilterCursor m_cursor;
    const FilterSchema& m_schema;
    int m_depth = 0;  ///< groups and nots
    int m_groups = 0; ///< that a `)` could close
};

} // namespace

FilterAnalysis analyseFilter(std::string_view text, const FilterSchema& schema)
{
    if (text.size() <= longestFilter)
        return FilterGrammar(lexFilter(text), schema).run();
    FilterAnalysis analysis;
    analysis.problems.push_back({longestFilter, text.size() - longestFilter,
                                 fmt::format("the filter has {} bytes, more than the {} that it may have",
                                             formatNumber(static_cast<std::int64_t>(text.size())),
                                             formatNumber(static_cast<std::int64_t>(longestFilter))),
                                 "shorten it"});
    return analysis;
}

} // namespace projectionist
