// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/outgoing.h"

#include "backend/deadletter/characters.h"
#include "backend/deadletter/decode.h"
#include "backend/deadletter/hash.h"
#include "backend/deadletter/headervalue.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <set>

namespace projectionist {

namespace {

/// Whether a header is one of ours, by whatever framework it was copied.
bool isCopyOf(std::string_view name, std::string_view ours)
{
    if (name.size() < ours.size())
        return false;
    name.remove_prefix(name.size() - ours.size());
    return std::equal(name.begin(), name.end(), ours.begin(), [](char theirs, char own) {
        return lowerCase(theirs) == own || (own == '-' && (theirs == '_' || theirs == '.'));
    });
}

bool isReplayHeader(std::string_view name)
{
    return isCopyOf(name, replayIdHeader) || isCopyOf(name, replayAttemptHeader) || isCopyOf(name, replayOfHeader);
}

/// Some frameworks write texts as JSON.
std::string unquoted(std::string_view value)
{
    return jsonText(value).value_or(std::string(value));
}

/// 0 if it is no number, as we write them.
std::uint64_t decimalOf(std::string_view text)
{
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

bool has(const std::vector<std::string>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

const Record* originalOf(const ReplayLetter& letter, OriginalNeed need)
{
    return originalNeed(letter.stored, letter.letter) >= need && letter.original ? &letter.original->record : nullptr;
}

/// Of a record's letter, whose names decoding made readable; those inside of the value come last.
std::vector<Header> headersOfLetter(const ReplayLetter& letter)
{
    std::vector<Header> headers = letter.stored.record.headers;
    for (std::size_t i = headers.size(); i < letter.letter.headers.size(); ++i)
        headers.push_back({letter.letter.headers[i].name, letter.letter.headers[i].value});
    return headers;
}

/// That stand neither in the letter's record nor in that of the event.
std::vector<Header> eventHeaders(const ReplayLetter& letter)
{
    if (!letter.letter.envelopeHeaders)
        return letter.stored.eventHeaders;
    std::vector<Header> headers;
    for (const auto& header : std::span(letter.letter.headers).last(*letter.letter.envelopeHeaders))
        headers.push_back({header.name, header.value});
    return headers;
}

Error cannot(const PlannedLetter& planned, ErrorKind kind, std::string why, std::string next)
{
    return {kind, fmt::format("The letter {} cannot be replayed", planned.reference), std::move(why), std::move(next),
            false};
}

} // namespace

std::string replayIdText(const std::string& plan, std::size_t index)
{
    return fmt::format("{}/{}", plan, index);
}

std::optional<ReplayId> parseReplayId(std::string_view text)
{
    const auto slash = text.rfind('/');
    if (slash == std::string_view::npos || slash == 0)
        return std::nullopt;
    ReplayId id{std::string(text.substr(0, slash)), 0};
    const auto* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data() + slash + 1, end, id.index);
    return error == std::errc() && at == end ? std::optional(id) : std::nullopt;
}

int formerReplays(std::span<const Header> headers)
{
    constexpr std::uint64_t mostTold = 1'000'000; // whatever strangers write
    std::uint64_t attempts = 0;
    std::set<std::string> ids;
    for (const auto& header : headers) {
        if (!header.value)
            continue;
        const std::string value = unquoted(*header.value);
        if (isCopyOf(header.name, replayAttemptHeader))
            attempts = std::max(attempts, std::min(decimalOf(value), mostTold));
        else if (isCopyOf(header.name, replayIdHeader))
            ids.insert(value);
    }
    return static_cast<int>(std::max<std::uint64_t>(attempts, ids.size()));
}

std::uint64_t letterDigest(const Record& letter)
{
    const auto part = [](const std::optional<std::string>& bytes, std::uint64_t seed) {
        return bytes ? hashOf(*bytes, seed + 1) : seed;
    };
    return part(letter.value, part(letter.key, 0) ^ 0x5bd1e995);
}

OriginalNeed originalNeed(const StoredLetter& stored, const DeadLetter& letter)
{
    if (letter.flags & (PayloadMissing | PayloadCut))
        return OriginalNeed::Payload;
    const bool headersLost = !stored.table.empty() && stored.eventHeaders.empty() && letter.origin.exact();
    return headersLost ? OriginalNeed::Headers : OriginalNeed::None;
}

int formerReplays(const ReplayLetter& letter)
{
    const auto* const original = originalOf(letter, OriginalNeed::Headers);
    const int own = std::max(formerReplays(headersOfLetter(letter)), formerReplays(eventHeaders(letter)));
    return original ? std::max(own, formerReplays(original->headers)) : own;
}

const std::optional<std::string>& eventKey(const ReplayLetter& letter)
{
    const auto* const original = originalOf(letter, OriginalNeed::Payload);
    return original && !letter.letter.key ? original->key : letter.letter.key;
}

OutgoingMaker::OutgoingMaker(const ReplayPlan& plan, std::shared_ptr<const DecodeRules> rules)
    : m_plan(plan), m_rules(std::move(rules)), m_scanner(m_rules)
{
}

Result<void> OutgoingMaker::checkLetter(const PlannedLetter& planned, const ReplayLetter& letter) const
{
    if (letter.stored.table == "wolverine-table")
        return tl::unexpected(cannot(planned, ErrorKind::Configuration,
                                     "Wolverine keeps the event within an envelope of its own",
                                     "Set the row's column replayable to true: Wolverine then replays it itself"));
    if (planned.replays >= ReplayPlan::mostReplays)
        return tl::unexpected(cannot(planned, ErrorKind::Conflict,
                                     fmt::format("it was replayed {} times before, and failed again", planned.replays),
                                     "Mend what makes it fail; a third replay is refused"));
    const bool needed = originalNeed(letter.stored, letter.letter) == OriginalNeed::Payload;
    if (needed && !letter.original && !planned.edited)
        return tl::unexpected(cannot(planned, ErrorKind::NotFound,
                                     letter.letter.origin.exact()
                                         ? "it has no whole payload, and the event that failed is gone"
                                         : "it has no whole payload, and does not tell where the event was",
                                     "Rebuild the projection from its source of truth"));
    return {};
}

/// Topic, partition and time.
Result<void> OutgoingMaker::address(const PlannedLetter& planned, const ReplayLetter& letter,
                                    OutgoingRecord& record) const
{
    const auto& origin = letter.letter.origin;
    record.topic = m_plan.target.kind == ReplayTargetKind::Topic ? m_plan.target.topic : origin.topic;
    if (record.topic.empty() && m_plan.target.kind == ReplayTargetKind::Origin)
        return tl::unexpected(cannot(planned, ErrorKind::InvalidData, "it does not tell which topic it came from",
                                     "Choose a topic as the target"));
    if (m_plan.partition == ReplayPartition::Same && isOfBroker(m_plan.target)) {
        if (!origin.partition)
            return tl::unexpected(cannot(planned, ErrorKind::InvalidData,
                                         "it does not tell which partition it came from",
                                         "Let the key choose the partition"));
        record.partition = origin.partition;
    }
    if (m_plan.timestamp == ReplayTimestamp::Now)
        return {};
    record.timestamp = origin.timestamp ? origin.timestamp : letter.letter.eventTime;
    if (const auto* const original = originalOf(letter, OriginalNeed::Headers); original && !record.timestamp)
        record.timestamp = original->timestamp;
    if (!record.timestamp)
        record.timestamp = letter.stored.record.timestamp;
    return {};
}

bool OutgoingMaker::goes(const DecodedHeader& decoded, const DeadLetter& letter) const
{
    if (!decoded.family.empty())
        return !decoded.ofEvent;
    if (decoded.role == toString(HeaderRole::Attempts)) // a general header: no family's, and never the event's
        return true;
    const auto& families = m_rules->table->families();
    return std::any_of(families.begin(), families.end(), [&](const TableFamily& family) {
        return !family.rules.prefix.empty() && std::string_view(decoded.name).starts_with(family.rules.prefix) &&
               has(letter.families, std::string(family.rules.label));
    });
}

/// `letter` is what `headers` were decoded to.
std::vector<ReplayedHeader> OutgoingMaker::judged(const DeadLetter& letter, std::span<const Header> headers) const
{
    std::vector<ReplayedHeader> judged;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const auto& decoded = letter.headers[i];
        auto& one = judged.emplace_back(ReplayedHeader{headers[i]});
        const bool failure = goes(decoded, letter);
        if (failure)
            one.family = decoded.family;
        const bool kept = has(m_plan.headers.keep, one.header.name);
        const bool dropped = has(m_plan.headers.drop, one.header.name) || (failure && m_plan.headers.stripFailure);
        if (isReplayHeader(one.header.name) || (dropped && !kept))
            one.fate = HeaderFate::Goes;
    }
    return judged;
}

std::vector<ReplayedHeader> OutgoingMaker::headersOf(const ReplayLetter& letter)
{
    const auto* const original = originalOf(letter, OriginalNeed::Headers);
    if (!original && letter.stored.table.empty() && !letter.letter.envelopeHeaders)
        return judged(letter.letter, headersOfLetter(letter));
    // What failed was a record too, perhaps one of a retry topic with such headers of its own.
    const Record event{{}, 0, {}, false, {}, {}, original ? original->headers : eventHeaders(letter)};
    std::vector<RawHeader> views;
    return judged(decode(m_scanner, viewOf(event, views)), event.headers);
}

Result<OutgoingRecord> OutgoingMaker::make(const PlannedLetter& planned, std::size_t index, const ReplayLetter& letter)
{
    auto made = preview(planned, index, letter);
    if (!made)
        return tl::unexpected(made.error());
    return std::move(made->after);
}

Result<ReplayPreview> OutgoingMaker::preview(const PlannedLetter& planned, std::size_t index,
                                             const ReplayLetter& letter)
{
    ReplayPreview preview;
    auto& after = preview.after;
    auto checked = checkLetter(planned, letter);
    if (checked)
        checked = address(planned, letter, after);
    if (!checked)
        return tl::unexpected(checked.error());
    const auto* const whole = originalOf(letter, OriginalNeed::Payload);
    preview.reference = planned.reference;
    preview.before = letter.stored.record;
    preview.table = planned.table;
    preview.originalValue = whole != nullptr;
    preview.edited = planned.edited.has_value();
    after.key = eventKey(letter);
    preview.unedited = whole ? whole->value : letter.letter.value;
    after.value = planned.edited ? planned.edited : preview.unedited;
    preview.headers = headersOf(letter);
    const auto add = [&](std::string_view name, std::string value) {
        preview.headers.push_back({{std::string(name), std::move(value)}, HeaderFate::New});
    };
    for (const auto& [name, value] : m_plan.headers.add)
        add(name, value);
    add(replayIdHeader, replayIdText(m_plan.id, index));
    add(replayAttemptHeader, std::to_string(planned.replays + 1));
    add(replayOfHeader, planned.reference);
    for (const auto& header : preview.headers)
        if (header.fate != HeaderFate::Goes)
            after.headers.push_back(header.header);
    return preview;
}

} // namespace projectionist
