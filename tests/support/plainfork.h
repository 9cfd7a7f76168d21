// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>

namespace projectionist {

/// Qt starts programs with a vfork(), whose child shares our memory. ThreadSanitizer takes it for a fork(), and as the
/// child should do, stops watching: us as well. With anything to do in the child, Qt forks.
inline void forkPlainly(QProcess& process)
{
    process.setChildProcessModifier([] {});
}

} // namespace projectionist
