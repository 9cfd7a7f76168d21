// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/resolvedset.h"

#include <algorithm>

namespace projectionist {

ResolvedLetter resolvedLetterOf(const LetterView& view, std::string reference)
{
    return {std::move(reference), view.arrived ? view.arrived : view.origin.timestamp};
}

std::optional<TimePoint> arrivalOf(const LetterIndex& index, std::size_t row)
{
    for (const auto value : {LetterValue::Arrived, LetterValue::EventTime})
        if (const auto millis = index.rows().at(value, row); millis != absentNumber)
            return TimePoint(Duration(millis));
    return std::nullopt;
}

ResolvedSet::ResolvedSet(const std::vector<ResolvedLetter>& letters,
                         const std::function<std::string(const std::string& reference)>& topicOf)
{
    m_arrivals.reserve(letters.size());
    for (const auto& letter : letters) {
        m_arrivals[letter.reference].push_back(letter.arrived);
        if (auto topic = topicOf(letter.reference); !m_topics.contains(topic))
            m_topics.insert(std::move(topic));
    }
}

bool ResolvedSet::has(const std::string& reference, std::optional<TimePoint> arrived) const
{
    const auto found = m_arrivals.find(reference);
    return found != m_arrivals.end() && std::ranges::find(found->second, arrived) != found->second.end();
}

void ResolvedSet::forEachNotIn(const ResolvedSet& other, const std::function<void(const ResolvedLetter&)>& take) const
{
    for (const auto& [reference, arrivals] : m_arrivals)
        for (const auto& arrived : arrivals)
            if (!other.has(reference, arrived))
                take({reference, arrived});
}

} // namespace projectionist
