// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/config/workspacefile.h"

#include <functional>

namespace projectionist {

/// Keeps a workspace up to date with its files, by polling: network folders and editors that replace files are no
/// exceptions then. A broken file keeps the old settings and says why. One thread.
class WorkspaceWatch
{
public:
    using Load = std::function<LoadedWorkspace()>;
    /// Loads for the first time.
    explicit WorkspaceWatch(Load load);

    /// Looks at the files, and reads again if one of them is new, gone or other than before. True if it was read: then
    /// diagnostics() are new, and workspace() too unless broken(). A few stat() calls; meant to be asked once a second.
    [[nodiscard]] bool changed();

    /// The last good settings; nullopt if there never were any.
    [[nodiscard]] const std::optional<Workspace>& workspace() const { return m_workspace; }
    /// Of the last reading.
    [[nodiscard]] const std::vector<Diagnostic>& diagnostics() const { return m_last.diagnostics; }
    /// The files as they are now could not be taken over; workspace() is older than they.
    [[nodiscard]] bool broken() const { return !m_last.workspace; }
    /// For the message: "config.toml: 2 errors; still using the settings of before", or empty.
    [[nodiscard]] std::string notice() const;

private:
    struct Stamp
    {
        std::filesystem::path file;
        std::int64_t modified = -1; ///< nanoseconds; -1: there is no such file
        std::uintmax_t size = 0;
        std::uintmax_t inode = 0;

        bool operator==(const Stamp&) const = default;
    };
    static std::vector<Stamp> stamps(const std::vector<std::filesystem::path>& files);
    void read();

    Load m_load;
    LoadedWorkspace m_last;
    std::vector<Stamp> m_stamps;
    std::optional<Workspace> m_workspace;
};

} // namespace projectionist
