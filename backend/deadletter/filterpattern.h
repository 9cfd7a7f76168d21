// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace projectionist {

/// A regular expression of RE2: its time grows with the text's length and not with the expression's tricks, and its
/// memory is bounded. Copies share it; may be used by several threads.
class FilterPattern
{
public:
    /// The error says what is wrong with the expression.
    [[nodiscard]] static tl::expected<FilterPattern, std::string> compile(std::string_view pattern);
    /// Somewhere in the text.
    [[nodiscard]] bool isFoundIn(std::string_view text) const;

private:
    struct Compiled;
    explicit FilterPattern(std::shared_ptr<const Compiled> compiled) : m_compiled(std::move(compiled)) {}
    std::shared_ptr<const Compiled> m_compiled;
};

} // namespace projectionist
