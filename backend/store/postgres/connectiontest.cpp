// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/store/connectiontest.h"

#include "backend/store/postgres/conninfo.h"
#include "backend/store/postgres/postgreserror.h"
#include "backend/store/postgres/postgresstore.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

namespace projectionist {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;
using Connection = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

/// libpq itself, not libpqxx: only here can it be told to name SQLSTATEs while connecting, and be given up at any time.
class Tester
{
public:
    Tester(const StoreSettings& settings, const Conninfo& info, Duration timeout)
        : m_store(settings.name)
        , m_info(info)
        , m_timeout(timeout)
        , m_start(std::chrono::steady_clock::now())
        , m_connection(PQconnectStart(info.text().c_str()), &PQfinish)
    {
    }

    Result<StoreTest> run()
    {
        if (!m_connection || PQstatus(m_connection.get()) == CONNECTION_BAD)
            return tl::unexpected(failure());
        PQsetErrorVerbosity(m_connection.get(), PQERRORS_VERBOSE);
        if (const auto connected = connect(); !connected)
            return tl::unexpected(connected.error());
        auto answer = ask("SELECT current_user, current_database(), pg_is_in_recovery()");
        if (!answer)
            return tl::unexpected(answer.error());
        const int version = PQserverVersion(m_connection.get());
        StoreTest test;
        test.serverVersion = fmt::format("PostgreSQL {}.{}", version / 10000, version % 10000);
        test.user = PQgetvalue(answer->get(), 0, 0);
        test.database = PQgetvalue(answer->get(), 0, 1);
        test.standby = PQgetvalue(answer->get(), 0, 2)[0] == 't';
        test.encrypted = PQsslInUse(m_connection.get()) != 0;
        test.took = std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now() - m_start);
        return test;
    }

private:
    Error failure() const
    {
        return connectError(m_store, m_info, m_connection ? PQerrorMessage(m_connection.get()) : "out of memory");
    }
    Error late() const { return connectError(m_store, m_info, "timeout expired"); }

    /// Waits for the socket; false at the end of the time.
    bool wait(short events) const
    {
        const auto left = std::chrono::duration_cast<Duration>(m_start + m_timeout - std::chrono::steady_clock::now());
        if (left <= Duration(0))
            return false;
        pollfd socket{PQsocket(m_connection.get()), events, 0};
        return ::poll(&socket, 1, static_cast<int>(left.count())) > 0;
    }

    Result<void> connect()
    {
        for (auto state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK;) {
            if (!wait(state == PGRES_POLLING_READING ? POLLIN : POLLOUT))
                return tl::unexpected(late());
            state = PQconnectPoll(m_connection.get());
            if (state == PGRES_POLLING_FAILED)
                return tl::unexpected(failure());
        }
        return {};
    }

    Result<Answer> ask(const char* sql)
    {
        PGconn* const connection = m_connection.get();
        if (PQsendQuery(connection, sql) == 0)
            return tl::unexpected(failure());
        while (PQisBusy(connection) != 0) {
            if (!wait(POLLIN))
                return tl::unexpected(late());
            if (PQconsumeInput(connection) == 0)
                return tl::unexpected(failure());
        }
        Answer answer(PQgetResult(connection), &PQclear);
        if (PQresultStatus(answer.get()) == PGRES_TUPLES_OK && PQntuples(answer.get()) == 1)
            return answer;
        const char* const state = PQresultErrorField(answer.get(), PG_DIAG_SQLSTATE);
        return tl::unexpected(statementError(m_store, state ? state : "", PQresultErrorMessage(answer.get())));
    }

    const std::string& m_store;
    const Conninfo& m_info;
    const Duration m_timeout;
    const SteadyTime m_start;
    Connection m_connection;
};

} // namespace

Result<StoreTest> testStore(const StoreSettings& settings, Duration timeout)
{
    auto info = Conninfo::parse(settings);
    if (!info)
        return tl::unexpected(info.error());
    info->addSession(Access::ReadOnly, settings.statementTimeout);
    const EnglishMessages english;
    return Tester(settings, *info, timeout).run();
}

} // namespace projectionist
