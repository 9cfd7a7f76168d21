// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"

#include <cstddef>
#include <filesystem>
#include <string>

namespace projectionist {

/// A private folder under $TMPDIR or /tmp that goes away with the object. While the object lives it holds a lock on the
/// file "lock" in it; a lock that is free therefore marks what a killed program left behind. Keep the prefix short: a
/// socket's path must fit into 107 bytes.
class TemporaryFolder
{
public:
    [[nodiscard]] static Result<TemporaryFolder> create(const std::string& prefix);
    /// Removes the folders of this prefix that nobody holds, after killing processes that were left stopped
    /// (ChildProcess:: pauseTree) and name them in their command line; returns how many folders.
    static std::size_t reapAbandoned(const std::string& prefix);

    TemporaryFolder(TemporaryFolder&& other) noexcept;
    TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
    ~TemporaryFolder(); ///< removes it with all that is in it

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }

private:
    TemporaryFolder(std::filesystem::path path, int lock) : m_path(std::move(path)), m_lock(lock) {}

    std::filesystem::path m_path;
    int m_lock;
};

/// Gives the folder and what is in it to a user, for a server that drops privileges. Does nothing for an empty name.
[[nodiscard]] Result<void> giveTo(const std::filesystem::path& folder, const std::string& user);

/// The user that servers run as which refuse root: "postgres", else "nobody"; empty if we are not root.
[[nodiscard]] std::string unprivilegedUser();

/// $XDG_CACHE_HOME/projectionist; empty if there is neither that nor $HOME. Not created.
[[nodiscard]] std::filesystem::path cacheFolder();

/// The last lines of a log file, for messages.
[[nodiscard]] std::string lastLines(const std::filesystem::path& file, std::size_t lines = 5);

} // namespace projectionist
