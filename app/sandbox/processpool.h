// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/control.h"
#include "app/sandbox/servers/childprocess.h"

namespace projectionist {

/// The sandbox's own processes: starts what should run, starts it again with back-off when it ended, holds what a fault
/// holds. One thread.
class ProcessPool
{
public:
    /// Each runs `program worker NAME --settings FILE` and writes to FOLDER/NAME.log.
    ProcessPool(std::filesystem::path program, std::filesystem::path folder, std::filesystem::path settings,
                const Clock& clock);

    void add(const std::string& name);
    /// Starts what is due; call it often.
    void tick();
    /// kill -9, and no restart until release().
    void hold(const std::string& name);
    void release(const std::string& name);
    /// Asks all to end, kills those that do not.
    void stopAll();
    [[nodiscard]] std::vector<SandboxProcess> states() const;

private:
    struct Entry
    {
        std::string name;
        std::unique_ptr<ChildProcess> child{};
        bool held = false;
        int restarts = -1;
        Duration startedAt{0};
        Duration startAt{0}; ///< not before
        Duration backoff{0};
    };

    void start(Entry& entry);
    void noteEnd(Entry& entry);
    [[nodiscard]] Entry* find(const std::string& name);

    std::filesystem::path m_program, m_folder, m_settings;
    const Clock& m_clock;
    std::vector<Entry> m_entries;
};

} // namespace projectionist
