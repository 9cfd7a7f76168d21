// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Runs or resumes a plan and kills itself at a boundary: runner BOOTSTRAP PLAN JOURNAL run|resume N. Boundary 0: never;
// prints how many boundaries it came by, and how it ended.
#include "backend/deadletter/replay/replayrun.h"
#include "tests/integration/replay/replaybench.h"

#include <csignal>
#include <iostream>

using namespace projectionist;

int main(int argc, char** argv)
{
    if (argc != 6)
        return 2;
    const auto plan = sure(loadReplayPlan(argv[2]));
    const long killedAt = std::stol(argv[5]);
    std::atomic<long> passed = 0;
    ReplayRunOptions options;
    options.journal = argv[3];
    options.resume = std::string(argv[4]) == "resume";
    options.settle = Duration(300);
    options.watch = Duration(0);
    options.boundary = [&](ReplayBoundary) {
        if (++passed == killedAt)
            std::raise(SIGKILL);
    };
    WatchedRun run(shopWorkspace(brokerAt(argv[1])), plan, options);
    const auto end = run.end();
    std::cout << passed << ' ' << toString(end->state) << std::endl;
    if (end->state != ReplayState::Finished)
        std::cerr << summary(*end) << std::endl;
    return end->state == ReplayState::Finished ? 0 : 1;
}
