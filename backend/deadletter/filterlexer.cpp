// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filterlexer.h"

#include "backend/deadletter/filternumber.h"
#include "backend/deadletter/filtertext.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace projectionist {

namespace {

using TokenKind = FilterTokenKind;

struct FilterSymbol
{
    std::string_view text;
    TokenKind kind;
    std::string_view instead; ///< what to write; empty if it is right
};

/// Longer ones before those that they begin with. Other languages' operators are understood, and corrected.
constexpr std::array filterSymbols{
    FilterSymbol{"==", TokenKind::Equal, {}},        FilterSymbol{"!=", TokenKind::NotEqual, {}},
    FilterSymbol{"<=", TokenKind::LessOrEqual, {}},  FilterSymbol{">=", TokenKind::GreaterOrEqual, {}},
    FilterSymbol{"<>", TokenKind::NotEqual, "!="},   FilterSymbol{"=~", TokenKind::Word, "matches"},
    FilterSymbol{"&&", TokenKind::Word, "and"},      FilterSymbol{"||", TokenKind::Word, "or"},
    FilterSymbol{"<", TokenKind::Less, {}},          FilterSymbol{">", TokenKind::Greater, {}},
    FilterSymbol{"=", TokenKind::Equal, "=="},       FilterSymbol{"!", TokenKind::Word, "not"},
    FilterSymbol{"&", TokenKind::Word, "and"},       FilterSymbol{"|", TokenKind::Word, "or"},
    FilterSymbol{"(", TokenKind::Open, {}},          FilterSymbol{")", TokenKind::Close, {}},
    FilterSymbol{"[", TokenKind::OpenBracket, {}},   FilterSymbol{"]", TokenKind::CloseBracket, {}},
    FilterSymbol{",", TokenKind::Comma, {}},         FilterSymbol{".", TokenKind::Dot, {}},
    FilterSymbol{"≤", TokenKind::LessOrEqual, "<="}, FilterSymbol{"≥", TokenKind::GreaterOrEqual, ">="},
    FilterSymbol{"≠", TokenKind::NotEqual, "!="},
};

constexpr std::array<std::string_view, 8> typographicQuotes{"“", "”", "„", "‘", "’", "‚", "«", "»"};

/// Also the spaces that come along when text is copied from a page.
std::size_t lengthOfSpace(std::string_view text)
{
    if (std::string_view(" \t\r\n").find(text.front()) != std::string_view::npos)
        return 1;
    const auto c = firstCodePoint(text);
    const bool wide = c.value == 0xA0 || (c.value >= 0x2000 && c.value <= 0x200B) || c.value == 0x202F;
    return wide ? c.length : 0;
}

std::size_t lengthOfTypographicQuote(std::string_view text)
{
    for (const auto quote : typographicQuotes)
        if (text.starts_with(quote))
            return quote.size();
    return 0;
}

bool beginsName(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool continuesName(char c)
{
    return beginsName(c) || (c >= '0' && c <= '9') || c == '-';
}

/// Letters of other scripts may stand in the names of payload fields; spaces, quotes and signs may not.
std::size_t lengthOfNameCharacter(std::string_view text, bool first)
{
    if (static_cast<unsigned char>(text.front()) < 0x80)
        return (first ? beginsName(text.front()) : continuesName(text.front())) ? 1 : 0;
    const auto c = firstCodePoint(text);
    const bool sign = c.value < 0xC0 || (c.value >= 0x2000 && c.value < 0x2C00) || c.value == 0xD7 || c.value == 0xF7 ||
                      c.value == 0xFEFF || c.value == 0xFFFD || (c.value >= 0x3000 && c.value < 0x3005);
    return sign ? 0 : c.length;
}

std::size_t lengthOfName(std::string_view text)
{
    std::size_t length = 0;
    while (length < text.size()) {
        const auto next = lengthOfNameCharacter(text.substr(length), length == 0);
        if (next == 0)
            break;
        length += next;
    }
    return length;
}

class FilterLexer
{
public:
    explicit FilterLexer(std::string_view text) : m_text(text) {}

    FilterTokens run()
    {
        while (m_at < m_text.size())
            if (const auto space = lengthOfSpace(rest()))
                m_at += space;
            else
                lexOne();
        add(TokenKind::End, 0);
        return std::move(m_found);
    }

private:
    [[nodiscard]] std::string_view rest() const { return m_text.substr(m_at); }

    FilterToken& add(TokenKind kind, std::size_t length)
    {
        m_found.tokens.push_back({kind, m_at, length, m_text.substr(m_at, length), std::nullopt});
        m_at += length;
        return m_found.tokens.back();
    }

    void report(std::size_t offset, std::size_t length, std::string message, std::string hint)
    {
        m_found.problems.push_back({offset, length, std::move(message), std::move(hint)});
    }

    void lexOne()
    {
        const char c = rest().front();
        const bool minus = c == '-' && rest().size() > 1;
        const char digit = minus ? rest()[1] : c;
        if (c == '"' || c == '\'')
            lexText();
        else if (lengthOfTypographicQuote(rest()) > 0)
            lexTypographicText();
        else if (digit >= '0' && digit <= '9')
            lexValue();
        else if (const auto name = lengthOfName(rest()))
            add(TokenKind::Word, name);
        else
            lexSymbol();
    }

    void lexText()
    {
        const char quote = rest().front();
        std::size_t end = 1;
        while (end < rest().size() && rest()[end] != quote)
            end += rest()[end] == '\\' ? 2 : 1;
        const bool closed = end < rest().size();
        const auto inside = rest().substr(1, closed ? end - 1 : std::string_view::npos);
        if (!closed)
            report(m_at, rest().size(), "the quote is never closed", fmt::format("add {} after the text", quote));
        // A regular expression has escapes of its own, so what stands in its quotes is left as it is.
        const bool pattern = !m_found.tokens.empty() && m_found.tokens.back().is("matches");
        auto text =
            pattern ? unescapeFilterPattern(inside, quote) : unescapeFilterText(inside, m_at + 1, m_found.problems);
        auto& token = add(TokenKind::Text, closed ? end + 1 : rest().size());
        token.closed = closed;
        token.value = std::move(text);
    }

    void lexTypographicText()
    {
        const auto open = lengthOfTypographicQuote(rest());
        std::size_t end = open;
        while (end < rest().size() && lengthOfTypographicQuote(rest().substr(end)) == 0)
            ++end;
        const auto close = end < rest().size() ? lengthOfTypographicQuote(rest().substr(end)) : 0;
        report(m_at, end + close, "these quotes are for print", "write \" or '");
        std::string inside(rest().substr(open, end - open));
        add(TokenKind::Text, end + close).value = std::move(inside);
    }

    void lexValue()
    {
        const auto length = lengthOfFilterValue(rest());
        // As a name after a dot it is wrong in another way, which the parser tells.
        std::vector<FilterProblem> ignored;
        const bool name = !m_found.tokens.empty() && m_found.tokens.back().kind == TokenKind::Dot;
        auto value = parseFilterValue(rest().substr(0, length), m_at, name ? ignored : m_found.problems);
        add(TokenKind::Value, length).value = std::move(value);
    }

    void lexSymbol()
    {
        const auto text = rest();
        const auto symbol = std::find_if(filterSymbols.begin(), filterSymbols.end(),
                                         [&](const auto& one) { return text.starts_with(one.text); });
        if (symbol == filterSymbols.end()) {
            lexBroken();
            return;
        }
        if (!symbol->instead.empty())
            report(m_at, symbol->text.size(), fmt::format("`{}` is not known here", symbol->text),
                   fmt::format("write `{}`", symbol->instead));
        auto& token = add(symbol->kind, symbol->text.size());
        if (!symbol->instead.empty())
            token.source = symbol->instead;
    }

    void lexBroken()
    {
        const auto length = std::max<std::size_t>(1, firstCodePoint(rest()).length);
        const auto quoted = quoteFilterText(rest().substr(0, length));
        report(m_at, length,
               fmt::format("`{}` means nothing here", std::string_view(quoted).substr(1, quoted.size() - 2)),
               "texts stand in quotes");
        add(TokenKind::Broken, length);
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    FilterTokens m_found;
};

} // namespace

bool FilterToken::is(std::string_view keyword) const
{
    const auto sameLetter = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; };
    return kind == TokenKind::Word &&
           std::equal(source.begin(), source.end(), keyword.begin(), keyword.end(), sameLetter);
}

bool isFilterName(std::string_view name)
{
    return !name.empty() && lengthOfName(name) == name.size();
}

FilterTokens lexFilter(std::string_view text)
{
    return FilterLexer(text).run();
}

} // namespace projectionist
