// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replayplanner.h"

#include "backend/core/format.h"
#include "backend/deadletter/replay/editedvalue.h"
#include "backend/deadletter/replay/replaychecks.h"
#include "backend/deadletter/replay/replayedletters.h"
#include "backend/deadletter/replay/replayground.h"
#include "backend/deadletter/replay/replayorder.h"
#include "backend/deadletter/replay/replaytrace.h"
#include "backend/deadletter/topicpatterns.h"

#include <algorithm>
#include <fmt/format.h>
#include <random>
#include <set>
#include <tuple>

namespace projectionist {

namespace {

constexpr Duration headsTimeout{10'000};

/// Why a letter that was chosen is not in the plan.
enum class LeftOut : std::uint8_t
{
    Gone,
    Unreadable,
    PayloadGone,
    TooOften,
    NoOrigin,
    SameEvent,
    Other
};

const char* sentenceOf(LeftOut reason)
{
    switch (reason) {
    case LeftOut::Gone:
        return "no longer there";
    case LeftOut::Unreadable:
        return "not to be read at present";
    case LeftOut::PayloadGone:
        return "no whole payload, and the event is gone from the log";
    case LeftOut::TooOften:
        return "replayed twice before and failed again, and a third replay is refused";
    case LeftOut::NoOrigin:
        return "nothing tells where the event came from";
    case LeftOut::SameEvent:
        return "another letter of the plan holds the same event, which is sent once";
    case LeftOut::Other:
        break;
    }
    return "not to be sent";
}

LeftOut reasonOf(const Error& error)
{
    switch (error.kind) {
    case ErrorKind::Conflict:
        return LeftOut::TooOften;
    case ErrorKind::NotFound:
        return LeftOut::PayloadGone;
    case ErrorKind::InvalidData:
        return LeftOut::NoOrigin;
    default:
        return LeftOut::Other;
    }
}

bool isTable(const ContextSettings& context, const std::string& topic)
{
    return std::any_of(context.deadLetters.tables.begin(), context.deadLetters.tables.end(),
                       [&](const auto& table) { return table.name == topic; });
}

LetterInLine lineOfCandidate(const ReplayCandidate& candidate, const ReplayTarget& target)
{
    LetterInLine line;
    line.reference = candidate.reference;
    line.topic = target.kind == ReplayTargetKind::Topic ? target.topic : candidate.origin.topic;
    line.key = candidate.key;
    line.keyCut = candidate.keyCut;
    line.origin = candidate.origin;
    line.arrived = candidate.arrived.value_or(TimePoint());
    line.place = candidate.place;
    line.projection = candidate.projection;
    return line;
}

class Planner
{
public:
    Planner(const Workspace& workspace, const ContextSettings& context, ReplayRequest request,
            const ReplayConnectors& connectors, const Clock& clock, std::shared_ptr<const DecodeRules> rules)
        : m_workspace(workspace)
        , m_context(context)
        , m_request(std::move(request))
        , m_connectors(connectors)
        , m_owners(workspace, context.name)
        , m_reader(workspace, context.name, connectors, rules)
        , m_plan(std::move(m_request.draft))
        , m_maker(m_plan, std::move(rules))
        , m_numbers(m_cluster)
    {
        m_plan.made = clock.now();
        m_plan.dryRun = {};
        m_plan.dryRun.at = m_plan.made;
        m_plan.production = context.environment == Environment::Production;
        if (m_plan.id.empty())
            m_plan.id = newReplayPlanId(m_plan.made);
    }

    Result<ReplayPlan> plan(const std::stop_token& stop)
    {
        auto target = brokerOfReplay(m_reader, m_context);
        if (!target)
            return tl::unexpected(target.error());
        Broker* const broker = target->first;
        m_cluster = std::move(target->second);
        m_plan.cluster = m_cluster.id;
        if (auto read = readLetters(stop); !read)
            return tl::unexpected(read.error());
        putInOrder();
        if (broker) {
            auto heads = readHeads(*broker, targetTopicsOf(m_plan), headsTimeout, true);
            if (!heads)
                return tl::unexpected(heads.error());
            m_plan.targetHeads = *std::move(heads);
        }
        findProjection();
        sayWhatIsLeftOut();
        m_plan.dryRun.bytes = m_numbers.numbers().bytes;
        for (const auto& other : replayedByOthers(m_request.journals, m_plan, {}))
            m_plan.dryRun.warnings.push_back(fmt::format("{} replayed before by the plan {}: {}",
                                                         countOfLetters(other.letters.size()), other.plan,
                                                         someOf(other.letters)));
        checkReplayRules(m_plan, m_context);
        checkReplayTarget(m_plan, m_workspace, m_numbers.numbers(), m_cluster, broker, m_connectors, stop);
        warnOfReplay(m_plan, m_leftOut[LeftOut::Gone].size() + m_leftOut[LeftOut::PayloadGone].size());
        if (stop.stop_requested())
            return tl::unexpected(Error{ErrorKind::Cancelled, "The plan was not finished", "it was stopped", "", true});
        return std::move(m_plan);
    }

private:
    struct Entry
    {
        PlannedLetter letter;
        LetterInLine line;
        std::string consumer;
    };

    Result<void> readLetters(const std::stop_token& stop)
    {
        std::set<std::string> named;
        std::erase_if(m_request.letters,
                      [&](const ReplayCandidate& letter) { return !named.insert(letter.reference).second; });
        std::vector<PlannedLetter> drafts;
        for (const auto& candidate : m_request.letters) {
            auto& draft = drafts.emplace_back();
            draft.reference = candidate.reference;
            draft.place = candidate.place;
            draft.table = candidate.table;
            draft.verdict = candidate.verdict;
            draft.why = candidate.why;
            draft.edited = candidate.edited;
            if (m_plan.reprojection)
                draft.origin = candidate.origin;
        }
        std::size_t done = 0;
        return m_reader.read(
            drafts,
            [&](std::size_t index, const Result<ReplayLetter>& letter) {
                take(m_request.letters[index], std::move(drafts[index]), letter);
                if (m_request.progress)
                    m_request.progress(++done, drafts.size());
            },
            stop);
    }

    void take(const ReplayCandidate& candidate, PlannedLetter planned, const Result<ReplayLetter>& letter)
    {
        if (!letter)
            return leaveOut(candidate, letter.error().kind == ErrorKind::NotFound ? LeftOut::Gone : LeftOut::Unreadable,
                            letter.error());
        const auto& decoded = letter->letter;
        planned.origin = decoded.origin;
        planned.key = eventKey(*letter);
        planned.fingerprint = candidate.fingerprint != 0 ? candidate.fingerprint : decoded.fingerprint;
        planned.digest = letterDigest(letter->stored.record);
        planned.eventType = decoded.eventType;
        planned.eventId = decoded.eventId;
        planned.replays = isEvent(planned) ? 0 : formerReplays(*letter); // it may be the copy that a replay wrote
        // The number within the id is not known before all are in order: the longest there can be.
        const auto record = m_maker.make(planned, m_request.letters.size(), *letter);
        if (!record)
            return leaveOut(candidate, reasonOf(record.error()), record.error());
        const auto& origin = planned.origin;
        if (origin.exact() && !m_events.emplace(origin.topic, *origin.partition, *origin.offset).second)
            return leaveOut(candidate, LeftOut::SameEvent, {});
        m_numbers.add(*record, *letter);
        checkEdited(planned, *letter);
        auto line = lineOf(candidate);
        line.key = planned.key;
        line.keyCut = false;
        line.origin = planned.origin;
        line.topic = record->topic;
        if (!candidate.arrived)
            line.arrived = decoded.arrived ? *decoded.arrived : letter->stored.record.timestamp.value_or(TimePoint());
        m_entries.push_back({std::move(planned), std::move(line), decoded.consumer});
    }

    void checkEdited(const PlannedLetter& planned, const ReplayLetter& letter)
    {
        if (!planned.edited || !m_context.deadLetters.editBeforeReplay)
            return;
        auto unedited = planned;
        unedited.edited.reset();
        const auto before = m_maker.make(unedited, m_request.letters.size(), letter);
        const auto value = before ? std::optional(before->value.value_or(std::string())) : std::nullopt;
        if (const auto why = whyNotEdited(value, *planned.edited))
            m_plan.dryRun.refusals.push_back(fmt::format("The edited value of {} {}", planned.reference, *why));
    }

    void leaveOut(const ReplayCandidate& candidate, LeftOut reason, const Error& error)
    {
        m_leftOut[reason].push_back(candidate.reference);
        if (reason == LeftOut::Unreadable || reason == LeftOut::Other)
            m_why.try_emplace(reason, error.why);
        if (reason == LeftOut::SameEvent)
            return;
        m_staying.push_back(lineOf(candidate));
    }

    [[nodiscard]] LetterInLine lineOf(const ReplayCandidate& candidate) const
    {
        LetterInLine line = lineOfCandidate(candidate, m_plan.target);
        if (line.projection.empty())
            if (const auto owner = m_owners.ownerOf(candidate.place.id.topic, candidate.consumer))
                line.projection = m_owners.projections()[*owner].name;
        return line;
    }

    void putInOrder()
    {
        std::vector<LetterInLine> lines;
        for (auto& entry : m_entries)
            lines.push_back(entry.line);
        std::vector<LetterInLine> ordered;
        for (const auto at : orderOf(lines)) {
            m_plan.letters.push_back(std::move(m_entries[at].letter));
            ordered.push_back(std::move(lines[at]));
        }
        for (const auto& candidate : m_request.others)
            m_staying.push_back(lineOf(candidate));
        m_plan.leftBehind = lettersLeftBehind(ordered, m_staying);
    }

    /// Of a reprojection key by key, so that a row is wrong no longer than need be.
    [[nodiscard]] std::vector<std::size_t> orderOf(const std::vector<LetterInLine>& lines) const
    {
        auto order = orderOfReplay(lines);
        if (!m_plan.reprojection)
            return order;
        std::map<std::string, std::size_t> turns;
        for (const auto& key : m_plan.reprojection->keys)
            turns.emplace(key.events, turns.size());
        std::ranges::stable_sort(order, {}, [&](std::size_t at) {
            const auto turn = turns.find(lines[at].key.value_or(std::string()));
            return turn == turns.end() ? turns.size() : turn->second;
        });
        return order;
    }

    /// Whose letters these are, where they are all of one; and the group that tells whether it passed them.
    void findProjection()
    {
        std::set<std::string> projections;
        std::set<std::string> consumers;
        for (const auto& entry : m_entries) {
            projections.insert(entry.line.projection);
            consumers.insert(entry.consumer);
        }
        if (projections.size() == 1)
            m_plan.projection = *projections.begin();
        const auto& known = m_owners.projections();
        const auto found =
            std::find_if(known.begin(), known.end(), [&](const auto& one) { return one.name == m_plan.projection; });
        if (found != known.end())
            m_plan.group = found->group;
        else if (consumers.size() == 1)
            m_plan.group = *consumers.begin();
    }

    void sayWhatIsLeftOut()
    {
        auto& dryRun = m_plan.dryRun;
        dryRun.gone = m_leftOut[LeftOut::Gone].size();
        if (!m_plan.letters.empty())
            dryRun.passed.push_back(fmt::format("{} of {} can be read and sent", m_plan.letters.size(),
                                                countOfLetters(m_request.letters.size())));
        for (const auto& [reason, references] : m_leftOut) {
            if (references.empty())
                continue;
            std::string text = fmt::format("{} left out: {}", countOfLetters(references.size()), sentenceOf(reason));
            if (const auto why = m_why.find(reason); why != m_why.end())
                text += fmt::format(" ({})", why->second);
            dryRun.warnings.push_back(fmt::format("{}: {}", text, someOf(references)));
        }
    }

    const Workspace& m_workspace;
    const ContextSettings& m_context;
    ReplayRequest m_request;
    const ReplayConnectors& m_connectors;
    const LetterOwners m_owners;
    ReplayLetters m_reader;
    ReplayPlan m_plan;
    OutgoingMaker m_maker;
    ClusterDescription m_cluster;
    OutgoingCounter m_numbers;
    std::vector<Entry> m_entries;
    std::vector<LetterInLine> m_staying;
    std::set<std::tuple<std::string, std::int32_t, Offset>> m_events;
    std::map<LeftOut, std::vector<std::string>> m_leftOut;
    std::map<LeftOut, std::string> m_why; ///< of the first
};

} // namespace

std::string newReplayPlanId(TimePoint now)
{
    const std::string time = formatRfc3339(now); // 2026-11-21T14:25:30.042Z
    std::string digits;
    for (const char c : time.substr(0, 19))
        if (c != '-' && c != ':')
            digits += c == 'T' ? '-' : c;
    std::random_device random;
    return fmt::format("{}-{:08x}", digits, static_cast<std::uint32_t>(random()));
}

ReplayCandidate replayCandidate(const LetterView& view, std::string reference, const ContextSettings& context)
{
    ReplayCandidate candidate{std::move(reference), view.place};
    candidate.table = isTable(context, view.place.id.topic);
    candidate.origin = view.origin;
    candidate.key = view.key;
    candidate.keyCut = view.keyCut;
    candidate.arrived = view.arrived;
    candidate.projection = view.projection;
    candidate.consumer = view.consumer;
    candidate.fingerprint = view.fingerprint;
    return candidate;
}

ReplayCandidate replayCandidate(const LetterPlace& place, std::string reference, const std::string& projection,
                                const DeadLetter& letter, const ContextSettings& context)
{
    ReplayCandidate candidate{std::move(reference), place};
    candidate.table = isTable(context, place.id.topic);
    candidate.origin = letter.origin;
    candidate.key = letter.key;
    candidate.arrived = letter.arrived;
    candidate.projection = projection;
    candidate.consumer = letter.consumer;
    candidate.fingerprint = letter.fingerprint;
    return candidate;
}

void keepSafe(ReplayRequest& request)
{
    auto& letters = request.letters;
    const auto move = [&](auto stays) {
        const auto first = std::stable_partition(letters.begin(), letters.end(), stays);
        request.others.insert(request.others.end(), std::make_move_iterator(first),
                              std::make_move_iterator(letters.end()));
        letters.erase(first, letters.end());
    };
    move([](const ReplayCandidate& letter) {
        return letter.verdict == ReplayVerdict::Safe || letter.verdict == ReplayVerdict::AfterEarlier;
    });
    const auto linesOf = [&](const std::vector<ReplayCandidate>& candidates) {
        std::vector<LetterInLine> lines;
        for (const auto& candidate : candidates)
            lines.push_back(lineOfCandidate(candidate, request.draft.target));
        return lines;
    };
    // Who would overtake one that stays, stays as well, and so do those of its key behind it.
    const auto lines = linesOf(letters);
    std::vector<LetterInLine> planned;
    for (const auto at : orderOfReplay(lines))
        planned.push_back(lines[at]);
    std::map<std::string, std::size_t> turns;
    for (std::size_t i = 0; i < planned.size(); ++i)
        turns.emplace(planned[i].reference, i);
    std::map<std::pair<std::string, std::string>, std::size_t> firstBehind; ///< by topic and key
    for (const auto& left : lettersLeftBehind(planned, linesOf(request.others))) {
        const auto turn = turns.at(left.before);
        firstBehind.try_emplace({planned[turn].topic, *planned[turn].key}, turn);
    }
    move([&](const ReplayCandidate& letter) {
        const auto turn = turns.at(letter.reference);
        const auto behind = letter.key ? firstBehind.find({planned[turn].topic, *letter.key}) : firstBehind.end();
        return behind == firstBehind.end() || turn < behind->second;
    });
}

Result<ReplayPlan> planReplay(const Workspace& workspace, ReplayRequest request, const ReplayConnectors& connectors,
                              const Clock& clock, const std::stop_token& stop)
{
    auto ground = replayGround(workspace, request.draft.context);
    if (!ground)
        return tl::unexpected(ground.error());
    return Planner(workspace, *ground->context, std::move(request), connectors, clock, std::move(ground->rules))
        .plan(stop);
}

} // namespace projectionist
