// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/statustracker.h"

#include "backend/core/format.h"

namespace projectionist {

StatusTracker::StatusTracker(std::string name, SourceKind kind, TimePoint now)
{
    m_status.name = std::move(name);
    m_status.kind = kind;
    m_status.since = now;
}

void StatusTracker::enter(SourceState state, TimePoint now, const std::string& text)
{
    if (m_status.state == state)
        return;
    m_annotations.push_back({now, "source", {}, m_status.name + ' ' + text});
    m_status.state = state;
    m_status.since = now;
}

void StatusTracker::answered(TimePoint now, Duration took, std::string detail)
{
    const bool first = m_status.state == SourceState::Connecting;
    enter(SourceState::Ok, now, first ? "answers" : "answers again after " + formatDuration(now - m_status.since));
    m_status.took = took;
    m_status.detail = std::move(detail);
    m_status.error.reset();
}

void StatusTracker::overdue(TimePoint now, TimePoint asked)
{
    if (m_status.state == SourceState::Failed)
        return;
    enter(SourceState::Waiting, now, "does not answer");
    m_status.error = Error{ErrorKind::Timeout, m_status.name + " does not answer",
                           "It was asked at " + formatTime(asked) + " UTC and the answer is overdue",
                           "The last good data is shown until it answers; if this lasts, look at that server", true};
}

void StatusTracker::failed(TimePoint now, Error error)
{
    enter(SourceState::Failed, now, "failed: " + error.what);
    m_status.error = std::move(error);
}

Error StatusTracker::reason() const
{
    if (m_status.error)
        return *m_status.error;
    return {ErrorKind::Timeout, m_status.name + " has not answered yet", "The connection is being made",
            "Wait a moment", true};
}

} // namespace projectionist
