// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterview.h"

#include <algorithm>
#include <map>

namespace projectionist {

namespace {

std::optional<std::int64_t> presentNumber(std::int64_t number)
{
    return number == absentNumber ? std::nullopt : std::optional(number);
}

std::optional<TimePoint> presentTime(std::int64_t millis)
{
    return millis == absentNumber ? std::nullopt : std::optional(TimePoint(Duration(millis)));
}

std::vector<NamedCount> mostFirst(const std::map<std::string_view, std::uint64_t>& counts)
{
    std::vector<NamedCount> sorted;
    for (const auto& [name, count] : counts)
        sorted.push_back({std::string(name), count});
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const NamedCount& a, const NamedCount& b) { return a.count > b.count; });
    return sorted;
}

/// Of the field that `codeOf` takes from each channel.
template<typename CodeOf>
std::vector<NamedCount> namedCounts(const LetterIndex& index, const GroupNumbers& numbers, LetterField field,
                                    CodeOf codeOf)
{
    std::map<std::string_view, std::uint64_t> counts;
    for (const auto& channel : numbers.channels)
        counts[index.textOf(field, codeOf(index.channel(channel.code)))] += channel.count;
    return mostFirst(counts);
}

} // namespace

LetterView viewOf(const LetterIndex& index, std::size_t row)
{
    const LetterRows& rows = index.rows();
    const auto number = [&](LetterValue value) { return rows.at(value, row); };
    const auto text = [&](LetterField field, LetterValue value) {
        const auto code = number(value);
        return code == absentNumber ? std::string()
                                    : std::string(index.textOf(field, static_cast<std::uint32_t>(code)));
    };
    const LetterChannel& channel = index.channel(static_cast<std::uint32_t>(number(LetterValue::Channel)));
    const auto flags = static_cast<std::uint32_t>(number(LetterValue::Flags));
    LetterView view;
    view.row = row;
    view.place = index.placeOf(row);
    view.group = index.groupOf(row);
    view.fingerprint = index.groups().fingerprint(view.group);
    view.state = rows.state(row);
    view.projection = index.textOf(LetterField::Projection, channel.projection);
    view.consumer = index.textOf(LetterField::Consumer, channel.consumer);
    view.exception = text(LetterField::Exception, LetterValue::Exception);
    view.messagePattern = text(LetterField::Pattern, LetterValue::Pattern);
    view.frame = text(LetterField::Frame, LetterValue::Frame);
    view.eventType = text(LetterField::EventType, LetterValue::EventType);
    view.origin.topic = text(LetterField::Origin, LetterValue::Origin);
    if (const auto partition = presentNumber(number(LetterValue::OriginPartition)))
        view.origin.partition = static_cast<std::int32_t>(*partition);
    view.origin.offset = presentNumber(number(LetterValue::OriginOffset));
    view.origin.timestamp = presentTime(number(LetterValue::EventTime));
    view.families = index.familiesOf(row);
    view.hops = static_cast<std::size_t>(number(LetterValue::Hops));
    view.attempts = presentNumber(number(LetterValue::Attempts));
    view.valueSize = presentNumber(number(LetterValue::Size));
    view.arrived = presentTime(number(LetterValue::Arrived));
    view.arrivedBy = static_cast<ArrivalBasis>(number(LetterValue::ArrivedBy));
    view.failedAt = presentTime(number(LetterValue::FailedAt));
    view.nextAttempt = presentTime(number(LetterValue::NextAttempt));
    view.flags = flags & ~(keyCut | patternExact);
    if (!(flags & NullKey))
        view.key = std::string(rows.key(row));
    view.keyCut = (flags & keyCut) != 0;
    return view;
}

GroupView viewOf(const LetterIndex& index, const GroupTally& tally, std::uint32_t group)
{
    GroupView view;
    view.group = group;
    for (const std::uint32_t code : index.groups().membersOf(group))
        view.fingerprints.push_back(index.groups().fingerprint(code));
    view.reason = index.reasonOf(group);
    view.numbers = tally.groups()[group];
    view.arrivalsFrom = tally.arrivalsFrom();
    view.projections = namedCounts(index, view.numbers, LetterField::Projection,
                                   [](const LetterChannel& channel) { return channel.projection; });
    view.consumers = namedCounts(index, view.numbers, LetterField::Consumer,
                                 [](const LetterChannel& channel) { return channel.consumer; });
    view.topics = namedCounts(index, view.numbers, LetterField::Topic,
                              [](const LetterChannel& channel) { return channel.topic; });
    if (view.numbers.count > 0)
        view.example = viewOf(index, view.numbers.newest);
    return view;
}

std::vector<NamedCount> countsByProjection(const LetterIndex& index, const GroupTally& tally)
{
    std::map<std::string, std::uint64_t> counts;
    for (const auto& group : tally.groups())
        for (const auto& channel : group.channels)
            counts[std::string(index.textOf(LetterField::Projection, index.channel(channel.code).projection))] +=
                channel.count;
    std::vector<NamedCount> named;
    for (auto& [name, count] : counts)
        named.push_back({name, count});
    return named;
}

} // namespace projectionist
