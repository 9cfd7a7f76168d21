// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filteroperands.h"

#include "backend/deadletter/filterprinter.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace projectionist {

namespace {

using TokenKind = FilterTokenKind;

constexpr std::array<std::string_view, 9> noOperands{"and",        "or",       "not",     "in",    "contains",
                                                     "startswith", "endswith", "matches", "exists"};

bool isReserved(const FilterToken& token)
{
    return std::any_of(noOperands.begin(), noOperands.end(), [&](auto word) { return token.is(word); });
}

class OperandParser
{
public:
    OperandParser(FilterCursor& cursor, const FilterSchema& schema) : m_cursor(cursor), m_schema(schema) {}

    std::optional<ParsedOperand> run()
    {
        const auto& token = m_cursor.peek();
        if (token.kind != TokenKind::Word || isReserved(token)) {
            reportNone(token);
            return std::nullopt;
        }
        auto operand = token.is("header") ? parseHeader() : token.is("payload") ? parsePayload() : parseField();
        if (operand.source.empty())
            operand.source = printFilterOperand(operand.operand);
        return operand;
    }

private:
    void reportNone(const FilterToken& token)
    {
        const auto fields = m_schema.names();
        const auto example = fields.empty() ? std::string("header(\"name\") == \"text\"") : fields.front() + " == …";
        if (m_cursor.at(TokenKind::Text) || m_cursor.at(TokenKind::Value))
            m_cursor.report(token, "a condition begins with a field, not with a value",
                            fmt::format("write `{}`", example));
        else if (m_cursor.atEndOfCondition())
            m_cursor.reportMissing("a condition", fmt::format("for example `{}`", example));
        else if (token.kind != TokenKind::Broken) // of which the lexer has told
            m_cursor.report(token, fmt::format("a field is missing before `{}`", token.source),
                            fmt::format("for example `{}`", example));
    }

    ParsedOperand parseField()
    {
        const auto token = m_cursor.next();
        ParsedOperand found{
            {FilterOperand::Kind::Field, std::string(token.source)}, FilterType::Any, nullptr, true, {}};
        if (const auto at = m_schema.find(token.source)) {
            found.field = &m_schema.fields()[*at];
            found.type = found.field->type;
            return found;
        }
        found.known = false;
        const bool call = m_cursor.at(TokenKind::Open);
        auto names = call ? std::vector<std::string>{} : m_schema.names();
        names.insert(names.end(), {"header", "payload", "exists"});
        m_cursor.report(token, fmt::format("unknown {} `{}`", call ? "function" : "field", token.source),
                        suggestFilterWord(token.source, names));
        if (call)
            skipParentheses();
        return found;
    }

    void skipParentheses()
    {
        int level = 0;
        do {
            level += m_cursor.at(TokenKind::Open) ? 1 : m_cursor.at(TokenKind::Close) ? -1 : 0;
            m_cursor.next();
        } while (level > 0 && !m_cursor.at(TokenKind::End));
    }

    ParsedOperand parseHeader()
    {
        const auto token = m_cursor.next();
        ParsedOperand found{{FilterOperand::Kind::Header, {}}, FilterType::Any, nullptr, false, "header"};
        m_cursor.expect(FilterExpectation::Open);
        if (!m_cursor.take(TokenKind::Open)) {
            m_cursor.report(token, "`header` needs a name in parentheses", "write `header(\"name\")`");
            return found;
        }
        m_cursor.expect(FilterExpectation::HeaderName);
        if (!m_cursor.at(TokenKind::Text)) {
            if (m_cursor.at(TokenKind::Word))
                m_cursor.report(m_cursor.peek(), "the name of a header stands in quotes",
                                fmt::format("write `header(\"{}\")`", m_cursor.peek().source));
            else
                m_cursor.reportMissing("the name of a header", "write `header(\"name\")`");
            closeHeader(token);
            return found;
        }
        found.operand.name = std::get<std::string>(*m_cursor.next().value);
        found.known = true;
        found.source.clear();
        closeHeader(token);
        return found;
    }

    void closeHeader(const FilterToken& token)
    {
        m_cursor.expect(FilterExpectation::Close);
        if (m_cursor.at(TokenKind::Word) && !m_cursor.atConnective())
            m_cursor.next();
        if (!m_cursor.take(TokenKind::Close))
            m_cursor.report(token.offset, m_cursor.lastEnd() - token.offset,
                            "the parenthesis of `header` is never closed", "add `)`");
    }

    ParsedOperand parsePayload()
    {
        m_cursor.next();
        ParsedOperand found{{FilterOperand::Kind::Payload, {}}, FilterType::Any, nullptr, true, {}};
        auto& path = found.operand.path;
        while (found.known) {
            m_cursor.expect(FilterExpectation::PathPart, found.operand);
            if (m_cursor.take(TokenKind::Dot))
                found.known = parseName(found.operand);
            else if (m_cursor.take(TokenKind::OpenBracket))
                found.known = parseKey(found.operand);
            else
                break;
        }
        if (!found.known)
            found.source = path.empty() ? "payload" : printFilterOperand(found.operand);
        return found;
    }

    bool parseName(FilterOperand& operand)
    {
        m_cursor.expect(FilterExpectation::PathName, operand);
        if (m_cursor.at(TokenKind::Word)) {
            operand.path.emplace_back(std::string(m_cursor.next().source));
            return true;
        }
        if (m_cursor.at(TokenKind::Value) || m_cursor.at(TokenKind::Text)) {
            const auto token = m_cursor.next();
            const auto key =
                token.kind == TokenKind::Text ? std::string(token.source) : fmt::format("\"{}\"", token.source);
            m_cursor.report(token, "such a name needs brackets",
                            fmt::format("write `[{}]` instead of `.{}`", key, token.source));
            return false;
        }
        m_cursor.reportMissing("a name", "for example `payload.orderId`");
        return false;
    }

    bool parseKey(FilterOperand& operand)
    {
        m_cursor.expect(FilterExpectation::PathKey, operand);
        const auto token = m_cursor.peek();
        if (token.kind == TokenKind::Text || token.kind == TokenKind::Value)
            m_cursor.next();
        bool good = true;
        if (token.kind == TokenKind::Text) {
            operand.path.emplace_back(std::get<std::string>(*token.value));
        } else if (const auto place = placeOf(token)) {
            operand.path.emplace_back(*place);
        } else {
            good = false;
            const char* hint = "write `[\"name\"]`, or `[0]` for the first of a list";
            if (token.kind == TokenKind::Value || token.kind == TokenKind::Word)
                m_cursor.report(
                    token, fmt::format("`{}` is neither a name in quotes nor a place in a list", token.source), hint);
            else
                m_cursor.reportMissing("a name or a place", hint);
            if (token.kind == TokenKind::Word)
                m_cursor.next();
        }
        m_cursor.expect(FilterExpectation::CloseBracket);
        if (m_cursor.take(TokenKind::CloseBracket))
            return good;
        if (good)
            m_cursor.reportMissing("`]`");
        return false;
    }

    static std::optional<std::size_t> placeOf(const FilterToken& token)
    {
        if (token.kind != TokenKind::Value || !token.value || !std::holds_alternative<FilterNumber>(*token.value))
            return std::nullopt;
        const auto whole = std::get<FilterNumber>(*token.value).whole();
        return whole && *whole >= 0 ? std::optional(static_cast<std::size_t>(*whole)) : std::nullopt;
    }

    FilterCursor& m_cursor;
    const FilterSchema& m_schema;
};

} // namespace

std::optional<ParsedOperand> parseFilterOperand(FilterCursor& cursor, const FilterSchema& schema)
{
    return OperandParser(cursor, schema).run();
}

} // namespace projectionist
