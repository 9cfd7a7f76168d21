// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/projectiondrift.h"

#include "backend/core/format.h"
#include "backend/reconcile/freshness.h"
#include "models/checktext.h"
#include "models/lettertext.h"
#include "models/text.h"

#include <QCoreApplication>
#include <QStringList>

namespace projectionist {

namespace {

struct DriftWords
{
    Q_DECLARE_TR_FUNCTIONS(DriftWords)
};

/// Why the newest run has no result; empty if it has one, runs, or there is none.
std::string failureOf(const CheckStanding& standing)
{
    if (!standing.complaint.empty())
        return standing.complaint;
    const bool failed = !standing.runs.empty() && standing.runs.back().state == CheckRunState::Failed;
    return failed ? standing.runs.back().error : std::string();
}

} // namespace

void ProjectionDrift::add(const CheckStanding& standing)
{
    ++checks;
    running += standing.running || standing.waiting ? 1 : 0;
    if (const auto failure = failureOf(standing); !failure.empty()) {
        failures.push_back(standing.check.name + ": " + failure);
        return;
    }
    const auto* const last = standing.lastFinished();
    if (!last || (!last->complete && !last->drift)) // what was not compared is not proved
        return;
    ++verified;
    const TimePoint ended = last->began + last->took;
    oldest = std::min(oldest.value_or(ended), ended);
    const TimePoint stale = projectionist::staleFrom(standing.check, ended);
    staleFrom = std::min(staleFrom.value_or(stale), stale);
    if (!last->drift || last->isRepaired())
        return;
    ++drifting;
    differences += projectionist::driftOf(*last);
    critical = critical || last->severity == CheckSeverity::Critical;
}

std::map<std::string, ProjectionDrift> driftByProjection(const CheckBoard& board)
{
    std::map<std::string, ProjectionDrift> all;
    for (const auto& standing : board.checks)
        if (const auto& label = standing.check.projection; !label.empty())
            all[label.substr(0, label.find(':'))].add(standing);
    return all;
}

ProjectionDrift driftOfAll(const CheckBoard& board)
{
    ProjectionDrift all;
    for (const auto& standing : board.checks)
        all.add(standing);
    return all;
}

QString driftText(const ProjectionDrift& drift)
{
    if (drift.drifting > 0)
        return drift.differences == 1 ? DriftWords::tr("1 row")
                                      : DriftWords::tr("%1 rows").arg(toQString(formatCount(drift.differences)));
    if (!drift.failures.empty())
        return DriftWords::tr("unknown");
    return drift.verified < drift.checks ? DriftWords::tr("pending") : DriftWords::tr("none");
}

ColorMeaning driftMeaning(const ProjectionDrift& drift)
{
    if (drift.drifting > 0)
        return drift.critical ? ColorMeaning::Critical : ColorMeaning::Warning;
    return drift.verified < drift.checks ? ColorMeaning::Muted : ColorMeaning::Good;
}

QString driftDetails(const ProjectionDrift& drift, TimePoint now)
{
    QStringList lines;
    lines << (drift.checks == 1 && drift.drifting == 1 ? DriftWords::tr("Its check shows drift.")
              : drift.drifting > 0 ? DriftWords::tr("%1 of %2 checks show drift.").arg(drift.drifting).arg(drift.checks)
              : drift.verified > 0
                  ? DriftWords::tr("%1 of %2 checks found no drift.").arg(drift.verified).arg(drift.checks)
                  : DriftWords::tr("No check has been run yet."));
    if (drift.oldest)
        lines << (drift.isStale(now) ? DriftWords::tr("Verified %1: stale, its schedule was due twice since, or it has "
                                                      "none and is older than a day.")
                                     : DriftWords::tr("Verified %1."))
                     .arg(agoText(*drift.oldest, now));
    if (drift.running > 0)
        lines << DriftWords::tr("Being checked now.");
    for (const auto& failure : drift.failures)
        lines << strangersText(failure, 300);
    return lines.join(u'\n');
}

} // namespace projectionist
