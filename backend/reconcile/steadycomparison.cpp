// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/steadycomparison.h"

#include "backend/core/format.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

class SteadyComparison
{
public:
    SteadyComparison(Comparison& comparison, const CheckSides& sides, bool together, CheckPace& pace)
        : m_comparison(comparison), m_sides(sides), m_together(together), m_pace(pace)
    {
    }

    Result<Compared> run()
    {
        for (;;) {
            const auto before = m_comparison.rows();
            auto step = m_comparison.goOn();
            if (!step)
                step = stepAfter(step.error(), m_comparison.rows() > before);
            if (!step)
                return tl::unexpected(step.error());
            if (*step == CheckStep::NewSnapshot)
                step = beginAgain();
            if (!step)
                return tl::unexpected(step.error());
            if (*step != CheckStep::NewSnapshot)
                return found(*step);
        }
    }

private:
    Result<CheckStep> stepAfter(const Error& error, bool cameFurther)
    {
        m_patience = Duration(0);
        if (error.kind == ErrorKind::Timeout) {
            if (!m_pace.ending().empty())
                return CheckStep::End;
            if (cameFurther) // a stream is one statement, however long it is
                return CheckStep::NewSnapshot;
            return tl::unexpected(explained(error, m_pace));
        }
        if (!m_lost.forgives(error))
            return tl::unexpected(error);
        m_patience = m_lost.patience();
        return CheckStep::NewSnapshot;
    }

    /// NewSnapshot: there is one.
    Result<CheckStep> beginAgain()
    {
        for (;;) {
            m_sides.end();
            m_pace.waitForTurn(m_patience);
            m_patience = Duration(0);
            if (!m_pace.ending().empty())
                return CheckStep::End;
            m_pace.tookSnapshot();
            const auto begun = (m_together ? m_sides.beginTogether() : m_sides.begin()).and_then([&] {
                return m_sides.requireSameShapes();
            });
            if (begun)
                break;
            if (!m_lost.forgives(begun.error()))
                return tl::unexpected(begun.error());
            m_patience = m_lost.patience();
        }
        ++m_snapshots;
        return CheckStep::NewSnapshot;
    }

    Compared found(CheckStep step)
    {
        const auto rest = m_comparison.rest();
        const bool any = m_comparison.rows() > 0;
        Compared compared = m_comparison.found();
        compared.snapshots = m_snapshots;
        if (step == CheckStep::End) {
            compared.complete = false;
            compared.ending = m_pace.ending() + (!any           ? "; no rows were compared"
                                                 : rest.empty() ? "; not all rows were compared"
                                                                : "; rows " + rest + " were not compared");
        }
        if (auto lost = m_lost.finding())
            compared.findings.push_back(*std::move(lost));
        return compared;
    }

    Comparison& m_comparison;
    const CheckSides& m_sides;
    const bool m_together;
    CheckPace& m_pace;
    LostConnections m_lost;
    Duration m_patience{0};
    int m_snapshots = 1;
};

} // namespace

bool LostConnections::forgives(const Error& error)
{
    const bool lost =
        error.kind == ErrorKind::Unreachable || error.kind == ErrorKind::Refused || error.kind == ErrorKind::Conflict;
    if (!lost || !error.retriable || m_count == most)
        return false;
    ++m_count;
    m_last = error.what + (error.why.empty() ? "" : ": " + error.why);
    return true;
}

Duration LostConnections::patience() const
{
    return m_count == 0 ? Duration(0) : Duration(250) * (1 << std::min(m_count - 1, 4));
}

std::optional<CheckFinding> LostConnections::finding() const
{
    if (m_count == 0)
        return std::nullopt;
    return CheckFinding{DiagnosticLevel::Info,
                        {},
                        fmt::format("it was interrupted {}, and went on behind what was compared; the last time: {}",
                                    m_count == 1 ? "once" : fmt::format("{} times", m_count), m_last),
                        {}};
}

Error explained(const Error& error, const CheckPace& pace)
{
    if (error.kind != ErrorKind::Timeout || !pace.snapshotIsOld())
        return error;
    return {ErrorKind::Timeout, "A snapshot became too old before its rows were read",
            fmt::format("snapshot_age is {}; {}", formatDuration(pace.budget().snapshotAge), error.why),
            "Raise snapshot_age in the check's budget. With an index on the key of both sides the pieces are smaller.",
            true};
}

Result<Compared> compareSteadily(Comparison& comparison, const CheckSides& sides, bool together, CheckPace& pace)
{
    return SteadyComparison(comparison, sides, together, pace).run();
}

} // namespace projectionist
