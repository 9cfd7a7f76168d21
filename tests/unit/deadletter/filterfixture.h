// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/filterparser.h"
#include "backend/deadletter/filterprinter.h"

#include <string>

namespace projectionist {

/// A schema with a field of every type.
inline FilterSchema filterTestSchema()
{
    return FilterSchema({
        {"projection", FilterType::Text, "the projection that failed"},
        {"exception", FilterType::Text, "class of the root cause"},
        {"topic", FilterType::Text, "topic of the original"},
        {"state", FilterType::Enumeration, "what was done with it", {"open", "replayed", "resolved"}},
        {"tries", FilterType::Number, "how often it was tried"},
        {"delay", FilterType::Span, "between the event and its failure"},
        {"failed", FilterType::Time, "when it failed"},
        {"masked", FilterType::Boolean, "whether the payload is masked"},
        {"age", FilterType::Span, "time since it failed", {}, true, "failed"},
        {"customer", FilterType::Text, "from the payload", {}, false},
        {"amount", FilterType::Number, "from the payload", {}, false},
    });
}

/// 2026-11-21T14:00:00Z.
inline constexpr TimePoint filterTestNow{Duration(1'795'269'600'000)};

/// The canonical text, or "offset+length message; hint" of every problem, one a line.
inline std::string canonicalOrProblems(std::string_view text)
{
    const auto analysis = analyseFilter(text, filterTestSchema());
    if (analysis.ok())
        return analysis.tree ? printFilter(*analysis.tree) : "";
    std::string problems;
    for (const auto& problem : analysis.problems)
        problems += (problems.empty() ? "" : "\n") + std::to_string(problem.offset) + '+' +
                    std::to_string(problem.length) + ' ' + toString(problem);
    return problems;
}

} // namespace projectionist
