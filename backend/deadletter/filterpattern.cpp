// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filterpattern.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

namespace projectionist {

namespace {

constexpr std::int64_t patternMemory = 4 << 20; ///< bytes; a larger expression is refused

RE2::Options patternOptions()
{
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(patternMemory);
    return options;
}

} // namespace

struct FilterPattern::Compiled
{
    explicit Compiled(const std::string& pattern) : expression(pattern, patternOptions()) {}
    RE2 expression;
};

tl::expected<FilterPattern, std::string> FilterPattern::compile(std::string_view pattern)
{
    auto compiled = std::make_shared<const Compiled>(std::string(pattern));
    if (!compiled->expression.ok())
        return tl::make_unexpected(compiled->expression.error());
    return FilterPattern(std::move(compiled));
}

bool FilterPattern::isFoundIn(std::string_view text) const
{
    const re2::StringPiece piece(text.data(), text.size()); // of RE2 or of Abseil, by its version
    return RE2::PartialMatch(piece, m_compiled->expression);
}

} // namespace projectionist
