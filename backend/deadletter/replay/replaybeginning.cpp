// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replaychecks.h"
#include "backend/deadletter/replay/replayedletters.h"
#include "backend/deadletter/replay/replayengine.h"

#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>

namespace projectionist {

namespace {

constexpr Duration beginTimeout{10'000};
constexpr std::size_t mostNamed = 20;

Error refusal(ErrorKind kind, std::string why, std::string next, bool retriable = false)
{
    return {kind, "The plan cannot be run", std::move(why), std::move(next), retriable};
}

Error replayedByOther(const std::string& plan, std::size_t letters, const std::string& which)
{
    return refusal(
        ErrorKind::Conflict,
        fmt::format("another plan, {}, has replayed {} of its letters since it was made: {}", plan, letters, which),
        "Make a new plan: it judges the letters as they are now.");
}

std::string targetText(const ReplayPlan& plan)
{
    switch (plan.target.kind) {
    case ReplayTargetKind::Origin:
        return "their original topics";
    case ReplayTargetKind::Topic:
        return fmt::format("topic \"{}\"", plan.target.topic);
    case ReplayTargetKind::Rows:
        return "the rows of their keys";
    case ReplayTargetKind::Command:
        break;
    }
    return fmt::format("the command \"{}\"", plan.target.command.empty() ? std::string() : plan.target.command.front());
}

} // namespace

/// Nothing is sent, and no journal is made, before all of it has succeeded.
Result<void> ReplayEngine::begin()
{
    if (auto checked = check(); !checked)
        return checked;
    std::error_code failure;
    std::filesystem::create_directories(m_options.journal.parent_path(), failure);
    std::filesystem::permissions(m_options.journal.parent_path(), std::filesystem::perms::owner_all, failure);
    const auto runner = fmt::format("{}, process {}", actingUser(), ::getpid());
    auto lock = ReplayLock::take(m_options.journal, runner);
    if (!lock)
        return tl::unexpected(lock.error());
    m_lock.emplace(std::move(*lock));
    m_record.runner = runner;
    auto journal = ReplayJournal::open(m_options.journal, true);
    if (!journal && journal.error().kind != ErrorKind::NotFound)
        return tl::unexpected(journal.error());
    if (journal && !m_options.resume)
        return tl::unexpected(
            refusal(ErrorKind::Conflict, fmt::format("the plan {} was started before", m_plan.id), "Resume it."));
    if (!journal && m_options.resume)
        return tl::unexpected(journal.error());
    if (auto connected = connect(); !connected)
        return connected;
    if (journal)
        m_journal.emplace(std::move(*journal));
    if (auto noted = audit({}, fmt::format("{} letters to {}", m_plan.letters.size(), targetText(m_plan))); !noted)
        return noted;
    m_noted = true;
    return m_journal ? takeUp() : beginAnew();
}

Result<void> ReplayEngine::check() const
{
    const auto* context = m_workspace.context(m_plan.context);
    if (!context)
        return tl::unexpected(refusal(ErrorKind::Configuration,
                                      fmt::format("the workspace has no context \"{}\"", m_plan.context),
                                      "Choose the workspace that the plan was made with."));
    if (!m_workspace.broker(context->broker))
        return tl::unexpected(refusal(ErrorKind::Configuration,
                                      fmt::format("the context \"{}\" has no broker", m_plan.context),
                                      "Name one in the workspace file."));
    if (m_plan.letters.empty())
        return tl::unexpected(refusal(ErrorKind::InvalidData, "it has no letters", "Make a new plan."));
    if (!m_plan.dryRun.refusals.empty())
        return tl::unexpected(refusal(ErrorKind::Conflict,
                                      fmt::format("its dry run found: {}", m_plan.dryRun.refusals.front()),
                                      "Mend that, then make a new plan."));
    if (m_plan.target.kind == ReplayTargetKind::Command && m_plan.target.command.empty())
        return tl::unexpected(refusal(ErrorKind::InvalidData, "its command is empty", "Make a new plan."));
    const bool edited =
        std::ranges::any_of(m_plan.letters, [](const auto& letter) { return letter.edited.has_value(); });
    if (edited && !context->deadLetters.editBeforeReplay)
        return tl::unexpected(refusal(ErrorKind::Permission, "it has edited letters, which this workspace forbids",
                                      "Set edit_before_replay in the workspace file, or make a new plan."));
    return permitted();
}

Result<void> ReplayEngine::permitted() const
{
    const auto& context = *m_workspace.context(m_plan.context);
    if (m_options.permitted)
        return m_options.permitted(context);
    if (context.environment == Environment::Production || m_plan.production)
        return tl::unexpected(refusal(ErrorKind::Permission,
                                      fmt::format("the context \"{}\" is for production, and locked", context.name),
                                      "Unlock it first."));
    return {};
}

Result<void> ReplayEngine::connect()
{
    const auto& context = *m_workspace.context(m_plan.context);
    const auto& settings = *m_workspace.broker(context.broker);
    auto rules = DecodeRules::build(decodeSettingsOf(context.deadLetters));
    if (!rules)
        return tl::unexpected(rules.error());
    m_source.emplace(m_workspace, m_plan.context, m_connectors, *rules);
    m_maker.emplace(m_plan, *rules);
    auto sender = makeReplaySender(m_workspace, m_plan, settings, m_connectors, m_clock);
    if (!sender)
        return tl::unexpected(sender.error());
    m_sender = std::move(*sender);
    auto broker = m_connectors.letters.broker(uncommitted(settings));
    if (!broker)
        return tl::unexpected(broker.error());
    auto reader = m_connectors.range(uncommitted(settings));
    if (!reader)
        return tl::unexpected(reader.error());
    m_trace = std::make_unique<ReplayTrace>(m_plan, std::move(*broker), std::move(*reader));
    auto proof = ReplayProof::open(m_workspace, m_plan, settings, m_connectors, m_clock);
    if (!proof)
        return tl::unexpected(proof.error());
    {
        const std::lock_guard lock(m_proofMutex);
        m_proof = std::move(*proof);
    }
    m_record.unprovable = m_proof->unprovable();
    return checkCluster();
}

Result<void> ReplayEngine::checkCluster()
{
    const auto cluster = m_trace->cluster(beginTimeout);
    if (!cluster)
        return tl::unexpected(cluster.error());
    if (*cluster != m_plan.cluster)
        return tl::unexpected(
            refusal(ErrorKind::Conflict,
                    fmt::format("it was made for the cluster {}, and this is {}", m_plan.cluster, *cluster),
                    "Choose the workspace that the plan was made with."));
    return {};
}

/// Whoever ran the plan elsewhere left its letters in the target.
Result<void> ReplayEngine::beginAnew()
{
    const auto heads = m_trace->heads(beginTimeout);
    if (!heads)
        return tl::unexpected(heads.error());
    LogHeads since = m_plan.targetHeads;
    for (auto& [id, next] : since)
        if (const auto head = heads->find(id); head != heads->end() && next > head->second)
            next = 0; // the topic was made anew
    m_trace->startAt(std::move(since));
    if (auto others = checkOthers(); !others)
        return others;
    if (!m_trace->found().empty()) {
        const auto& [letter, places] = *m_trace->found().begin();
        return tl::unexpected(
            refusal(ErrorKind::Conflict,
                    fmt::format("somebody else has run it: {} of its letters are in the target, one at offset {} of {}",
                                m_trace->found().size(), places.front().second, toString(places.front().first)),
                    "Look there, or make a new plan of the letters that are left."));
    }
    m_record.began = m_record.touched = m_clock.now();
    boundary(ReplayBoundary::BeforeJournal);
    auto journal = ReplayJournal::create(m_options.journal, m_plan, m_record, *heads);
    boundary(ReplayBoundary::AfterJournal);
    if (!journal)
        return tl::unexpected(journal.error());
    m_journal.emplace(std::move(*journal));
    m_trace->startAt(*heads);
    return {};
}

/// Letters that were replayed since the plan was made: what was judged is no longer so.
Result<void> ReplayEngine::checkOthers()
{
    if (auto read = m_trace->read(beginTimeout, m_control.stop.get_token()); !read)
        return read;
    if (const auto& others = m_trace->byOthers(); !others.empty()) {
        const auto& [letter, other] = *others.begin();
        return tl::unexpected(replayedByOther(other.plan, others.size(),
                                              fmt::format("{} is at offset {} of {}", m_plan.letters[letter].reference,
                                                          other.offset, toString(other.id))));
    }
    // And of what was done on this machine, to whatever target.
    const auto others = replayedByOthers(m_options.journal.parent_path(), m_plan, m_plan.made);
    if (!others.empty())
        return tl::unexpected(replayedByOther(others[0].plan, others[0].letters.size(), someOf(others[0].letters)));
    return {};
}

Result<ReplayRecord> ReplayEngine::readJournal()
{
    const auto plan = m_journal->plan();
    auto record = m_journal->record();
    auto letters = m_journal->letters();
    auto heads = m_journal->targetHeads();
    if (!plan)
        return tl::unexpected(plan.error());
    if (!letters)
        return tl::unexpected(letters.error());
    if (!heads)
        return tl::unexpected(heads.error());
    if (*plan != m_plan || letters->size() != m_plan.letters.size())
        return tl::unexpected(refusal(ErrorKind::Conflict, "it was changed since it was started",
                                      "Resume it as it was; the journal keeps it."));
    if (record && record->state == ReplayState::Finished)
        return tl::unexpected(refusal(ErrorKind::Conflict, "all of its letters were sent", "Make a new plan."));
    m_letters = std::move(*letters);
    m_trace->startAt(std::move(*heads));
    return record;
}

/// What stands in the journal decides. Letters that were being sent are unknown until the target was read.
Result<void> ReplayEngine::takeUp()
{
    const auto record = readJournal();
    if (!record)
        return tl::unexpected(record.error());
    if (auto others = checkOthers(); !others)
        return others;
    m_record.began = record->began;
    m_record.step = record->step;
    // What somebody resumes after a stop he has looked at: its letters are settled, and the ladder begins anew.
    const bool seen = record->stop == ReplayStop::CameBack || record->stop == ReplayStop::NoProof ||
                      record->stop == ReplayStop::LagGrew;
    m_record.ladder = seen ? 0 : record->ladder;
    bool unsent = false;
    for (auto& letter : m_letters) {
        if (letter.state == ReplayLetterState::Sending)
            letter.state = ReplayLetterState::Unknown;
        unsent = unsent || (letter.step == m_record.step &&
                            (letter.state == ReplayLetterState::Unknown || letter.state == ReplayLetterState::Waiting));
    }
    m_record.open = record->open && (!seen || unsent);
    m_record.state = m_record.open ? ReplayState::Sending : ReplayState::Starting;
    for (std::size_t i = 0; i < m_letters.size() && m_record.open; ++i)
        if (m_letters[i].step == m_record.step)
            m_step.push_back(i);
    auto start = m_journal->stepStart(m_record.step);
    if (!start)
        return tl::unexpected(start.error());
    m_start = std::move(*start);
    return m_topics ? keep({}) : assume();
}

/// Of a command nobody can find out what it did.
Result<void> ReplayEngine::assume()
{
    std::vector<std::size_t> unknown;
    std::string names;
    for (std::size_t i = 0; i < m_letters.size(); ++i)
        if (m_letters[i].state == ReplayLetterState::Unknown) {
            if (unknown.size() < mostNamed)
                names += (names.empty() ? "" : ", ") + m_plan.letters[i].reference;
            unknown.push_back(i);
        }
    const bool rows = m_plan.target.kind == ReplayTargetKind::Rows; // which may be written twice
    if (!unknown.empty() && m_options.assume == ReplayAssumption::Ask && !rows)
        return tl::unexpected(refusal(ErrorKind::Conflict,
                                      fmt::format("its runner ended while the command had {}: nobody knows whether it "
                                                  "was applied",
                                                  names),
                                      "Find that out, then resume and say which: assume sent, or not-sent."));
    for (const auto i : unknown) {
        const bool sent = m_options.assume == ReplayAssumption::Sent && !rows;
        m_letters[i].state = sent ? ReplayLetterState::Sent : ReplayLetterState::Waiting;
        m_letters[i].produced = sent ? ReplayLight::Unprovable : ReplayLight::Off;
        m_letters[i].why = sent ? "It was assumed to be applied when the run was resumed." : "";
    }
    return keep(unknown);
}

Result<void> ReplayEngine::audit(const std::string& result, const std::string& detail) const
{
    if (!m_options.audit)
        return {};
    AuditEntry entry;
    entry.at = m_clock.now();
    entry.who = actingUser();
    entry.context = m_plan.context;
    entry.act = "replay-run";
    entry.object = m_plan.id;
    entry.reason = m_options.reason.empty() ? m_plan.reason : m_options.reason;
    entry.detail = detail;
    entry.result = result;
    return m_options.audit(entry);
}

} // namespace projectionist
