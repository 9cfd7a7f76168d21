// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/control.h"
#include "app/sandbox/servers/childprocess.h"
#include "app/sandbox/servers/temporaryfolder.h"
#include "backend/config/workspacefile.h"
#include "backend/store/relationalstore.h"

namespace projectionist {

/// Queries for RunningSandbox::number(): the sum of a projection's positions, and how many of its checkpoints were
/// written within the last three seconds.
[[nodiscard]] std::string positionSql(const std::string& projection);
[[nodiscard]] std::string agesSql(const std::string& projection);

/// The program projectionist-sandbox with temporary and runtime folders of its own.
class RunningSandbox
{
public:
    RunningSandbox();

    /// Runs `projectionist-sandbox ARGUMENTS`; what it prints is in output().
    [[nodiscard]] std::unique_ptr<ChildProcess> launch(std::vector<std::string> arguments,
                                                       const std::string& log) const;
    /// Runs it to its end; the exit code.
    int runToEnd(std::vector<std::string> arguments, const std::string& log) const;
    [[nodiscard]] std::string output(const std::string& log) const;

    /// `run` with these arguments until it is ready; throws with its output if it does not get so far.
    void start(std::vector<std::string> arguments);
    void stop(); ///< SIGTERM
    void kill(); ///< SIGKILL

    [[nodiscard]] ChildProcess& process() const { return *m_process; }
    [[nodiscard]] const std::filesystem::path& workspaceFile() const { return m_workspace; }
    [[nodiscard]] Workspace workspace() const;
    [[nodiscard]] SandboxControl control() const;
    /// The first cell of a query in the sandbox's store as a number; nullopt if it fails. "@" is the schema.
    [[nodiscard]] std::optional<std::int64_t> number(const std::string& sql) const;
    /// Whether the sum of a projection's positions goes on by that many events.
    [[nodiscard]] bool advances(const std::string& projection, std::int64_t by = 100) const;
    [[nodiscard]] bool allAdvance() const;
    /// What is in its temporary and its runtime folder.
    [[nodiscard]] std::vector<std::string> leftOver() const;

    void inject(const std::string& fault) const;
    void clear(const std::string& fault) const;
    [[nodiscard]] int pidOf(const std::string& process) const;

private:
    TemporaryFolder m_folder;
    std::unique_ptr<ChildProcess> m_process;
    std::filesystem::path m_workspace;
    mutable std::unique_ptr<RelationalStore> m_store;
};

} // namespace projectionist
