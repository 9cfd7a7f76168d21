// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/commandline.h"

int main(int argc, char** argv)
{
    projectionist::StopSignal stop; // before any thread
    const projectionist::SystemClock clock;
    return projectionist::runCommandLine(argc, argv, clock, stop);
}
