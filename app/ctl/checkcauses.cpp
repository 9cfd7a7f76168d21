// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/checkcauses.h"

#include "app/ctl/deadletterreader.h"
#include "backend/deadletter/letterescape.h"
#include "backend/reconcile/causes.h"

#include <fmt/format.h>
#include <future>

namespace projectionist::ctl {

void findCauses(const CheckSettings& check, CheckResult& result, const Workspace& workspace, Session& session,
                std::atomic<bool>& stop)
{
    if (result.count(DriftState::Confirmed) == 0)
        return;
    session.console.note(fmt::format("{}: looking for causes", harmless(check.name)));
    const SystemClock clock;
    CauseFinder finder(workspace, check.context, defaultLetterConnectors(), clock,
                       resolvedLetters(check.context, session.console), {},
                       deploymentsOf(check.context, auditFile(stateDirectory())));
    std::stop_source ending;
    // On a thread of its own, so that Ctrl+C finds somebody who hears it.
    auto found = std::async(std::launch::async, [&] { return finder.find(check, result, ending.get_token()); });
    while (found.wait_for(Duration(0)) != std::future_status::ready)
        if (session.interruption.wait(Duration(20))) {
            stop = true;
            ending.request_stop();
            found.wait();
        }
    found.get(); // stopped: the result says so by having no causes
}

} // namespace projectionist::ctl
