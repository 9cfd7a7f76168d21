// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterexpiry.h"

#include <algorithm>

namespace projectionist {

namespace {

/// How long the topic keeps records by time; nullopt: for ever, or not known.
std::optional<Duration> keptBy(const std::vector<TopicRetention>& retention, const std::string& topic)
{
    const auto found = std::ranges::find(retention, topic, &TopicRetention::topic);
    return found == retention.end() ? std::nullopt : found->keeps;
}

} // namespace

void setExpiry(GroupView& group, const std::vector<TopicRetention>& retention)
{
    const auto sooner = [](std::optional<TimePoint>& expiry, std::optional<TimePoint> from,
                           std::optional<Duration> kept) {
        if (from && kept)
            expiry = std::min(expiry.value_or(TimePoint::max()), *from + *kept);
    };
    const auto& numbers = group.numbers;
    // Some frameworks write the event's own time on the letter, which then expires as early as the event would.
    const auto letterTime = group.example.arrivedBy == ArrivalBasis::Unknown ? numbers.firstEvent : numbers.first;
    for (const auto& topic : group.topics)
        sooner(group.lettersExpire, letterTime, keptBy(retention, topic.name));
    sooner(group.originalsExpire, numbers.firstEvent, keptBy(retention, group.example.origin.topic));
}

} // namespace projectionist
