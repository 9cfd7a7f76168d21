// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/projector/payloadpaths.h"
#include "backend/projector/projectedevent.h"

namespace projectionist {

/// One expression of a declaration, see ColumnExpression. Immutable.
class EventExpression
{
public:
    /// Places in the payload are added to `paths`. An Error tells why and what to do; what failed is the caller's.
    [[nodiscard]] static Result<EventExpression> parse(std::string_view text, PayloadPaths& paths);

    /// nullopt: "keep". Never Absent; an Error (likewise) where nothing is there and the expression does not say what
    /// then.
    [[nodiscard]] Result<std::optional<EventValue>> valueIn(const EventReading& reading) const;
    /// Nothing else than the record's key.
    [[nodiscard]] bool isRecordKey() const;
    /// "$.total", as it was written.
    [[nodiscard]] const std::string& text() const { return m_text; }

private:
    struct Term
    {
        enum class Source : std::uint8_t
        {
            Payload,
            Header,
            Key,
            Type,
            Topic,
            Partition,
            Place,
            Timestamp,
            Literal,
            Keep
        };
        Source source = Source::Literal;
        bool negated = false;
        std::size_t path = 0; ///< of Payload, see PayloadPaths
        std::string name{};   ///< of Header
        EventValue literal{};
    };
    [[nodiscard]] static Result<Term> parseTerm(std::string_view text, PayloadPaths& paths);
    [[nodiscard]] static Result<EventValue> valueOf(const Term& term, const EventReading& reading);

    std::string m_text;
    std::vector<Term> m_terms; ///< the first that is there counts
};

/// Of headers with the same name the last; Absent if there is none or it is null, an Error if it is no text.
[[nodiscard]] Result<EventValue> headerValue(const ProjectedEvent& event, std::string_view name);

} // namespace projectionist
