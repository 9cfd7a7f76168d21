// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/projector/eventexpression.h"

#include "backend/core/format.h"
#include "backend/deadletter/headervalue.h"
#include "backend/projector/decimalsum.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

using Kind = EventValue::Kind;

constexpr std::string_view ofHeader = "header:";
constexpr std::string_view otherwise = "??";

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\n";
    const auto first = text.find_first_not_of(blanks);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// At each "??" that is not within quotes.
std::vector<std::string_view> alternatives(std::string_view text)
{
    std::vector<std::string_view> parts;
    std::size_t begin = 0;
    char quote = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (quote == 0 && (text[at] == '\'' || text[at] == '"'))
            quote = text[at];
        else if (text[at] == quote)
            quote = 0;
        else if (quote == 0 && text.substr(at).starts_with(otherwise)) {
            parts.push_back(trimmed(text.substr(begin, at - begin)));
            begin = at + otherwise.size();
            at = begin - 1;
        }
    }
    parts.push_back(trimmed(text.substr(begin)));
    return parts;
}

Error noExpression(std::string_view text)
{
    return {ErrorKind::Configuration,
            {},
            fmt::format("\"{}\" is no expression", text),
            "Expressions are \"$.path\", \"header:NAME\", \"key\", \"type\", \"topic\", \"partition\", \"offset\", "
            "\"timestamp\", \"'text'\", numbers, \"true\", \"false\" and \"null\".",
            false};
}

/// "'it''s'" -> "it's".
std::optional<std::string> quotedText(std::string_view text)
{
    if (text.size() < 2 || !text.starts_with('\'') || !text.ends_with('\''))
        return std::nullopt;
    std::string plain;
    text = text.substr(1, text.size() - 2);
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\'' && !text.substr(++at).starts_with('\''))
            return std::nullopt;
        plain += text[at];
    }
    return plain;
}

std::optional<EventValue> literalValue(std::string_view text)
{
    if (auto quoted = quotedText(text))
        return EventValue{Kind::Text, *std::move(quoted)};
    if (text == "null")
        return EventValue{Kind::Null, {}};
    if (text == "true" || text == "false")
        return EventValue{Kind::Boolean, std::string(text)};
    if (decimalNegation(text))
        return EventValue{Kind::Number, std::string(text)};
    return std::nullopt;
}

Result<EventValue> textOfBytes(std::string_view bytes)
{
    std::string text = readable(bytes);
    if (text != bytes || text.find('\0') != std::string::npos)
        return tl::unexpected(Error{ErrorKind::InvalidData, {}, "it holds bytes that are no text", {}, false});
    return EventValue{Kind::Text, std::move(text)};
}

Result<EventValue> negationOfValue(const EventValue& value)
{
    auto negated = value.kind == Kind::Number || value.kind == Kind::Text ? decimalNegation(value.text) : std::nullopt;
    if (!negated)
        return tl::unexpected(
            Error{ErrorKind::InvalidData, {}, fmt::format("it is {}, and no number", toString(value.kind)), {}, false});
    return EventValue{Kind::Number, *std::move(negated)};
}

EventValue wholeNumber(std::int64_t number)
{
    return {Kind::Number, std::to_string(number)};
}

} // namespace

Result<EventValue> headerValue(const ProjectedEvent& event, std::string_view name)
{
    const auto last = std::find_if(event.headers.rbegin(), event.headers.rend(),
                                   [&](const RawHeader& header) { return header.name == name; });
    return last == event.headers.rend() || !last->value ? EventValue() : textOfBytes(*last->value);
}

Result<EventExpression::Term> EventExpression::parseTerm(std::string_view text, PayloadPaths& paths)
{
    using Source = Term::Source;
    static const std::pair<std::string_view, Source> words[]{
        {"key", Source::Key},      {"type", Source::Type},           {"topic", Source::Topic},
        {"offset", Source::Place}, {"partition", Source::Partition}, {"timestamp", Source::Timestamp},
        {"keep", Source::Keep}};
    Term term;
    std::string_view place = text;
    if (text.starts_with("-$") || text.starts_with("-header:")) {
        term.negated = true;
        place.remove_prefix(1);
    }
    if (place.starts_with('$')) {
        const auto path = parsePayloadPath(place);
        if (!path)
            return tl::unexpected(path.error());
        term.source = Source::Payload;
        term.path = paths.add(*path);
        return term;
    }
    if (place.starts_with(ofHeader) && place.size() > ofHeader.size()) {
        term.source = Source::Header;
        term.name = place.substr(ofHeader.size());
        return term;
    }
    const auto* const word =
        std::find_if(std::begin(words), std::end(words), [&](const auto& one) { return one.first == text; });
    if (word != std::end(words)) {
        term.source = word->second;
        return term;
    }
    auto literal = literalValue(text);
    if (!literal)
        return tl::unexpected(noExpression(text));
    term.literal = *std::move(literal);
    return term;
}

Result<EventExpression> EventExpression::parse(std::string_view text, PayloadPaths& paths)
{
    EventExpression expression;
    expression.m_text = text;
    for (const auto part : alternatives(text)) {
        auto term = parseTerm(part, paths);
        if (!term)
            return tl::unexpected(term.error());
        expression.m_terms.push_back(*std::move(term));
    }
    const auto keeps = [](const Term& term) { return term.source == Term::Source::Keep; };
    const auto keep = std::find_if(expression.m_terms.begin(), expression.m_terms.end(), keeps);
    if (keep != expression.m_terms.end() &&
        (keep == expression.m_terms.begin() || keep + 1 != expression.m_terms.end()))
        return tl::unexpected(Error{ErrorKind::Configuration,
                                    {},
                                    fmt::format("\"{}\" has \"keep\" in a wrong place", text),
                                    "It may stand at the end only: \"$.total ?? keep\".",
                                    false});
    return expression;
}

Result<EventValue> EventExpression::valueOf(const Term& term, const EventReading& reading)
{
    const auto& event = *reading.event;
    switch (term.source) {
    case Term::Source::Payload:
        return term.path < reading.values.size() ? reading.values[term.path] : EventValue();
    case Term::Source::Header:
        return headerValue(event, term.name);
    case Term::Source::Key:
        return event.key ? textOfBytes(*event.key) : EventValue();
    case Term::Source::Type:
        return reading.type.empty() ? EventValue() : EventValue{Kind::Text, reading.type};
    case Term::Source::Topic:
        return EventValue{Kind::Text, std::string(event.topic)};
    case Term::Source::Partition:
        return wholeNumber(event.partition);
    case Term::Source::Place:
        return wholeNumber(event.offset);
    case Term::Source::Timestamp:
        return event.timestamp ? EventValue{Kind::Text, formatRfc3339(*event.timestamp)} : EventValue();
    case Term::Source::Literal:
    case Term::Source::Keep:
        break;
    }
    return term.literal;
}

Result<std::optional<EventValue>> EventExpression::valueIn(const EventReading& reading) const
{
    for (const auto& term : m_terms) {
        if (term.source == Term::Source::Keep)
            return std::nullopt;
        auto value = valueOf(term, reading);
        if (!value)
            return tl::unexpected(value.error());
        const bool last = &term == &m_terms.back();
        if (value->kind == Kind::Absent || (value->kind == Kind::Null && !last))
            continue;
        if (term.negated && value->kind != Kind::Null)
            value = negationOfValue(*value);
        if (!value)
            return tl::unexpected(value.error());
        return *std::move(value);
    }
    return tl::unexpected(
        Error{ErrorKind::InvalidData,
              {},
              "the event has no such thing",
              fmt::format("Say what is to stand there then: \"{} ?? null\", or \"{} ?? keep\".", m_text, m_text),
              false});
}

bool EventExpression::isRecordKey() const
{
    return m_terms.size() == 1 && m_terms.front().source == Term::Source::Key;
}

} // namespace projectionist
