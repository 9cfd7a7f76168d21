// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replayengine.h"

#include <algorithm>
#include <fmt/format.h>
#include <thread>

namespace projectionist {

namespace {

constexpr Duration publishInterval{100};
constexpr Duration retryAfter{500};
constexpr Duration shortPause{20};
/// A cancelled run does not wait longer for servers that are away.
constexpr Duration patienceAtEnd{10'000};

} // namespace

ReplayEngine::ReplayEngine(const Workspace& workspace, const ReplayPlan& plan, const ReplayRunOptions& options,
                           const ReplayConnectors& connectors, const Clock& clock, const ReplayRunSinks& sinks,
                           ReplayControl& control)
    : m_workspace(workspace)
    , m_plan(plan)
    , m_options(options)
    , m_connectors(connectors)
    , m_clock(clock)
    , m_sinks(sinks)
    , m_control(control)
    , m_topics(isOfBroker(plan.target))
    , m_letters(plan.letters.size())
{
}

void ReplayEngine::run()
{
    try {
        publish(ReplayState::Starting, true);
        if (auto begun = begin(); !begun)
            return refuse(begun.error());
        end(go());
    } catch (const std::exception& failure) {
        end({ReplayState::Stopped, ReplayStop::Failed,
             fmt::format("An operation failed unexpectedly: {}.", failure.what())});
    }
}

ReplayEngine::End ReplayEngine::go()
{
    while (true) {
        if (m_step.empty())
            if (auto ended = openStep())
                return *ended;
        if (auto ended = sendStep())
            return *ended;
        if (auto ended = proveStep())
            return *ended;
        if (auto ended = closeStep())
            return *ended;
    }
}

/// As many letters as the ladder says, in the order of the plan.
ReplayEngine::Ended ReplayEngine::openStep()
{
    while (m_control.paused && !wanted()) {
        publish(ReplayState::Paused);
        pause(shortPause);
    }
    if (wanted())
        return cancelled();
    if (auto held = holdBack())
        return held;
    const auto size = m_plan.ladder.empty() ? m_plan.letters.size()
                                            : m_plan.ladder[std::min(m_record.ladder, m_plan.ladder.size() - 1)];
    std::set<std::optional<std::string>> keys; // of a reprojection: whole keys make a step
    const auto isFull = [&](const std::optional<std::string>& key) {
        return m_plan.reprojection ? keys.insert(key).second && keys.size() > size : m_step.size() >= size;
    };
    for (std::size_t i = 0; i < m_letters.size(); ++i)
        if (m_letters[i].state == ReplayLetterState::Waiting && m_letters[i].step == 0) {
            if (isFull(m_plan.letters[i].key))
                break;
            m_step.push_back(i);
        }
    if (m_step.empty())
        return End{ReplayState::Finished};
    if (auto may = permitted(); !may)
        return End{ReplayState::Stopped, ReplayStop::Failed, "It may no longer send letters.", {}, may.error()};
    m_start = {};
    const auto look = [this]() -> Result<void> {
        auto start = m_proof->before(m_step, m_letters, m_control.stop.get_token());
        if (!start)
            return tl::unexpected(start.error());
        m_start = std::move(*start);
        return {};
    };
    if (auto ended = insist(look, ReplayStop::Failed))
        return ended;
    ++m_record.step;
    m_record.open = true;
    m_record.state = ReplayState::Sending;
    for (const auto letter : m_step)
        m_letters[letter].step = m_record.step;
    return kept(keep(m_step, &m_start));
}

ReplayEngine::Ended ReplayEngine::closeStep()
{
    ++m_record.ladder;
    m_record.open = false;
    m_until.reset();
    auto written = keep(m_step);
    m_step.clear();
    return kept(written);
}

void ReplayEngine::end(const End& end)
{
    m_record.state = end.state;
    m_record.stop = end.stop;
    m_record.why = end.why;
    m_record.facts = end.facts;
    m_trouble = end.trouble;
    m_until.reset();
    if (m_journal)
        if (auto written = keep(m_step); !written && !m_trouble)
            m_trouble = written.error();
    const auto counts = countsOf(m_letters);
    const auto detail =
        fmt::format("{} of {} letters sent, {} proved, {} in flight, {} not sent.{}", counts.done, counts.letters,
                    counts.proved, counts.inFlight, counts.notSent, end.why.empty() ? std::string() : ' ' + end.why);
    const auto result = end.state == ReplayState::Stopped ? fmt::format("stopped: {}", toString(end.stop))
                        : hasEnded(end.state)             ? std::string(toString(end.state))
                                                          : std::string("interrupted");
    if (auto noted = audit(result, detail); !noted && !m_trouble)
        m_trouble = noted.error();
    m_lock.reset();
    publish(end.state, true);
}

void ReplayEngine::refuse(const Error& error)
{
    m_trouble = error;
    if (m_noted)
        if (auto noted = audit("refused", toString(error)); !noted)
            m_trouble->next += ' ' + toString(noted.error());
    m_lock.reset();
    publish(ReplayState::Refused, true);
}

ReplayEngine::Ended ReplayEngine::insist(const std::function<Result<void>()>& work, ReplayStop otherwise)
{
    const Duration began = m_clock.monotonic();
    while (true) {
        const auto done = work();
        if (done) {
            m_trouble.reset();
            return std::nullopt;
        }
        m_trouble = done.error();
        publish(m_record.state);
        const Duration patience = wanted() ? std::min(patienceAtEnd, m_options.patience) : m_options.patience;
        if (m_control.stop.stop_requested())
            return cancelled();
        if (!m_trouble->retriable || m_clock.monotonic() - began > patience)
            return End{ReplayState::Stopped, otherwise, m_trouble->what + ".", {toString(*m_trouble)}, m_trouble};
        pause(retryAfter);
    }
}

Result<void> ReplayEngine::keep(std::span<const std::size_t> letters, const ReplayStepStart* start)
{
    m_record.touched = m_clock.now();
    boundary(ReplayBoundary::BeforeJournal);
    auto written = m_journal->write(m_record, letters, m_letters, start);
    boundary(ReplayBoundary::AfterJournal);
    return written;
}

ReplayEngine::Ended ReplayEngine::kept(const Result<void>& written) const
{
    if (written)
        return std::nullopt;
    return End{ReplayState::Stopped, ReplayStop::Failed, written.error().what + ".", {}, written.error()};
}

bool ReplayEngine::wanted() const
{
    return m_control.cancelled || m_control.stop.stop_requested();
}

/// Without the user's wish the journal says that it was under way, so that it is taken up where it was.
ReplayEngine::End ReplayEngine::cancelled() const
{
    return {m_control.cancelled ? ReplayState::Cancelled : m_record.state};
}

void ReplayEngine::pause(Duration most) const
{
    std::this_thread::sleep_for(most);
}

void ReplayEngine::boundary(ReplayBoundary at) const
{
    if (m_options.boundary)
        m_options.boundary(at);
}

void ReplayEngine::publish(ReplayState state, bool now)
{
    const Duration time = m_clock.monotonic();
    if (!m_sinks.progress || (!now && time - m_published < publishInterval))
        return;
    m_published = time;
    auto progress = std::make_shared<ReplayProgress>();
    progress->plan = m_plan.id;
    progress->at = m_clock.now();
    progress->began = m_record.began;
    progress->state = state;
    progress->stop = m_record.stop;
    progress->why = m_record.why;
    progress->facts = m_record.facts;
    progress->trouble = m_trouble;
    progress->step = m_record.step;
    progress->stepLetters = m_step.size();
    progress->stepBegin = m_step.empty() ? 0 : m_step.front();
    progress->until = m_until;
    progress->unprovable = m_record.unprovable;
    progress->letters = m_letters;
    progress->counts = countsOf(m_letters);
    m_sinks.progress(std::move(progress));
}

void ReplayEngine::interrupt()
{
    const std::lock_guard lock(m_proofMutex);
    if (m_proof)
        m_proof->interrupt();
}

} // namespace projectionist
