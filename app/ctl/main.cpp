// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/ctl/program.h"

int main(int argc, char** argv)
{
    return projectionist::ctl::run(argc, argv);
}
