// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Writes history until it is killed: writer FILE FIRST. Second n has lag n ms, from FIRST on; prints the last second
// that must have reached the disk.
#include "backend/history/history.h"
#include "tests/support/manualclock.h"
#include "tests/unit/history/samples.h"

#include <iostream>

using namespace projectionist;

int main(int argc, char** argv)
{
    if (argc != 3)
        return 2;
    std::vector<std::string> projections;
    for (int i = 0; i < 20; ++i)
        projections.push_back("p" + std::to_string(i));
    const std::int64_t first = std::stoll(argv[2]);
    ManualClock clock(TimePoint(std::chrono::seconds(1'795'003'200 + first)));
    History history(argv[1], clock);
    for (std::int64_t second = first;; ++second) {
        history.append(snapshotOf(clock.now(), projections, second, second, 3));
        clock.advance(std::chrono::seconds(1));
        if (second % 7 != 0)
            continue;
        history.flush();
        if (history.health())
            return 1;
        std::cout << second << std::endl;
    }
}
