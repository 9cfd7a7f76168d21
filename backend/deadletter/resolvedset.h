// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/letterview.h"
#include "backend/history/resolvedletters.h"

#include <set>
#include <unordered_map>

namespace projectionist {

/// What a letter is recorded by when it is resolved.
[[nodiscard]] ResolvedLetter resolvedLetterOf(const LetterView& view, std::string reference);
/// What ResolvedLetter::arrived is for a row.
[[nodiscard]] std::optional<TimePoint> arrivalOf(const LetterIndex& index, std::size_t row);

/// Which letters count as resolved. Immutable.
class ResolvedSet
{
public:
    ResolvedSet() = default;
    /// `topicOf`: the topic or table of a reference.
    ResolvedSet(const std::vector<ResolvedLetter>& letters,
                const std::function<std::string(const std::string& reference)>& topicOf);

    /// Whether any letter of the topic or table is resolved.
    [[nodiscard]] bool concerns(std::string_view topic) const { return m_topics.contains(topic); }
    [[nodiscard]] bool has(const std::string& reference, std::optional<TimePoint> arrived) const;
    [[nodiscard]] const std::set<std::string, std::less<>>& topics() const { return m_topics; }
    /// Calls `take` with every letter that is not in `other`.
    void forEachNotIn(const ResolvedSet& other, const std::function<void(const ResolvedLetter&)>& take) const;

private:
    std::unordered_map<std::string, std::vector<std::optional<TimePoint>>> m_arrivals; ///< by reference
    std::set<std::string, std::less<>> m_topics;
};

} // namespace projectionist
