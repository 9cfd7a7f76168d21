// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/store/postgres/postgressnapshot.h"

#include "backend/store/postgres/conninfo.h"
#include "backend/store/postgres/hangguard.h"
#include "backend/store/postgres/postgreserror.h"
#include "backend/store/postgres/postgresstore.h"

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <map>

namespace projectionist {

namespace {

using SnapshotConnection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using SnapshotAnswer = std::unique_ptr<PGresult, decltype(&PQclear)>;

/// As long as a cancelled statement may take to end before its socket is shut.
constexpr Duration cancelGrace{700};
/// How long after statement_timeout a server that says nothing is taken for hanging.
constexpr Duration hangGrace{2000};

/// libpq itself: libpqxx 6 streams whole tables only, and later ones take every row apart before it is known whether
/// anybody needs its cells.
class PostgresSnapshot final : public SnapshotReader
{
public:
    PostgresSnapshot(StoreSettings settings, Conninfo info) : m_settings(std::move(settings)), m_info(std::move(info))
    {
    }
    ~PostgresSnapshot() override { disconnect(); }

    Result<void> begin(const std::string& snapshot) override;
    Result<std::string> exportSnapshot() override;
    void end() override;
    Result<Rows> query(const std::string& sql, std::size_t maxRows) override;
    Result<std::vector<ResultColumn>> describe(const std::string& sql) override;
    Result<void> openStream(const std::string& sql) override;
    Result<bool> nextLine(std::string_view& line) override;
    void closeStream() override;
    void cancel() noexcept override;

private:
    Result<void> connect();
    void disconnect();
    /// A statement by the extended protocol: a text with two statements in it is refused by the server.
    SnapshotAnswer send(const std::string& sql);
    Result<SnapshotAnswer> ask(const std::string& sql, ExecStatusType wanted);
    Result<void> command(const std::string& sql);
    Result<void> endOfStream();
    Error failure(const PGresult* answer) const;
    Error connectionError() const;
    void mayTake(Duration limit);
    void freeLine()
    {
        PQfreemem(m_line);
        m_line = nullptr;
    }

    const StoreSettings m_settings;
    const Conninfo m_info;
    SnapshotConnection m_connection{nullptr, &PQfinish};
    bool m_inTransaction = false;
    bool m_streaming = false;
    char* m_line = nullptr; ///< libpq's
    std::atomic<bool> m_cancelled = false;
    std::mutex m_cancelMutex;
    PGcancel* m_cancel = nullptr; ///< guarded by m_cancelMutex
    HangGuard m_guard;
};

void PostgresSnapshot::mayTake(Duration limit)
{
    m_guard.extend(m_cancelled ? cancelGrace : limit + hangGrace);
}

Result<void> PostgresSnapshot::connect()
{
    if (m_connection && PQstatus(m_connection.get()) == CONNECTION_OK)
        return {};
    disconnect();
    const EnglishMessages english;
    m_connection.reset(PQconnectdb(m_info.text().c_str()));
    if (!m_connection || PQstatus(m_connection.get()) != CONNECTION_OK) {
        const std::string message = m_connection ? PQerrorMessage(m_connection.get()) : "out of memory";
        m_connection.reset();
        return tl::unexpected(connectError(m_settings.name, m_info, message));
    }
    const std::lock_guard lock(m_cancelMutex);
    m_cancel = PQgetCancel(m_connection.get());
    m_guard.begin();
    m_guard.watch(PQsocket(m_connection.get()));
    return {};
}

void PostgresSnapshot::disconnect()
{
    freeLine();
    m_guard.end();
    m_guard.watch(-1);
    {
        const std::lock_guard lock(m_cancelMutex);
        PQfreeCancel(m_cancel);
        m_cancel = nullptr;
    }
    m_connection.reset();
    m_inTransaction = m_streaming = false;
}

void PostgresSnapshot::cancel() noexcept
{
    m_cancelled = true;
    // What answers ends at once by the request; what hangs, and with it the request, by the guard.
    m_guard.extend(cancelGrace);
    const std::lock_guard lock(m_cancelMutex);
    char why[256];
    if (m_cancel)
        static_cast<void>(PQcancel(m_cancel, why, sizeof why));
}

Error PostgresSnapshot::connectionError() const
{
    return {ErrorKind::Unreachable,
            fmt::format("The connection to store \"{}\" ({}) was lost", m_settings.name, m_info.target()),
            m_connection ? essence(PQerrorMessage(m_connection.get())) : std::string(), "Run the check again.", true};
}

Error PostgresSnapshot::failure(const PGresult* answer) const
{
    if (m_cancelled)
        return {ErrorKind::Cancelled,
                "The query on store \"" + m_settings.name + "\" was cancelled",
                "we were asked to",
                {},
                false};
    if (m_guard.fired() != HangGuard::Fired::No)
        return {ErrorKind::Timeout, fmt::format("Store \"{}\" ({}) did not answer", m_settings.name, m_info.target()),
                fmt::format("it hangs: {} s without a sign", (m_settings.statementTimeout + hangGrace).count() / 1000),
                "Check that the server runs and the network lets it through.", true};
    const char* const state = answer ? PQresultErrorField(answer, PG_DIAG_SQLSTATE) : nullptr;
    if (!state || PQstatus(m_connection.get()) != CONNECTION_OK)
        return connectionError();
    return statementError(m_settings.name, state, PQresultErrorMessage(answer));
}

SnapshotAnswer PostgresSnapshot::send(const std::string& sql)
{
    mayTake(m_settings.statementTimeout);
    SnapshotAnswer answer(PQexecParams(m_connection.get(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0),
                          &PQclear);
    m_guard.rest(); // between statements nobody waits, however long that is
    return answer;
}

Result<SnapshotAnswer> PostgresSnapshot::ask(const std::string& sql, ExecStatusType wanted)
{
    if (m_cancelled || !m_connection || !m_inTransaction || m_streaming)
        return tl::unexpected(m_cancelled ? failure(nullptr)
                                          : Error{ErrorKind::Internal,
                                                  "The store \"" + m_settings.name + "\" was asked",
                                                  "no transaction was begun, or a stream is under way",
                                                  {},
                                                  false});
    auto answer = send(sql);
    if (PQresultStatus(answer.get()) != wanted || m_cancelled)
        return tl::unexpected(failure(answer.get()));
    return answer;
}

Result<void> PostgresSnapshot::command(const std::string& sql)
{
    return ask(sql, PGRES_COMMAND_OK).map([](const SnapshotAnswer&) {});
}

Result<void> PostgresSnapshot::begin(const std::string& snapshot)
{
    end();
    if (m_cancelled)
        return tl::unexpected(failure(nullptr));
    if (auto connected = connect(); !connected)
        return connected;
    m_inTransaction = true;
    auto begun = command("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    if (begun && !snapshot.empty()) {
        const std::unique_ptr<char, decltype(&PQfreemem)> name(
            PQescapeLiteral(m_connection.get(), snapshot.c_str(), snapshot.size()), &PQfreemem);
        begun = command(std::string("SET TRANSACTION SNAPSHOT ") + name.get());
    }
    return begun;
}

void PostgresSnapshot::end()
{
    closeStream();
    if (std::exchange(m_inTransaction, false) && m_connection &&
        PQresultStatus(send("ROLLBACK").get()) != PGRES_COMMAND_OK)
        disconnect();
}

Result<std::string> PostgresSnapshot::exportSnapshot()
{
    return ask("SELECT pg_catalog.pg_export_snapshot()", PGRES_TUPLES_OK).map([](const SnapshotAnswer& answer) {
        return std::string(PQgetvalue(answer.get(), 0, 0));
    });
}

Result<Rows> PostgresSnapshot::query(const std::string& sql, std::size_t maxRows)
{
    auto answer = ask(sql, PGRES_TUPLES_OK);
    if (!answer)
        return tl::unexpected(answer.error());
    const PGresult* const result = answer->get();
    Rows rows;
    const int columns = PQnfields(result);
    for (int column = 0; column < columns; ++column)
        rows.columns.emplace_back(PQfname(result, column));
    for (int row = 0; row < PQntuples(result); ++row) {
        if (rows.rows.size() == maxRows) {
            rows.truncated = true;
            break;
        }
        auto& cells = rows.rows.emplace_back(static_cast<std::size_t>(columns));
        for (int column = 0; column < columns; ++column)
            if (PQgetisnull(result, row, column) == 0)
                cells[static_cast<std::size_t>(column)].emplace(
                    PQgetvalue(result, row, column), static_cast<std::size_t>(PQgetlength(result, row, column)));
    }
    return rows;
}

Result<std::vector<ResultColumn>> PostgresSnapshot::describe(const std::string& sql)
{
    // PREPARE finds out the types and runs nothing. The name is gone with the statement below, error or not.
    if (auto usable = ask("SELECT 1", PGRES_TUPLES_OK); !usable)
        return tl::unexpected(usable.error());
    mayTake(m_settings.statementTimeout);
    const SnapshotAnswer prepared(PQprepare(m_connection.get(), "", sql.c_str(), 0, nullptr), &PQclear);
    if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK)
        return tl::unexpected(failure(prepared.get()));
    const SnapshotAnswer described(PQdescribePrepared(m_connection.get(), ""), &PQclear);
    if (PQresultStatus(described.get()) != PGRES_COMMAND_OK)
        return tl::unexpected(failure(described.get()));
    m_guard.rest();
    std::vector<ResultColumn> columns;
    std::string oids = "0";
    for (int column = 0; column < PQnfields(described.get()); ++column)
        oids += fmt::format(",{}", PQftype(described.get(), column));
    const auto types = query("SELECT t.oid, t.typname, t.typtype, n.nspname = 'pg_catalog' FROM pg_catalog.pg_type t "
                             "JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.oid IN (" +
                                 oids + ")",
                             100'000);
    if (!types)
        return tl::unexpected(types.error());
    std::map<std::string, const std::vector<std::optional<std::string>>*> byOid;
    for (const auto& row : types->rows)
        byOid[row[0].value_or("")] = &row;
    for (int column = 0; column < PQnfields(described.get()); ++column) {
        ResultColumn found{PQfname(described.get(), column), "?", 'b', false};
        if (const auto type = byOid.find(std::to_string(PQftype(described.get(), column))); type != byOid.end()) {
            found.type = (*type->second)[1].value_or("?");
            found.kind = (*type->second)[2].value_or("b").front();
            found.builtin = (*type->second)[3] == "t";
        }
        columns.push_back(std::move(found));
    }
    return columns;
}

Result<void> PostgresSnapshot::openStream(const std::string& sql)
{
    auto opened = ask("COPY (" + sql + "\n) TO STDOUT", PGRES_COPY_OUT);
    if (!opened)
        return tl::unexpected(opened.error());
    m_streaming = true;
    return {};
}

Result<bool> PostgresSnapshot::nextLine(std::string_view& line)
{
    if (!m_streaming)
        return false;
    freeLine();
    if (m_cancelled)
        return tl::unexpected(failure(nullptr));
    int size = PQgetCopyData(m_connection.get(), &m_line, 1);
    if (size == 0) { // nothing has come yet: only now somebody could be kept waiting
        mayTake(m_settings.statementTimeout);
        size = PQgetCopyData(m_connection.get(), &m_line, 0);
        m_guard.rest();
    }
    if (size > 0) {
        line = {m_line, static_cast<std::size_t>(size) - (m_line[size - 1] == '\n' ? 1U : 0U)};
        return true;
    }
    m_streaming = false;
    return endOfStream().map([] { return false; });
}

/// What the server says after the last row: all well, or why there are no more.
Result<void> PostgresSnapshot::endOfStream()
{
    Result<void> ended;
    for (SnapshotAnswer answer(PQgetResult(m_connection.get()), &PQclear); answer;
         answer.reset(PQgetResult(m_connection.get())))
        if (PQresultStatus(answer.get()) != PGRES_COMMAND_OK && ended)
            ended = tl::unexpected(failure(answer.get()));
    if (ended && (m_cancelled || PQstatus(m_connection.get()) != CONNECTION_OK))
        ended = tl::unexpected(failure(nullptr));
    return ended;
}

void PostgresSnapshot::closeStream()
{
    if (!std::exchange(m_streaming, false))
        return;
    // What is under way must be read to its end; a hang costs no more than a cancelled statement.
    m_guard.extend(cancelGrace);
    char why[256];
    {
        const std::lock_guard lock(m_cancelMutex);
        if (m_cancel)
            static_cast<void>(PQcancel(m_cancel, why, sizeof why));
    }
    do
        freeLine();
    while (PQgetCopyData(m_connection.get(), &m_line, 0) > 0);
    static_cast<void>(endOfStream());
    m_guard.rest();
}

} // namespace

Result<std::unique_ptr<SnapshotReader>> readPostgresSnapshot(const StoreSettings& settings)
{
    auto info = Conninfo::parse(settings);
    if (!info)
        return tl::unexpected(info.error());
    info->addSession(Access::ReadOnly, settings.statementTimeout);
    return std::make_unique<PostgresSnapshot>(settings, std::move(*info));
}

} // namespace projectionist
