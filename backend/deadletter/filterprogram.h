// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filterpredicate.h"
#include "backend/deadletter/filterschema.h"

#include <optional>
#include <variant>
#include <vector>

namespace projectionist {

/// One step of a compiled filter.
struct FilterStep
{
    enum class Join : std::uint8_t
    {
        And, ///< without children: every row
        Or,
        Not ///< of one child
    };
    struct Group
    {
        Join join; // without an initialiser, which would keep FilterStep from having a default: And
        std::vector<FilterStep> children; ///< cheap ones first
    };
    /// A column of numbers.
    struct Numbers
    {
        std::size_t field = 0;
        FilterIntervals passing;
    };
    /// A column of texts; each distinct text is tested once.
    struct Texts
    {
        std::size_t field = 0;
        TextPredicate passes;
        bool whenAbsent = false;
        std::size_t table = 0; ///< where FilterRun remembers the answers
    };
    /// What each letter must be asked.
    struct Lookup
    {
        FilterOperand operand;
        std::optional<ValuePredicate> passes; ///< none: that it exists
    };
    std::variant<Group, Numbers, Texts, Lookup> what;
};

/// A compiled filter: immutable, may be shared by threads. Ages and days are those of the moment when it was compiled:
/// compile again every now and then if isTimeDependent().
class FilterProgram
{
public:
    /// `tree`: of an analysis without problems by the same schema; none lets every letter pass.
    FilterProgram(const std::optional<FilterNode>& tree, const FilterSchema& schema, const FilterMoment& moment);

    [[nodiscard]] const FilterStep& root() const { return m_root; }
    /// How many Texts steps there are.
    [[nodiscard]] std::size_t tableCount() const { return m_tables; }
    /// All that is looked up letter by letter, each once; empty if the index alone can answer.
    [[nodiscard]] const std::vector<FilterOperand>& lookups() const { return m_lookups; }
    [[nodiscard]] bool asksHeaders() const { return asks(FilterOperand::Kind::Header); }
    [[nodiscard]] bool asksPayload() const { return asks(FilterOperand::Kind::Payload); }
    [[nodiscard]] bool isTimeDependent() const { return m_timeDependent; }

private:
    [[nodiscard]] bool asks(FilterOperand::Kind kind) const;

    std::vector<FilterOperand> m_lookups;
    std::size_t m_tables = 0;
    bool m_timeDependent = false;
    FilterStep m_root;
};

} // namespace projectionist
