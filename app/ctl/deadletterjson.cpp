// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/deadletterlook.h"
#include "backend/core/base64.h"
#include "backend/core/format.h"
#include "backend/deadletter/letterescape.h"

namespace projectionist::ctl {

namespace {

Json reasonJson(const GroupReason& reason)
{
    return {{"version", reason.version},           {"exception", wordJson(reason.exception)},
            {"frame", wordJson(reason.frame)},     {"message", wordJson(reason.message)},
            {"event", wordJson(reason.eventType)}, {"origin", wordJson(reason.origin)},
            {"rule", wordJson(reason.rule)}};
}

Json countsJson(const std::vector<NamedCount>& counts)
{
    Json json = Json::array();
    for (const auto& count : counts)
        json.push_back({{"name", wordJson(count.name)}, {"letters", count.count}});
    return json;
}

Json failureJson(const Failure& failure)
{
    Json chain = Json::array();
    for (const auto& cause : failure.chain) {
        Json frames = Json::array();
        for (const auto& frame : cause.frames)
            frames.push_back({{"text", frame.text}, {"library", frame.library}});
        chain.push_back({{"exception", cause.exception},
                         {"message", cause.message},
                         {"wrapper", cause.wrapper},
                         {"suppressed", cause.suppressed},
                         {"frames", std::move(frames)},
                         {"omitted", cause.omitted}});
    }
    return {{"exception", wordJson(failure.exception)},
            {"message", failure.message},
            {"frame", wordJson(failure.frame)},
            {"thrown", wordJson(failure.thrown)},
            {"thrown_message", failure.thrownMessage},
            {"found_in", wordJson(failure.foundIn)},
            {"chain", std::move(chain)},
            {"stack_trace", failure.stackTrace}};
}

Json hopsJson(const std::vector<FailureHop>& hops)
{
    Json json = Json::array();
    for (const auto& hop : hops)
        json.push_back({{"family", hop.family},
                        {"from", originJson(hop.from)},
                        {"consumer", wordJson(hop.consumer)},
                        {"stage", wordJson(hop.stage)},
                        {"exception", wordJson(hop.exception)},
                        {"message", hop.message},
                        {"tries", orNull(hop.attempts)},
                        {"failed_at", timeJson(hop.failedAt)}});
    return json;
}

} // namespace

Json toJson(const GroupView& group)
{
    const auto& numbers = group.numbers;
    Json fingerprints = Json::array();
    for (const auto fingerprint : group.fingerprints)
        fingerprints.push_back(fingerprintText(fingerprint));
    return {{"group", fingerprints.empty() ? Json() : fingerprints.front()},
            {"letters", numbers.count},
            {"exception", wordJson(group.example.exception)},
            {"frame", wordJson(group.example.frame)},
            {"message_pattern", wordJson(group.example.messagePattern)},
            {"event", wordJson(group.example.eventType)},
            {"projections", countsJson(group.projections)},
            {"consumers", countsJson(group.consumers)},
            {"topics", countsJson(group.topics)},
            {"first", timeJson(numbers.first)},
            {"last", timeJson(numbers.last)},
            {"undated", numbers.undated},
            {"fewest_tries", orNull(numbers.fewestAttempts)},
            {"most_tries", orNull(numbers.mostAttempts)},
            {"arrivals_from", formatRfc3339(group.arrivalsFrom)},
            {"arrivals_by_hour", numbers.arrivals},
            {"because", reasonJson(group.reason)},
            {"fingerprints", std::move(fingerprints)}};
}

Json toJson(const OpenedLetter& opened, const DeadLetterLook& look)
{
    const DeadLetter& letter = *opened.letter;
    Json json{{"reference", opened.reference},
              {"projection", wordJson(opened.projection)},
              {"consumer", wordJson(letter.consumer)},
              {"event", wordJson(letter.eventType)},
              {"event_id", wordJson(letter.eventId)},
              {"event_time", timeJson(letter.eventTime)},
              {"arrived", timeJson(letter.arrived)},
              {"arrived_by", basisWord(letter.arrivedBy)},
              {"failed_at", timeJson(letter.failedAt)},
              {"next_attempt", timeJson(letter.nextAttempt)},
              {"tries", orNull(letter.attempts)},
              {"origin", originJson(letter.origin)},
              {"group", fingerprintText(letter.fingerprint)},
              {"because", reasonJson(letter.reason)},
              {"families", letter.families},
              {"notes", flagNotes(letter.flags)},
              {"failure", failureJson(letter.failure)},
              {"path", hopsJson(letter.hops)}};
    setBytes(json, "key", shownKey(letter.key, opened.decoded, look));
    addContent(json, letter, look, opened.decoded);
    return json;
}

Json comparisonJson(const OpenedLetter& opened, const FetchedOriginal& fetched, const DeadLetterLook& look)
{
    const StoredLetter& original = *fetched.record;
    Json parts = Json::array();
    for (const auto& part : compareParts(opened, fetched))
        parts.push_back({{"part", part.name}, {"outcome", toString(part.outcome)}});
    Json json{{"timestamp", timeJson(original.record.timestamp)}};
    setBytes(json, "key", shownKey(original.record.key, fetched.decoded, look));
    json["payload"] = payloadJson(original.record.value, original.valueSize, fetched.decoded, look);
    json["compared"] = std::move(parts);
    return json;
}

} // namespace projectionist::ctl
