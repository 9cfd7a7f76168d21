// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What a run of kind Events does in its own way.
#include "backend/reconcile/checkrun.h"
#include "backend/reconcile/declarationcheck.h"

#include <fmt/format.h>

namespace projectionist {

Result<void> CheckRun::requireDeclaration() const
{
    if (m_check.kind == CheckKind::Events)
        for (const auto& finding : lintDeclaration(m_check, m_workspace))
            return tl::unexpected(Error{ErrorKind::Configuration,
                                        fmt::format("Check \"{}\" cannot be run", m_check.name), finding.text,
                                        finding.next, false});
    return {};
}

Result<Compared> CheckRun::compareFold(CheckSides& sides, CheckResult& result)
{
    result.engine = CheckEngine::Fold;
    if (auto folded = m_fold->foldAhead(sides, m_pace); !folded)
        return tl::unexpected(folded.error());
    m_pace.waitForTurn();
    if (auto begun = sides.begin(); !begun)
        return tl::unexpected(begun.error());
    m_pace.tookSnapshot();
    result.verifiedAt = m_clock.now();
    auto compared = m_fold->compare(sides, m_pace);
    result.through = m_fold->positions();
    return compared;
}

} // namespace projectionist
