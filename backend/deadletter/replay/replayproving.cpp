// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/replay/replayengine.h"

#include "backend/core/format.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr Duration lookPause{200};
constexpr Duration lagInterval{1'000};
constexpr Duration readTimeout{5'000};

bool isOpen(ReplayLight light)
{
    return light == ReplayLight::Off || light == ReplayLight::Waiting;
}

} // namespace

bool ReplayEngine::proved() const
{
    return std::ranges::none_of(m_step, [this](std::size_t i) {
        const auto& letter = m_letters[i];
        return letter.state == ReplayLetterState::Sent &&
               (isOpen(letter.passed) || isOpen(letter.notBack) || isOpen(letter.row));
    });
}

/// Looks until all that can be proved is proved.
ReplayEngine::Ended ReplayEngine::proveStep()
{
    m_record.state = ReplayState::Proving;
    const Duration began = m_clock.monotonic();
    m_until = m_clock.now() + m_plan.proofWithin;
    Duration lagAt = began;
    while (true) {
        const Duration since = m_clock.monotonic() - began;
        const bool late = since >= m_plan.proofWithin;
        if (auto ended = lookAtStep(since >= std::min(m_options.watch, m_plan.proofWithin)))
            return ended;
        if (auto ended = cameBack())
            return ended;
        if (proved())
            return std::nullopt;
        if (m_topics && !m_trouble && m_clock.monotonic() - lagAt >= lagInterval) {
            lagAt = m_clock.monotonic();
            const auto lagging = m_proof->lagging(m_start, m_letters);
            if (lagging && *lagging)
                return End{ReplayState::Stopped, ReplayStop::LagGrew, **lagging};
            if (!lagging)
                m_trouble = lagging.error();
        }
        if (late)
            return notProved();
        if (wanted())
            return cancelled();
        publish(m_control.paused ? ReplayState::Paused : ReplayState::Proving);
        pause(lookPause);
    }
}

/// A look that fails is tried again until the proof is late.
ReplayEngine::Ended ReplayEngine::lookAtStep(bool quiet)
{
    const auto before = m_letters;
    auto looked = m_proof->look(m_step, m_start, quiet, m_letters, m_control.stop.get_token());
    if (looked && m_topics)
        looked = m_trace->read(readTimeout, m_control.stop.get_token());
    m_trouble = looked ? std::nullopt : std::optional(looked.error());
    std::vector<std::size_t> changed;
    for (std::size_t i = 0; i < m_letters.size(); ++i)
        if (m_letters[i] != before[i])
            changed.push_back(i);
    if (!changed.empty())
        if (auto failed = kept(keep(changed)))
            return failed;
    return otherRun();
}

/// Letters of this plan that are in the target and were not sent by this run.
ReplayEngine::Ended ReplayEngine::otherRun() const
{
    for (const auto& [letter, other] : m_trace->byOthers())
        return End{ReplayState::Stopped, ReplayStop::AnotherRun,
                   fmt::format("{} was also written to {} at {} by the plan {}: somebody replays letters of this plan.",
                               m_plan.letters[letter].reference, toString(other.id), other.offset, other.plan)};
    for (const auto& [letter, places] : m_trace->found()) {
        const auto& own = m_letters[letter];
        for (const auto& [id, offset] : places) {
            if (own.state == ReplayLetterState::Sent && own.id == id && own.offset == offset)
                continue;
            return End{ReplayState::Stopped, ReplayStop::AnotherRun,
                       fmt::format("{} was also written to {} at {}: somebody else runs this plan.",
                                   m_plan.letters[letter].reference, toString(id), offset)};
        }
    }
    return std::nullopt;
}

ReplayEngine::Ended ReplayEngine::cameBack() const
{
    End end{ReplayState::Stopped, ReplayStop::CameBack};
    for (const auto i : m_step)
        if (m_letters[i].notBack == ReplayLight::Broken)
            end.facts.push_back(fmt::format("{} came back as {}.", m_plan.letters[i].reference, m_letters[i].cameBack));
    if (end.facts.empty())
        return std::nullopt;
    end.why = fmt::format("{} of {} letters of step {} failed again.", end.facts.size(), m_step.size(), m_record.step);
    return end;
}

ReplayEngine::End ReplayEngine::notProved()
{
    End end{ReplayState::Stopped, ReplayStop::NoProof};
    for (auto& [letter, sentence] : m_proof->missing(m_step, m_letters)) {
        m_letters[letter].why = sentence;
        end.facts.push_back(std::move(sentence));
    }
    end.trouble = m_trouble;
    std::size_t open = 0;
    for (const auto i : m_step) {
        auto& letter = m_letters[i];
        if (letter.state != ReplayLetterState::Sent)
            continue;
        open += isOpen(letter.passed) || isOpen(letter.notBack) || isOpen(letter.row) ? 1 : 0;
        for (auto* const light : {&letter.passed, &letter.notBack, &letter.row})
            if (isOpen(*light))
                *light = ReplayLight::Broken;
    }
    end.why = fmt::format("{} of {} letters of step {} were not proved within {}.", open, m_step.size(), m_record.step,
                          formatDuration(m_plan.proofWithin));
    return end;
}

} // namespace projectionist
