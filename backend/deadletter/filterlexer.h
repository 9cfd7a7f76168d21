// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filterproblem.h"
#include "backend/deadletter/filtertree.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace projectionist {

enum class FilterTokenKind : std::uint8_t
{
    End,
    Word,
    Text,  ///< in quotes
    Value, ///< a number, duration or time
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    Comma,
    Dot,
    Broken ///< a character that means nothing here
};

struct FilterToken
{
    FilterTokenKind kind = FilterTokenKind::End;
    std::size_t offset = 0;
    std::size_t length = 0;
    std::string_view source;            ///< the text itself, or for `&&` and the like what should stand there
    std::optional<FilterLiteral> value; ///< of Text and Value; none if it is broken
    bool closed = true;                 ///< of Text: its second quote is there

    /// Keywords may be written in any case.
    [[nodiscard]] bool is(std::string_view keyword) const;
};

struct FilterTokens
{
    std::vector<FilterToken> tokens; ///< the last is End
    std::vector<FilterProblem> problems;
};

/// Never fails: what cannot be understood is reported, and stands in for what was most likely meant. The tokens refer
/// to `text`.
[[nodiscard]] FilterTokens lexFilter(std::string_view text);

/// Whether a name can follow `payload.` as it is, or needs brackets and quotes.
[[nodiscard]] bool isFilterName(std::string_view name);

} // namespace projectionist
