// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/servers/postgresserver.h"

#include "app/sandbox/servers/postgrestemplate.h"

#include <csignal>
#include <fmt/format.h>
#include <fstream>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

/// A value of a libpq connection string or a literal of SQL: both double nothing but quote and backslash differently.
std::string quoted(const std::string& text, std::string_view special, char escape)
{
    std::string result = "'";
    for (const char character : text) {
        if (special.find(character) != std::string_view::npos)
            result += escape == '\0' ? character : escape;
        result += character;
    }
    return result + "'";
}

std::string conninfoValue(const std::string& text)
{
    return quoted(text, "'\\", '\\');
}

std::string sqlLiteral(const std::string& text)
{
    return quoted(text, "'", '\0');
}

} // namespace

PostgresServer::PostgresServer(PostgresOptions options, TemporaryFolder folder, PortReservation port, fs::path programs)
    : m_options(std::move(options))
    , m_folder(std::move(folder))
    , m_port(std::move(port))
    , m_programs(std::move(programs))
    , m_user(unprivilegedUser())
{
}

PostgresServer::~PostgresServer()
{
    // Immediate shutdown: nobody needs the data any more, but the shared memory goes.
    if (m_process)
        m_process->terminate(Duration(5'000), SIGQUIT);
}

Result<std::unique_ptr<PostgresServer>> PostgresServer::start(PostgresOptions options)
{
    return start(std::move(options), nullptr);
}

Result<std::unique_ptr<PostgresServer>> PostgresServer::startStandby(const PostgresServer& primary,
                                                                     PostgresOptions options)
{
    options.settings.emplace_back("wal_retrieve_retry_interval", "500ms");
    return start(std::move(options), &primary);
}

Result<std::unique_ptr<PostgresServer>> PostgresServer::start(PostgresOptions options, const PostgresServer* primary)
{
    TemporaryFolder::reapAbandoned(options.folderPrefix);
    auto programs = postgresProgramFolder();
    if (!programs)
        return tl::unexpected(programs.error());
    auto folder = TemporaryFolder::create(options.folderPrefix);
    if (!folder)
        return tl::unexpected(folder.error());
    auto port = PortReservation::reserve();
    if (!port)
        return tl::unexpected(port.error());
    std::unique_ptr<PostgresServer> server(
        new PostgresServer(std::move(options), std::move(*folder), std::move(*port), std::move(*programs)));
    if (const auto prepared = primary ? server->copyData(*primary) : server->prepareFolder(); !prepared)
        return tl::unexpected(prepared.error());
    if (const auto launched = server->launch(); !launched)
        return tl::unexpected(launched.error());
    return server;
}

Result<void> PostgresServer::prepareFolder()
{
    if (auto given = giveTo(folder(), m_user); !given)
        return given;
    if (auto made = makeDataFolder(m_programs, folder() / "data", m_user); !made)
        return made;
    if (m_options.password.empty())
        return {};
    std::ofstream(folder() / "data" / "pg_hba.conf", std::ios::trunc)
        << "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
           "local replication all trust\nhost replication all 127.0.0.1/32 scram-sha-256\n";
    return setPassword();
}

/// The slot keeps what the standby has not received yet, however long that takes.
Result<void> PostgresServer::copyData(const PostgresServer& primary) const
{
    if (auto given = giveTo(folder(), m_user); !given)
        return given;
    ChildCommand command;
    command.arguments = {m_programs / "pg_basebackup",
                         "-D",
                         folder() / "data",
                         "-d",
                         primary.socketConnection(),
                         "-R",
                         "-X",
                         "stream",
                         "-C",
                         "-S",
                         "standby",
                         "--checkpoint=fast",
                         "--no-sync"};
    command.logFile = folder() / "basebackup.log";
    command.user = m_user;
    auto copying = ChildProcess::start(command);
    if (!copying)
        return tl::unexpected(copying.error());
    if ((*copying)->waitForExit(m_options.startTimeout) == ExitStatus{})
        return {};
    return tl::unexpected(Error{ErrorKind::Resource, "Cannot copy a private PostgreSQL server",
                                lastLines(command.logFile), "Check that the disk has space.", false});
}

Result<void> PostgresServer::setPassword() const
{
    const fs::path sql = folder() / "password.sql";
    std::ofstream(sql) << "ALTER USER postgres PASSWORD " << sqlLiteral(m_options.password) << ";\n";
    ChildCommand command;
    command.arguments = {m_programs / "postgres", "--single", "-D", folder() / "data", "postgres"};
    command.inputFile = sql;
    command.logFile = folder() / "single.log";
    command.user = m_user;
    auto single = ChildProcess::start(command);
    if (!single)
        return tl::unexpected(single.error());
    const auto status = (*single)->waitForExit(m_options.startTimeout);
    std::error_code ignored;
    fs::remove(sql, ignored);
    if (status == ExitStatus{})
        return {};
    return tl::unexpected(Error{ErrorKind::Resource,
                                "Cannot set the password of a private PostgreSQL server",
                                lastLines(command.logFile),
                                {},
                                false});
}

Result<void> PostgresServer::launch()
{
    ChildCommand command;
    command.arguments = {m_programs / "postgres", "-D", folder() / "data", "-p",
                         std::to_string(port()),  "-k", folder()};
    const auto set = [&](const std::string& name, const std::string& value) {
        command.arguments.insert(command.arguments.end(), {"-c", name + '=' + value});
    };
    set("listen_addresses", m_options.tcp ? "127.0.0.1" : "");
    set("fsync", "off");
    set("full_page_writes", "off");
    set("synchronous_commit", "off");
    set("shared_buffers", "32MB");
    set("wal_level", "logical");
    set("timezone", "UTC");
    for (const auto& [name, value] : m_options.settings)
        set(name, value);
    command.logFile = logFile();
    command.user = m_user;
    command.deathSignal = SIGQUIT; // SIGKILL would leave its shared memory behind
    auto process = ChildProcess::start(command);
    if (!process)
        return tl::unexpected(process.error());
    m_process = std::move(*process);
    const auto deadline = std::chrono::steady_clock::now() + m_options.startTimeout;
    while (!ready()) {
        const bool ended = m_process->waitForExit(Duration(5)).has_value();
        if (ended || std::chrono::steady_clock::now() > deadline) {
            return tl::unexpected(Error{ErrorKind::Resource,
                                        "A private PostgreSQL server did not start",
                                        (ended ? toString(*m_process->exitStatus()) : "it is not ready in time") +
                                            "\n" + lastLines(logFile()),
                                        {},
                                        !ended});
        }
    }
    return {};
}

bool PostgresServer::ready() const
{
    // What pg_ctl reads, too: the eighth line is the state, the first the process it is true of.
    std::ifstream file(folder() / "data" / "postmaster.pid");
    std::string pid, line;
    std::getline(file, pid);
    for (int i = 1; i < 8; ++i)
        line.clear(), std::getline(file, line);
    return pid == std::to_string(m_process->pid()) && line.starts_with("ready");
}

std::string PostgresServer::connection(const std::string& database) const
{
    const std::string password = m_options.password.empty() ? "" : " password=" + conninfoValue(m_options.password);
    return fmt::format("host=127.0.0.1 port={} user=postgres dbname={}{}", port(), conninfoValue(database), password);
}

std::string PostgresServer::socketConnection(const std::string& database) const
{
    return fmt::format("host={} port={} user=postgres dbname={}", conninfoValue(folder()), port(),
                       conninfoValue(database));
}

void PostgresServer::stop()
{
    if (m_process)
        m_process->terminate(Duration(30'000), SIGINT);
}

Result<void> PostgresServer::restart()
{
    stop();
    return launch();
}

bool PostgresServer::pause()
{
    return m_process && m_process->pauseTree();
}

void PostgresServer::resume()
{
    if (m_process)
        m_process->resumeTree();
}

} // namespace projectionist
