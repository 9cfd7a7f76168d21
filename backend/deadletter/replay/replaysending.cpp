// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replayengine.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <thread>

namespace projectionist {

namespace {

constexpr Duration outcomeWait{20};
constexpr Duration traceTimeout{10'000};
constexpr std::size_t preparedAtOnce = 64;
constexpr double burstSeconds = 0.1; ///< of the rate that may be made up for at once

} // namespace

std::optional<ReplayEngine::Lane> ReplayEngine::laneOf(std::size_t letter) const
{
    const auto& planned = m_plan.letters[letter];
    if (!planned.key)
        return std::nullopt;
    return Lane{m_topics ? targetTopicOf(m_plan, planned) : planned.origin.topic, *planned.key};
}

std::vector<std::size_t> ReplayEngine::ofStep(ReplayLetterState state) const
{
    std::vector<std::size_t> letters;
    std::ranges::copy_if(m_step, std::back_inserter(letters),
                         [&](std::size_t i) { return m_letters[i].state == state; });
    return letters;
}

/// Until each letter of the step is sent, or will not be.
ReplayEngine::Ended ReplayEngine::sendStep()
{
    m_record.state = ReplayState::Sending;
    m_until.reset();
    m_allowedAt = m_clock.monotonic();
    while (true) {
        if (m_underWay == 0 && !ofStep(ReplayLetterState::Unknown).empty())
            if (auto ended = findUnknown())
                return ended;
        if (auto held = holdBack())
            return held;
        const bool left = !ofStep(ReplayLetterState::Waiting).empty();
        if (m_underWay == 0 && !left)
            return std::nullopt;
        if (m_underWay == 0 && wanted())
            return cancelled();
        if (left && !wanted() && !m_control.paused && !m_refusal)
            if (auto ended = launch())
                return ended;
        if (auto ended = collect())
            return ended;
        publish(wanted() ? ReplayState::Cancelling : m_control.paused ? ReplayState::Paused : ReplayState::Sending);
    }
}

/// What comes behind a letter of its key that will not be sent would overtake it.
ReplayEngine::Ended ReplayEngine::holdBack()
{
    std::map<Lane, std::size_t> stuck;
    std::vector<std::size_t> held;
    for (std::size_t i = 0; i < m_letters.size(); ++i) {
        const auto lane = laneOf(i);
        auto& letter = m_letters[i];
        if (!lane)
            continue;
        if (letter.state == ReplayLetterState::Refused) {
            stuck.emplace(*lane, i);
        } else if (const auto before = stuck.find(*lane);
                   before != stuck.end() && letter.state == ReplayLetterState::Waiting) {
            letter.state = ReplayLetterState::HeldBack;
            letter.why = fmt::format("It would overtake {}, which has the same key and was not sent.",
                                     m_plan.letters[before->second].reference);
            held.push_back(i);
        }
    }
    return held.empty() ? std::nullopt : kept(keep(held));
}

std::size_t ReplayEngine::due()
{
    const Duration now = m_clock.monotonic();
    const double seconds = std::chrono::duration<double>(now - m_allowedAt).count();
    m_allowedAt = now;
    m_allowance = std::min(m_allowance + seconds * m_plan.rate, std::max(1.0, m_plan.rate * burstSeconds));
    return static_cast<std::size_t>(std::floor(m_allowance));
}

ReplayEngine::Ended ReplayEngine::launch()
{
    if (due() == 0 || m_underWay >= m_sender->window())
        return std::nullopt;
    if (auto ended = insist([this] { return prepare(); }, ReplayStop::Failed))
        return ended;
    std::vector<std::size_t> refused;
    for (const auto& [letter, why] : std::exchange(m_unfit, {})) {
        m_letters[letter].state = ReplayLetterState::Refused;
        m_letters[letter].why = why;
        refused.push_back(letter);
    }
    if (!refused.empty())
        return kept(keep(refused)); // what waits behind them is looked at first
    return send(choose());
}

/// Reads the next letters that are to be sent, once more as they lie there now.
Result<void> ReplayEngine::prepare()
{
    const auto waiting = ofStep(ReplayLetterState::Waiting);
    if (m_prepared.contains(waiting.front()))
        return {};
    std::vector<std::size_t> indexes;
    for (const auto i : waiting)
        if (!m_prepared.contains(i) && indexes.size() < preparedAtOnce)
            indexes.push_back(i);
    std::vector<PlannedLetter> planned;
    for (const auto i : indexes)
        planned.push_back(m_plan.letters[i]);
    std::optional<Error> later;
    auto read = m_source->read(
        planned,
        [&](std::size_t at, Result<ReplayLetter> letter) {
            if (!letter && letter.error().retriable)
                later = letter.error();
            else
                prepareLetter(indexes[at], std::move(letter));
        },
        m_control.stop.get_token());
    if (read && later)
        return tl::unexpected(*later);
    return read;
}

void ReplayEngine::prepareLetter(std::size_t index, Result<ReplayLetter> letter)
{
    const auto& planned = m_plan.letters[index];
    if (!letter) {
        m_unfit[index] = toString(letter.error());
    } else if (letterDigest(letter->stored.record) != planned.digest) {
        m_unfit[index] = fmt::format("Another letter than the plan's lies at {} now.", planned.reference);
    } else if (auto record = m_maker->make(planned, index, *letter)) {
        m_prepared[index] = std::move(*record);
    } else {
        m_unfit[index] = toString(record.error());
    }
}

/// In the order of the plan, never two of a key at a time.
std::vector<std::size_t> ReplayEngine::choose()
{
    const std::size_t most = std::min(static_cast<std::size_t>(std::floor(m_allowance)),
                                      m_sender->window() - std::min(m_underWay, m_sender->window()));
    std::vector<std::size_t> chosen;
    std::set<Lane> taken = m_busy;
    for (const auto i : ofStep(ReplayLetterState::Waiting)) {
        if (chosen.size() == most || !m_prepared.contains(i))
            break;
        const auto lane = laneOf(i);
        if (lane && !taken.insert(*lane).second)
            continue;
        chosen.push_back(i);
    }
    return chosen;
}

ReplayEngine::Ended ReplayEngine::send(const std::vector<std::size_t>& chosen)
{
    if (chosen.empty())
        return std::nullopt;
    for (const auto i : chosen) {
        m_letters[i].state = ReplayLetterState::Sending;
        m_letters[i].produced = ReplayLight::Waiting;
        m_letters[i].sentAt = m_clock.now();
        m_letters[i].why.clear();
    }
    if (auto ended = kept(keep(chosen))) {
        for (const auto i : chosen) // not announced, so not sent
            m_letters[i].state = ReplayLetterState::Waiting;
        return ended;
    }
    for (const auto i : chosen) {
        if (const auto lane = laneOf(i))
            m_busy.insert(*lane);
        const auto record = m_prepared.extract(i);
        boundary(ReplayBoundary::BeforeSend);
        m_sender->send(i, m_plan.letters[i], record.mapped());
        boundary(ReplayBoundary::AfterSend);
        ++m_underWay;
        m_allowance -= 1;
    }
    return std::nullopt;
}

void ReplayEngine::take(const SendOutcome& outcome)
{
    auto& letter = m_letters[outcome.letter];
    letter.why = outcome.why;
    switch (outcome.kind) {
    case SendOutcome::Kind::Sent:
        letter.state = ReplayLetterState::Sent;
        letter.produced = ReplayLight::On;
        letter.id = outcome.id;
        letter.offset = outcome.offset;
        if (outcome.readBack)
            letter.row = ReplayLight::On;
        break;
    case SendOutcome::Kind::LetterRefused:
        letter.state = ReplayLetterState::Refused;
        letter.produced = ReplayLight::Broken;
        break;
    case SendOutcome::Kind::TargetRefused:
        m_refusal = End{ReplayState::Stopped, ReplayStop::TargetRefused,
                        fmt::format("The target takes no letter: {}", outcome.why)};
        [[fallthrough]];
    case SendOutcome::Kind::NotSent:
        letter.state = ReplayLetterState::Waiting;
        letter.produced = ReplayLight::Off;
        break;
    case SendOutcome::Kind::Unknown:
        letter.state = ReplayLetterState::Unknown;
        letter.produced = ReplayLight::Waiting;
        break;
    }
}

ReplayEngine::Ended ReplayEngine::collect()
{
    std::vector<std::size_t> changed;
    for (const auto& outcome : m_sender->collect(outcomeWait, m_control.stop.get_token())) {
        --m_underWay;
        if (const auto lane = laneOf(outcome.letter))
            m_busy.erase(*lane);
        changed.push_back(outcome.letter);
        take(outcome);
    }
    m_trouble = m_underWay > 0 ? m_sender->trouble() : std::nullopt;
    if (changed.empty()) {
        if (m_underWay == 0) // nothing to wait for: the rate, or a pause
            pause(outcomeWait);
        return std::nullopt;
    }
    boundary(ReplayBoundary::AfterAcknowledged);
    if (auto failed = kept(keep(changed)))
        return failed;
    // What is under way beside a refusal gets its outcome first.
    return m_underWay == 0 ? std::exchange(m_refusal, std::nullopt) : std::nullopt;
}

/// Reads the target: each letter that nobody acknowledged is there, or was never written.
ReplayEngine::Ended ReplayEngine::findUnknown()
{
    const auto unknown = ofStep(ReplayLetterState::Unknown);
    if (m_plan.target.kind == ReplayTargetKind::Rows) { // writing a row once more changes nothing
        for (const auto i : unknown)
            m_letters[i].state = ReplayLetterState::Waiting;
        return kept(keep(unknown));
    }
    if (!m_topics)
        return End{ReplayState::Stopped, ReplayStop::Unclear,
                   fmt::format("Nobody knows whether the command applied {}: {}",
                               m_plan.letters[unknown.front()].reference, m_letters[unknown.front()].why)};
    const auto find = [this]() -> Result<void> {
        // Requests of a connection that is no more may still be on their way; the broker answers again, so they come.
        if (auto answered = m_trace->heads(traceTimeout); !answered)
            return tl::unexpected(answered.error());
        const Duration settled = m_clock.monotonic() + m_options.settle;
        while (m_clock.monotonic() < settled && !m_control.stop.stop_requested())
            pause(outcomeWait);
        if (m_control.stop.stop_requested()) // looking too early would find less than there is
            return tl::unexpected(Error{ErrorKind::Cancelled, "The target was not read", "the run ends", {}, true});
        return m_trace->read(traceTimeout, m_control.stop.get_token());
    };
    if (auto ended = insist(find, ReplayStop::Unclear))
        return ended;
    for (const auto i : unknown) {
        auto& letter = m_letters[i];
        const auto found = m_trace->found().find(i);
        letter.state = found == m_trace->found().end() ? ReplayLetterState::Waiting : ReplayLetterState::Sent;
        letter.produced = found == m_trace->found().end() ? ReplayLight::Off : ReplayLight::On;
        letter.why.clear();
        if (found != m_trace->found().end()) {
            letter.id = found->second.front().first;
            letter.offset = found->second.front().second;
        }
    }
    return kept(keep(unknown));
}

} // namespace projectionist
