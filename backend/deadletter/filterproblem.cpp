// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/filterproblem.h"

#include "backend/config/nearest.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace projectionist {

namespace {

/// Columns of a terminal, taking every code point as one.
std::size_t columnsOf(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// The text is the user's own; what could steer the terminal is not repeated.
std::string withoutControls(std::string_view text)
{
    std::string plain(text);
    std::replace_if(
        plain.begin(), plain.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
    return plain;
}

constexpr std::size_t knownAtMost = 12;

} // namespace

std::string toString(const FilterProblem& problem)
{
    return problem.hint.empty() ? problem.message : problem.message + "; " + problem.hint;
}

std::string explainProblems(std::string_view text, const std::vector<FilterProblem>& problems)
{
    std::string explained;
    for (const auto& problem : problems) {
        const std::size_t offset = std::min(problem.offset, text.size());
        const std::size_t before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
        const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
        const std::size_t end = std::min(text.find('\n', offset), text.size());
        const std::size_t marked = std::min(problem.length, end - offset);
        explained += withoutControls(text.substr(start, end - start)) + '\n';
        explained += std::string(columnsOf(text.substr(start, offset - start)), ' ');
        explained += std::string(std::max<std::size_t>(1, columnsOf(text.substr(offset, marked))), '^');
        explained += ' ' + withoutControls(toString(problem)) + '\n';
    }
    return explained;
}

std::string suggestFilterWord(std::string_view word, const std::vector<std::string>& known)
{
    if (const auto nearest = nearestWord(word, known); !nearest.empty())
        return fmt::format("did you mean `{}`?", nearest);
    if (known.empty() || known.size() > knownAtMost)
        return {};
    return fmt::format("known: `{}`", fmt::join(known, "`, `"));
}

} // namespace projectionist
