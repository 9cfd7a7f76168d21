// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/types.h>
#include <vector>

namespace projectionist {

struct ProcessEntry
{
    pid_t pid = 0;
    pid_t parent = 0;
    char state = '?'; ///< of proc(5): 'R', 'S', 'T', 'Z', ...
};

/// The process and all its living descendants, parents before children; empty if it does not exist.
[[nodiscard]] std::vector<ProcessEntry> processTree(pid_t root);

} // namespace projectionist
