// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"

#include <cstdint>
#include <filesystem>
#include <set>

namespace projectionist {

/// Tells which runs are alive: who runs one holds a lock on the byte of its number in a file beside the history. The
/// kernel lets go of it when that program ends in whatever way. An object belongs to one thread.
class RunLocks
{
public:
    /// The file is made with the first lock.
    explicit RunLocks(std::filesystem::path file) : m_file(std::move(file)) {}
    ~RunLocks();
    RunLocks(const RunLocks&) = delete;
    RunLocks& operator=(const RunLocks&) = delete;

    [[nodiscard]] Result<void> take(std::uint64_t number);
    void release(std::uint64_t number);
    /// By this object, another one, or another program.
    [[nodiscard]] Result<bool> isTaken(std::uint64_t number);

private:
    [[nodiscard]] Result<void> ensureOpen();
    [[nodiscard]] Error failure() const;

    const std::filesystem::path m_file;
    int m_descriptor = -1;
    std::set<std::uint64_t> m_own; ///< the kernel tells of others' locks only
};

} // namespace projectionist
