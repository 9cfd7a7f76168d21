// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/snapshot.h"

#include <optional>

namespace projectionist {

/// The state of one connection and when it changed. What comes and goes all the time is told once, not each time: an
/// outage is an event at once when a steady source fails, after a while when it is only late, later when it was back
/// just before. The first answer is none.
class StatusTracker
{
public:
    StatusTracker(std::string name, SourceKind kind, TimePoint now);

    void answered(TimePoint now, Duration took, std::string detail);
    /// The answer is overdue. A failed source stays failed until it answers.
    void overdue(TimePoint now, TimePoint asked);
    void failed(TimePoint now, Error error);

    [[nodiscard]] const SourceStatus& status() const { return m_status; }
    /// Why there is no data of this source now.
    [[nodiscard]] Error reason() const;
    /// Since the last call: that it went away or came back.
    [[nodiscard]] std::vector<Annotation> takeAnnotations(TimePoint now);

private:
    struct Outage
    {
        TimePoint since{};
        bool relapse = false; ///< it had answered only for a moment
        bool told = false;
    };
    void leave(SourceState state, TimePoint now);

    SourceStatus m_status;
    std::optional<Outage> m_outage;
    bool m_answered = false; ///< ever
    bool m_wasAway = false;  ///< ever
    std::vector<Annotation> m_annotations;
};

/// When to try again after failures: soon, then less and less often.
class Backoff
{
public:
    [[nodiscard]] bool mayTry(Duration monotonic) const { return monotonic >= m_until; }
    [[nodiscard]] Duration until() const { return m_until; }
    void succeeded() { *this = {}; }
    void failed(Duration monotonic)
    {
        m_until = monotonic + m_delay;
        m_delay = std::clamp<Duration>(m_delay * 2, std::chrono::milliseconds(500), std::chrono::seconds(8));
    }

private:
    Duration m_delay{0};
    Duration m_until{0};
};

} // namespace projectionist
