// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/statustracker.h"

#include "backend/core/format.h"

namespace projectionist {

using namespace std::chrono_literals;

namespace {

/// A late answer is an event after this.
constexpr Duration patience = 10s;
/// A source that answered for less than this before it went again is unsteady.
constexpr Duration steady = 1min;

} // namespace

StatusTracker::StatusTracker(std::string name, SourceKind kind, TimePoint now)
{
    m_status.name = std::move(name);
    m_status.kind = kind;
    m_status.since = now;
}

void StatusTracker::leave(SourceState state, TimePoint now)
{
    if (m_status.state == state)
        return;
    if (!m_outage)
        m_outage = Outage{now, m_wasAway && now - m_status.since < steady, false};
    m_wasAway = true;
    m_status.state = state;
    m_status.since = now;
}

void StatusTracker::answered(TimePoint now, Duration took, std::string detail)
{
    if (const auto outage = std::exchange(m_outage, std::nullopt); outage && outage->told)
        m_annotations.push_back({now,
                                 "source",
                                 {},
                                 m_status.name + (m_answered ? " answers again after " : " answers after ") +
                                     formatDuration(now - outage->since)});
    if (m_status.state != SourceState::Ok)
        m_status.since = now;
    m_status.state = SourceState::Ok;
    m_answered = true;
    m_status.took = took;
    m_status.detail = std::move(detail);
    m_status.error.reset();
}

void StatusTracker::overdue(TimePoint now, TimePoint asked)
{
    if (m_status.state == SourceState::Failed)
        return;
    leave(SourceState::Waiting, now);
    m_status.error = Error{ErrorKind::Timeout, m_status.name + " does not answer",
                           "It was asked at " + formatTime(asked) + " UTC and the answer is overdue",
                           "The last good data is shown until it answers; if this lasts, look at that server", true};
}

void StatusTracker::failed(TimePoint now, Error error)
{
    leave(SourceState::Failed, now);
    m_status.error = std::move(error);
}

Error StatusTracker::reason() const
{
    if (m_status.error)
        return *m_status.error;
    return {ErrorKind::Timeout, m_status.name + " has not answered yet", "The connection is being made",
            "Wait a moment", true};
}

std::vector<Annotation> StatusTracker::takeAnnotations(TimePoint now)
{
    if (m_outage && !m_outage->told) {
        const bool failed = m_status.state == SourceState::Failed;
        const Duration after = m_outage->relapse ? Duration(steady) : failed ? Duration(0) : patience;
        if (now - m_outage->since >= after) {
            m_outage->told = true;
            const std::string text = failed ? " failed: " + m_status.error->what : " does not answer";
            m_annotations.push_back({m_outage->since, "source", {}, m_status.name + text});
        }
    }
    return std::exchange(m_annotations, {});
}

} // namespace projectionist
