// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filtercompletion.h"

#include "backend/deadletter/filterchecker.h"
#include "backend/deadletter/filterlexer.h"
#include "backend/deadletter/filterprinter.h"
#include "backend/deadletter/filtertext.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

using CandidateKind = FilterCandidate::Kind;
using Expected = FilterExpectation::What;

/// The token that the cursor is in, or at the end of, and which typing on would change.
struct EditedPlace
{
    std::size_t offset = 0;
    std::size_t length = 0;
    std::string typed; ///< up to the cursor, without quotes and escapes
    bool inQuotes = false;
};

/// `=` and `!` are the begin of an operator.
bool isUnfinished(const FilterToken& token)
{
    return token.length == 1 && token.source.size() > 1;
}

std::string typedText(std::string_view fromQuote)
{
    std::vector<FilterProblem> ignored;
    return unescapeFilterText(fromQuote.substr(1), 0, ignored);
}

EditedPlace placeOf(std::string_view text, std::size_t cursor)
{
    const auto lexed = lexFilter(text);
    for (const auto& token : lexed.tokens) {
        const std::size_t end = token.offset + token.length;
        if (token.offset >= cursor || end < cursor)
            continue;
        const auto typed = text.substr(token.offset, cursor - token.offset);
        const bool quoted = token.kind == FilterTokenKind::Text && (typed.front() == '"' || typed.front() == '\'');
        if (quoted && (!token.closed || cursor < end))
            return {token.offset, token.closed ? token.length : typed.size(), typedText(typed), true};
        if (token.kind == FilterTokenKind::Word || token.kind == FilterTokenKind::Value || isUnfinished(token))
            return {token.offset, token.length, std::string(typed), false};
    }
    return {cursor, 0, {}, false};
}

std::string lowered(std::string_view text)
{
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return lower;
}

class FilterCompleter
{
public:
    FilterCompleter(std::string_view text, std::size_t cursor, const FilterSchema& schema,
                    const FilterKnowledge& knowledge)
        : m_text(text)
        , m_schema(schema)
        , m_knowledge(knowledge)
        , m_place(placeOf(text, cursor))
        , m_expected(analyseFilter(text.substr(0, m_place.offset), schema).expected)
    {
        if (m_place.inQuotes)
            m_expected.what &= Expected::Value | Expected::HeaderName | Expected::PathKey;
    }

    FilterCompletion run()
    {
        addNames();
        if (may(Expected::Value))
            addValues();
        if (may(Expected::Condition | Expected::Operand))
            addOperands();
        addOperators();
        addWordsAndSymbols();
        rank();
        return {m_place.offset, m_place.length, std::move(m_found)};
    }

private:
    [[nodiscard]] bool may(unsigned what) const { return (m_expected.what & what) != 0; }
    [[nodiscard]] std::string_view after() const { return m_text.substr(m_place.offset + m_place.length); }

    void add(CandidateKind kind, std::string text, std::string detail = {})
    {
        auto label = text;
        m_found.push_back({kind, std::move(text), std::move(label), std::move(detail), std::nullopt});
    }
    void add(CandidateKind kind, std::string text, const FilterSuggestion& suggestion)
    {
        const auto* name = std::get_if<std::string>(&suggestion.value);
        m_found.push_back(
            {kind, std::move(text), name ? *name : printFilterLiteral(suggestion.value), {}, suggestion.count});
    }

    void addOperands()
    {
        for (const auto& field : m_schema.fields())
            add(CandidateKind::Field, field.name,
                field.description.empty() ? toString(field.type) : field.description + ", " + toString(field.type));
        add(CandidateKind::Field, "header(\"", "a header of the letter");
        add(CandidateKind::Field, "payload", "a field of the payload, as in payload.orderId");
    }

    void addNames()
    {
        if (may(Expected::HeaderName))
            for (const auto& name : m_knowledge.headerNames(m_place.typed))
                add(CandidateKind::Name, printFilterLiteral(name.value) + (after().starts_with(')') ? "" : ")"), name);
        if (may(Expected::PathKey))
            for (const auto& name : m_knowledge.payloadNames(m_expected.operand, m_place.typed))
                add(CandidateKind::Name, printFilterLiteral(name.value) + (after().starts_with(']') ? "" : "]"), name);
        if (may(Expected::PathName))
            addPathNames();
    }

    /// A name that cannot follow a dot replaces it as well.
    void addPathNames()
    {
        const auto dot = m_text.substr(0, m_place.offset).rfind('.');
        m_place.length += m_place.offset - dot;
        m_place.offset = dot;
        for (const auto& name : m_knowledge.payloadNames(m_expected.operand, m_place.typed)) {
            const auto* text = std::get_if<std::string>(&name.value);
            add(CandidateKind::Name,
                text && isFilterName(*text) ? '.' + *text : fmt::format("[{}]", printFilterLiteral(name.value)), name);
        }
    }

    void addValues()
    {
        const auto type = typeOfOperand();
        const auto values = m_knowledge.values(m_expected.operand, m_place.typed);
        for (const auto& value : values)
            add(CandidateKind::Value, printFilterLiteral(value.value), value);
        if (m_place.inQuotes && type != FilterType::Enumeration)
            return;
        switch (type) {
        case FilterType::Enumeration:
            if (values.empty())
                for (const auto& value : m_schema.fields()[*m_schema.find(m_expected.operand.name)].values)
                    add(CandidateKind::Value, quoteFilterText(value), FilterSuggestion{value});
            break;
        case FilterType::Boolean:
            add(CandidateKind::Value, "true");
            add(CandidateKind::Value, "false");
            break;
        case FilterType::Time:
            add(CandidateKind::Value, "today");
            add(CandidateKind::Value, "yesterday");
            break;
        case FilterType::Span:
            addDurations();
            break;
        default:
            break;
        }
    }

    void addDurations()
    {
        const bool digits = !m_place.typed.empty() && std::all_of(m_place.typed.begin(), m_place.typed.end(),
                                                                  [](char c) { return c >= '0' && c <= '9'; });
        if (digits)
            for (const auto* unit : {"s", "m", "h", "d"})
                add(CandidateKind::Value, m_place.typed + unit);
        else
            for (const auto* example : {"5m", "1h", "6h", "1d", "7d"})
                add(CandidateKind::Value, example);
    }

    [[nodiscard]] FilterType typeOfOperand() const
    {
        const auto field = m_expected.operand.kind == FilterOperand::Kind::Field
                               ? m_schema.find(m_expected.operand.name)
                               : std::nullopt;
        return field ? m_schema.fields()[*field].type : FilterType::Any;
    }

    void addOperators()
    {
        if (may(Expected::Operator | Expected::WordOperator))
            for (const auto operation : filterOperatorsOf(typeOfOperand()))
                if (may(Expected::Operator) || operation >= FilterOperator::Contains)
                    add(CandidateKind::Operator, toString(operation));
    }

    void addWordsAndSymbols()
    {
        if (may(Expected::Connective)) {
            add(CandidateKind::Keyword, "and");
            add(CandidateKind::Keyword, "or");
        }
        if (may(Expected::Condition)) {
            add(CandidateKind::Keyword, "exists(", "that a field, header or payload field is there");
            add(CandidateKind::Keyword, "not");
        }
        const bool touching = m_place.offset > 0 && m_text[m_place.offset - 1] != ' ';
        if (may(Expected::PathPart) && touching) {
            add(CandidateKind::Symbol, ".", "a field in it");
            add(CandidateKind::Symbol, "[", "a place in the list, or a name in quotes");
        }
        if (may(Expected::Condition | Expected::Open))
            add(CandidateKind::Symbol, "(");
        if (may(Expected::Comma))
            add(CandidateKind::Symbol, ",");
        if (may(Expected::Close))
            add(CandidateKind::Symbol, ")");
        if (may(Expected::CloseBracket))
            add(CandidateKind::Symbol, "]");
    }

    /// Those that begin with what is typed, then names and values that contain it; not what is there already.
    void rank()
    {
        const auto typed = lowered(m_place.typed);
        const auto current = m_text.substr(m_place.offset, m_place.length);
        std::erase_if(m_found, [&](const auto& one) {
            const bool named =
                one.kind == CandidateKind::Field || one.kind == CandidateKind::Name || one.kind == CandidateKind::Value;
            const auto at = lowered(one.label).find(typed);
            return one.text == current || at == std::string::npos || (at != 0 && !named);
        });
        std::stable_partition(m_found.begin(), m_found.end(),
                              [&](const auto& one) { return lowered(one.label).starts_with(typed); });
    }

    std::string_view m_text;
    const FilterSchema& m_schema;
    const FilterKnowledge& m_knowledge;
    EditedPlace m_place;
    FilterExpectation m_expected;
    std::vector<FilterCandidate> m_found;
};

} // namespace

FilterCompletion completeFilter(std::string_view text, std::size_t cursor, const FilterSchema& schema,
                                const FilterKnowledge& knowledge)
{
    cursor = std::min(cursor, text.size());
    while (cursor > 0 && cursor < text.size() && (static_cast<unsigned char>(text[cursor]) & 0xC0U) == 0x80U)
        --cursor;
    if (text.size() > longestFilter)
        return {cursor, 0, {}};
    return FilterCompleter(text, cursor, schema, knowledge).run();
}

} // namespace projectionist
