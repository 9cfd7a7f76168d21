// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/servers/childprocess.h"
#include "app/sandbox/servers/portreservation.h"
#include "app/sandbox/servers/temporaryfolder.h"

#include <utility>

namespace projectionist {

struct PostgresOptions
{
    std::string folderPrefix = "projectionist-pg-";
    /// Empty: everybody on this machine is trusted. Else TCP connections need it (SCRAM); the socket, which only our
    /// user can reach, still trusts.
    std::string password{};
    bool tcp = true;                                             ///< false: the socket only
    std::vector<std::pair<std::string, std::string>> settings{}; ///< added to the command line; win over our own
    Duration startTimeout{60'000};
};

/// A private PostgreSQL server in a temporary folder, on a free port, without fsync. Runs as an unprivileged user when
/// we are root. It ends with us, also by kill -9; start() first removes what killed programs left behind.
class PostgresServer
{
public:
    /// Returns when the server accepts connections.
    [[nodiscard]] static Result<std::unique_ptr<PostgresServer>> start(PostgresOptions options = {});
    /// A hot standby of another one, which has to run: a copy of its data (pg_basebackup) that follows it by streaming
    /// replication, and waits for it where it is stopped. Reading only. To be gone before `primary`.
    [[nodiscard]] static Result<std::unique_ptr<PostgresServer>> startStandby(const PostgresServer& primary,
                                                                              PostgresOptions options = {});
    ~PostgresServer();
    PostgresServer(const PostgresServer&) = delete;
    PostgresServer& operator=(const PostgresServer&) = delete;

    /// A libpq connection string of the superuser "postgres" over TCP; holds the password if there is one.
    [[nodiscard]] std::string connection(const std::string& database = "postgres") const;
    /// The same over the Unix socket; never needs a password.
    [[nodiscard]] std::string socketConnection(const std::string& database = "postgres") const;
    [[nodiscard]] std::uint16_t port() const noexcept { return m_port.port(); }
    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return m_folder.path(); }
    [[nodiscard]] std::filesystem::path logFile() const { return m_folder.path() / "log"; }
    [[nodiscard]] bool running() const { return m_process && m_process->running(); }

    /// Fast shutdown: sessions are told and cut, data stays. Does nothing when stopped.
    void stop();
    /// Starts it again on the same port with the same data, after a stop() if it runs.
    [[nodiscard]] Result<void> restart();
    /// Freezes all its processes: connections stay open and nobody answers. False if that did not come about.
    bool pause();
    void resume();

private:
    PostgresServer(PostgresOptions options, TemporaryFolder folder, PortReservation port,
                   std::filesystem::path programs);
    [[nodiscard]] static Result<std::unique_ptr<PostgresServer>> start(PostgresOptions options,
                                                                       const PostgresServer* primary);
    [[nodiscard]] Result<void> prepareFolder();
    [[nodiscard]] Result<void> copyData(const PostgresServer& primary) const;
    [[nodiscard]] Result<void> setPassword() const;
    [[nodiscard]] Result<void> launch();
    [[nodiscard]] bool ready() const;

    PostgresOptions m_options;
    TemporaryFolder m_folder;
    PortReservation m_port;
    std::filesystem::path m_programs;
    std::string m_user;                      ///< that it runs as; empty: ours
    std::unique_ptr<ChildProcess> m_process; ///< ends before the folder goes
};

} // namespace projectionist
