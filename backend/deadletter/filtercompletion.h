// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filterparser.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace projectionist {

/// A value or a name that occurs, and in how many letters.
struct FilterSuggestion
{
    FilterLiteral value; ///< names: a text; places in a list: a number
    std::optional<std::uint64_t> count = {};
};

/// What is known of the letters; asked for what contains `typed`, most frequent first. May answer with more than that,
/// and with as few as are good to show.
class FilterKnowledge
{
public:
    virtual ~FilterKnowledge() = default;
    [[nodiscard]] virtual std::vector<FilterSuggestion> values(const FilterOperand& operand,
                                                               std::string_view typed) const = 0;
    [[nodiscard]] virtual std::vector<FilterSuggestion> headerNames(std::string_view typed) const = 0;
    /// What `parent`, the payload or a part of it, contains.
    [[nodiscard]] virtual std::vector<FilterSuggestion> payloadNames(const FilterOperand& parent,
                                                                     std::string_view typed) const = 0;

protected:
    FilterKnowledge() = default;
    FilterKnowledge(const FilterKnowledge&) = default;
    FilterKnowledge& operator=(const FilterKnowledge&) = default;
};

struct FilterCandidate
{
    enum class Kind : std::uint8_t
    {
        Field, ///< also header( and payload
        Name,  ///< of a header or in the payload
        Operator,
        Value,
        Keyword, ///< and, or, not, exists(
        Symbol   ///< parentheses, brackets, comma
    };
    Kind kind = Kind::Keyword;
    std::string text;                        ///< what is inserted
    std::string label = {};                  ///< what is shown; never escaped, so show it as plain text
    std::string detail = {};                 ///< a description; may be empty
    std::optional<std::uint64_t> count = {}; ///< letters that have it
};

/// The bytes from `offset` on, `length` of them, are what a candidate's text replaces.
struct FilterCompletion
{
    std::size_t offset = 0;
    std::size_t length = 0;
    std::vector<FilterCandidate> candidates; ///< those that begin with what is typed first
};

/// What may come at `cursor`, a byte of the text; nothing where any text may come and none is known.
[[nodiscard]] FilterCompletion completeFilter(std::string_view text, std::size_t cursor, const FilterSchema& schema,
                                              const FilterKnowledge& knowledge);

} // namespace projectionist
