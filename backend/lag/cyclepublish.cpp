// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/cycle.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

using namespace std::chrono_literals;

void Cycle::annotate(std::string kind, std::string projection, std::string text)
{
    m_annotations.push_back({m_clock.now(), std::move(kind), std::move(projection), std::move(text)});
}

std::shared_ptr<const ProjectionSample> Cycle::stale(const WatchedProjection& watched, const Error& error) const
{
    const auto& last = watched.last;
    if (last && !last->fresh && last->error == error)
        return last;
    auto sample = std::make_shared<ProjectionSample>();
    if (last) {
        *sample = *last;
    } else {
        sample->projection = watched.settings.name;
        sample->at = m_started;
        sample->monotonic = m_startedMonotonic;
    }
    sample->fresh = false;
    sample->error = error;
    return sample;
}

std::shared_ptr<const ProjectionReport> Cycle::report(WatchedProjection& watched,
                                                      std::shared_ptr<const ProjectionSample> sample)
{
    auto made = std::make_shared<ProjectionReport>();
    made->assessment = watched.evaluator.step(*sample, m_clock.now(), m_clock.monotonic());
    made->objective = watched.settings.objective;
    made->sample = sample;
    watched.last = std::move(sample);
    const VerdictKind kind = made->assessment.verdict.kind;
    if (watched.verdict && *watched.verdict != kind)
        annotate("verdict", watched.settings.name, fmt::format("{} → {}", label(*watched.verdict), label(kind)));
    if (watched.verdict || made->sample->fresh) // that nothing is known at first is no change
        watched.verdict = kind;
    return made;
}

/// The broker's errors name groups and hosts; whoever reads the verdict wants to know which broker of the workspace.
Error Cycle::ofBroker(Error error) const
{
    if (error.what.find(m_context->broker) != std::string::npos)
        return error;
    error.why = error.what + ": " + error.why;
    error.what = "Broker " + m_context->broker + " cannot be read";
    return error;
}

void Cycle::publishStale(const Error& unnamed)
{
    const Error error = ofBroker(unnamed);
    const Duration monotonic = m_clock.monotonic();
    m_nextStale = monotonic + std::max<Duration>(m_context->interval, 1s);
    if (m_lastRound > 0ms)
        m_interval = std::max(m_context->interval, monotonic - m_lastRound);
    std::vector<std::shared_ptr<const ProjectionSample>> samples;
    for (const WatchedProjection& watched : m_watched)
        samples.push_back(stale(watched, error));
    publish(std::move(samples), 0);
}

void Cycle::publish(std::vector<std::shared_ptr<const ProjectionSample>> samples, std::size_t answered)
{
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->cycle = ++m_cycle;
    snapshot->context = m_contextName;
    snapshot->began = m_began;
    snapshot->interval = m_interval;
    snapshot->partitionsAsked = m_layout ? m_layout->partitions.size() : 0;
    snapshot->partitionsAnswered = answered;
    for (std::size_t i = 0; i < samples.size(); ++i)
        snapshot->projections.push_back(report(m_watched[i], std::move(samples[i])));
    const auto take = [&](StatusTracker& tracker) {
        snapshot->sources.push_back(tracker.status());
        for (Annotation& annotation : tracker.takeAnnotations(m_clock.now()))
            m_annotations.push_back(std::move(annotation));
    };
    if (m_broker)
        take(m_broker->tracker);
    for (auto& store : m_stores)
        take(store->tracker);
    snapshot->annotations = std::exchange(m_annotations, {});
    snapshot->ended = m_clock.now();
    if (m_sinks.snapshot)
        m_sinks.snapshot(std::move(snapshot));
}

} // namespace projectionist
