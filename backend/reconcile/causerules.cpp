// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/causerules.h"

#include "backend/core/format.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <set>

namespace projectionist {

namespace {

constexpr Duration deployCounts{std::chrono::hours(24)}; ///< before the first wrong row; older ones are no suspects

/// How the row stands to the last event of its key.
enum class RowStand : std::uint8_t
{
    NotTold,
    Older,
    Same,
    Newer
};

template<typename Number>
RowStand standOf(Number row, Number event)
{
    return row < event ? RowStand::Older : row > event ? RowStand::Newer : RowStand::Same;
}

bool tellsPlaceIn(const RowState& row, const TopicPartition& id)
{
    return row.position && row.partition == id.partition && (row.topic.empty() || row.topic == id.topic);
}

/// Where the row says both, its position counts: versions may be given twice.
RowStand standOf(const RowState& row, const LoggedEvent& event)
{
    if (tellsPlaceIn(row, event.event.id))
        return standOf(*row.position, event.event.offset);
    return row.version && event.version ? standOf(*row.version, *event.version) : RowStand::NotTold;
}

RowStand standOf(const CauseEvidence& evidence)
{
    if (!evidence.row || !evidence.row->found || evidence.events.empty())
        return RowStand::NotTold;
    return standOf(*evidence.row, evidence.events.back());
}

/// "OrderPaid at offset 17 of orders [3]"
std::string placed(const KeyEvent& event)
{
    return fmt::format("{} at offset {} of {}", event.type.empty() ? "the event" : event.type, event.offset,
                       toString(event.id));
}

std::vector<LetterPlace> placesBehind(const CauseEvidence& evidence)
{
    std::vector<LetterPlace> places;
    for (const auto& one : evidence.events)
        if (!evidence.row || !evidence.row->found || standOf(*evidence.row, one) == RowStand::Older)
            places.push_back({one.event.id, one.event.offset});
    return places;
}

/// What a rule says, if it fits: its sentence.
using RuleVerdict = std::optional<std::string>;

RuleVerdict deadLettered(const CauseEvidence& evidence)
{
    if (!evidence.letter)
        return std::nullopt;
    const auto& letter = *evidence.letter;
    const auto& origin = letter.origin;
    // Its very event was applied after all: replayed, or by hand.
    if (evidence.row && origin.exact() && tellsPlaceIn(*evidence.row, {origin.topic, *origin.partition}) &&
        *evidence.row->position == *origin.offset)
        return std::nullopt;
    return fmt::format("{} was dead-lettered{}", letter.eventType.empty() ? "an event of the key" : letter.eventType,
                       letter.arrived ? ' ' + formatDateTime(*letter.arrived) : std::string());
}

RuleVerdict erasedInVain(const CauseEvidence& evidence)
{
    if (evidence.expected || evidence.events.empty() || !evidence.events.back().erases)
        return std::nullopt;
    return fmt::format("{} deletes the row, and it is still there", placed(evidence.events.back().event));
}

RuleVerdict writtenTwice(const CauseEvidence& evidence)
{
    if (!evidence.actual)
        return std::nullopt;
    for (auto one = evidence.events.begin(); one != evidence.events.end(); ++one) {
        const auto again = std::find_if(one + 1, evidence.events.end(), [&](const LoggedEvent& other) {
            return (!one->eventId.empty() && one->eventId == other.eventId) ||
                   (one->version && one->version == other.version);
        });
        if (again != evidence.events.end())
            return fmt::format("{} stands there again at offset {}", placed(one->event), again->event.offset);
    }
    return std::nullopt;
}

RuleVerdict writtenOutOfOrder(const CauseEvidence& evidence)
{
    if (!evidence.actual || standOf(evidence) != RowStand::Same)
        return std::nullopt;
    const auto& last = evidence.events.back();
    const auto newer = std::find_if(evidence.events.begin(), evidence.events.end(), [&](const LoggedEvent& one) {
        return one.version && last.version && *one.version > *last.version;
    });
    if (newer == evidence.events.end())
        return std::nullopt;
    return fmt::format("version {} was written behind version {}, and the row holds it", *last.version,
                       *newer->version);
}

RuleVerdict passedWithoutRow(const CauseEvidence& evidence)
{
    const bool none = !evidence.actual && (!evidence.row || !evidence.row->found);
    if (!evidence.passed || !none || evidence.events.empty() || evidence.events.back().erases)
        return std::nullopt;
    return fmt::format("{} was passed, and there is no row", placed(evidence.events.back().event));
}

RuleVerdict passedWithoutChange(const CauseEvidence& evidence)
{
    if (!evidence.passed || standOf(evidence) != RowStand::Older)
        return std::nullopt;
    return fmt::format("{} was passed, and the row holds an older event", placed(evidence.events.back().event));
}

RuleVerdict appliedAndWrong(const CauseEvidence& evidence)
{
    if (standOf(evidence) != RowStand::Same)
        return std::nullopt;
    const std::string last = placed(evidence.events.back().event) + " was applied, and ";
    if (evidence.actual && evidence.expected)
        return last + "the row is wrong: a bug of the handler, an earlier event passed over or applied twice, or a "
                      "change by hand";
    return last + (evidence.actual ? "the row should be gone: a bug of the handler, or a type that erase_events lacks"
                                   : "there is no row: a bug of the handler, or a change by hand");
}

RuleVerdict nothingInTheLog(const CauseEvidence& evidence)
{
    if (!evidence.events.empty() || !evidence.logGap.empty())
        return std::nullopt;
    return std::string("the log holds no event of this key: ") +
           (evidence.deleted ? "retention has deleted them, or the row was written past the projection"
                             : "the row was written past the projection, or its events have another key");
}

struct Rule
{
    const char* name;
    DriftCause cause;
    RuleVerdict (*fits)(const CauseEvidence&);
    bool skips; ///< it tells which events were passed over
};

/// What is certain comes before what is likely.
constexpr std::array rules{
    Rule{"an event of the key is an open dead letter", DriftCause::DeadLetter, &deadLettered, false},
    Rule{"the key's last event deletes the row", DriftCause::EraseNotHandled, &erasedInVain, false},
    Rule{"the log holds an event of the key twice", DriftCause::AppliedTwice, &writtenTwice, false},
    Rule{"the log holds the key's events in another order than their versions", DriftCause::OutOfOrder,
         &writtenOutOfOrder, false},
    Rule{"the projection is past the key's events, and there is no row", DriftCause::SkippedEvents, &passedWithoutRow,
         true},
    Rule{"the projection is past the key's last event, and the row holds an older one", DriftCause::SkippedEvents,
         &passedWithoutChange, true},
    Rule{"the row holds the key's last event", DriftCause::WrongHandler, &appliedAndWrong, false},
    Rule{"the whole log was searched for the key", DriftCause::NoEvents, &nothingInTheLog, false},
};

std::string whatIsMissing(const CauseEvidence& evidence)
{
    if (evidence.events.empty())
        return "no event of the key was found: " + evidence.logGap;
    const KeyEvent& last = evidence.events.back().event;
    if (standOf(evidence) == RowStand::Newer)
        return fmt::format("the row holds a newer event than {}, the last one that was found{}", placed(last),
                           evidence.logGap.empty() ? std::string() : ": " + evidence.logGap);
    if (!evidence.row)
        return fmt::format("{} is the key's last event, and it is not known which one the row holds: {}", placed(last),
                           evidence.rowGap);
    if (evidence.row->found && standOf(evidence) == RowStand::NotTold)
        return fmt::format("{} is the key's last event, and neither row_query nor event_version tells whether the row "
                           "holds it",
                           placed(last));
    if (!evidence.passed)
        return fmt::format("{} is the key's last event, and it is not known whether the projection is past it",
                           placed(last));
    return fmt::format("the row is as {}, the key's last event, has it", placed(last));
}

} // namespace

FoundCause causeOf(const CauseEvidence& all)
{
    CauseEvidence evidence = all;
    std::erase_if(evidence.events, [&](const LoggedEvent& one) {
        const auto stand = all.row && all.row->found ? standOf(*all.row, one) : RowStand::NotTold;
        return one.ahead && stand != RowStand::Same && stand != RowStand::Newer; // it is yet to be applied
    });
    FoundCause found;
    for (const auto& one : evidence.events)
        found.cause.events.push_back(one.event);
    for (const auto& rule : rules)
        if (auto sentence = rule.fits(evidence)) {
            found.cause.cause = rule.cause;
            found.cause.rule = rule.name;
            found.cause.text = *std::move(sentence);
            if (rule.cause == DriftCause::DeadLetter)
                found.cause.letter = evidence.letter->reference;
            if (rule.skips)
                found.skipped = placesBehind(evidence);
            return found;
        }
    found.cause.rule = "no rule fits";
    found.cause.text = whatIsMissing(evidence);
    return found;
}

void joinGaps(std::vector<FoundCause>& causes)
{
    std::map<LetterPlace, std::size_t> skipped; ///< index into `causes`
    for (std::size_t i = 0; i < causes.size(); ++i)
        for (const auto& place : causes[i].skipped)
            skipped.emplace(place, i);
    for (auto first = skipped.begin(); first != skipped.end();) {
        std::set<std::size_t> keys{first->second};
        auto last = first;
        for (auto next = std::next(first);
             next != skipped.end() && next->first.id == last->first.id && next->first.offset == last->first.offset + 1;
             last = next++)
            keys.insert(next->second);
        const auto behind = std::next(last);
        for (auto one = first; one != behind; ++one)
            if (keys.size() > 1 && one->first == causes[one->second].skipped.back())
                causes[one->second].cause.text +=
                    fmt::format("; a gap of {} keys, offsets {} to {} of {}", keys.size(), first->first.offset,
                                last->first.offset, toString(first->first.id));
        first = behind;
    }
}

void tellDeployments(std::vector<FoundCause>& causes, const std::vector<Deployment>& deployments)
{
    const auto byHandler = [](const FoundCause& one) {
        return one.cause.cause == DriftCause::WrongHandler && !one.cause.events.empty();
    };
    std::optional<TimePoint> first;
    for (const auto& one : causes)
        if (byHandler(one))
            first = std::min(first.value_or(one.cause.events.back().at), one.cause.events.back().at);
    const auto last = std::find_if(deployments.rbegin(), deployments.rend(),
                                   [&](const Deployment& one) { return first && one.at <= *first; });
    if (last == deployments.rend() || *first - last->at > deployCounts)
        return;
    for (auto& one : causes) {
        if (!byHandler(one))
            continue;
        one.cause.text += fmt::format("; {} was deployed {} before the first row with this cause",
                                      last->release.empty() ? "a new version" : "release " + last->release,
                                      formatDuration(*first - last->at));
        one.cause.rule += ", and the last deploy within a day before the first of these events";
    }
}

} // namespace projectionist
