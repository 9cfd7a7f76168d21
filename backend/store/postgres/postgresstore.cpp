// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/store/postgres/postgresstore.h"

#include "backend/store/connectiontest.h"
#include "backend/store/postgres/conninfo.h"
#include "backend/store/postgres/hangguard.h"
#include "backend/store/postgres/postgreserror.h"
#include "backend/store/postgres/pqxxshim.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <map>
#include <set>

namespace projectionist {

namespace {

/// What one FETCH should bring, and what one answer may hold, so that wide rows cost no more memory than many.
constexpr std::size_t batchBytes = 1U << 20;
constexpr std::size_t answerBytes = 64U << 20;
constexpr std::size_t firstBatch = 50;
constexpr std::size_t largestBatch = 5000;

/// How long after statement_timeout a server that says nothing is taken for hanging.
constexpr Duration grace{2000};

/// True if the text can be read by a cursor: SELECT, WITH, VALUES, TABLE, also in parentheses or after comments.
bool isCursorQuery(std::string_view sql)
{
    for (;;) {
        const auto start = sql.find_first_not_of(" \t\r\n(");
        if (start == std::string_view::npos)
            return false;
        sql.remove_prefix(start);
        const std::string_view close = sql.starts_with("--") ? "\n" : sql.starts_with("/*") ? "*/" : "";
        if (close.empty())
            break;
        const auto end = sql.find(close);
        sql.remove_prefix(end == std::string_view::npos ? sql.size() : end + close.size());
    }
    std::string word;
    for (const char letter : sql.substr(0, sql.find_first_of(" \t\r\n(*'\"/-")))
        word += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    return word == "select" || word == "with" || word == "values" || word == "table";
}

class PostgresStore final : public RelationalStore
{
public:
    PostgresStore(StoreSettings settings, Conninfo info, Access access)
        : m_settings(std::move(settings)), m_info(std::move(info)), m_access(access)
    {
    }
    ~PostgresStore() override { disconnect(); }

    Result<Rows> query(const std::string& sql, std::span<const Parameter> parameters, std::size_t maxRows) override;
    Result<void> transaction(const std::function<Result<void>(Transaction&)>& body) override;
    void interrupt() noexcept override { m_guard.interrupt(); }
    std::string serverVersion() const override { return m_serverVersion; }

private:
    class OpenTransaction;

    template<typename Body>
    auto guarded(Body&& body) -> decltype(body());
    Result<void> connect();
    void disconnect();
    void mayTake(Duration limit) { m_guard.extend(limit + grace); }
    Error lostConnection(const std::string& why) const;
    Error explain(const std::exception& exception) const;

    template<typename Tx>
    pqxx::result execute(Tx& tx, const std::string& sql, std::span<const Parameter> parameters = {})
    {
        mayTake(m_settings.statementTimeout);
        return shim::execute(tx, sql, parameters);
    }
    template<typename Tx>
    void describe(Tx& tx, const pqxx::result& result, Rows& rows);
    template<typename Tx>
    void readByCursor(Tx& tx, const std::string& sql, std::span<const Parameter> parameters, std::size_t maxRows,
                      Rows& rows);
    static bool take(const pqxx::result& result, std::size_t maxRows, std::size_t& bytes, Rows& rows);

    const StoreSettings m_settings;
    const Conninfo m_info;
    const Access m_access;
    std::string m_serverVersion;
    std::map<std::string, std::string> m_typeNames; ///< by oid; types are not renamed while we look
    std::unique_ptr<pqxx::connection> m_connection; ///< movable in no version but by pointer
    HangGuard m_guard;
};

class PostgresStore::OpenTransaction final : public Transaction
{
public:
    OpenTransaction(PostgresStore& store, pqxx::work& work) : m_store(store), m_work(work) {}

    Result<Rows> execute(const std::string& sql, std::span<const Parameter> parameters) override
    {
        try {
            Rows rows;
            std::size_t bytes = 0;
            const auto result = m_store.execute(m_work, sql, parameters);
            m_store.describe(m_work, result, rows);
            take(result, static_cast<std::size_t>(result.size()), bytes, rows);
            return rows;
        } catch (const std::exception& exception) {
            return tl::unexpected(m_store.explain(exception));
        }
    }

private:
    PostgresStore& m_store;
    pqxx::work& m_work;
};

template<typename Body>
auto PostgresStore::guarded(Body&& body) -> decltype(body())
{
    m_guard.begin();
    auto answer = [&]() -> decltype(body()) {
        try {
            if (const auto connected = connect(); !connected)
                return tl::unexpected(connected.error());
            return body();
        } catch (const std::exception& exception) {
            return tl::unexpected(explain(exception));
        }
    }();
    m_guard.end();
    if (m_guard.fired() != HangGuard::Fired::No || (m_connection && !m_connection->is_open()))
        disconnect();
    return answer;
}

Result<void> PostgresStore::connect()
{
    if (m_connection && m_connection->is_open())
        return {};
    disconnect();
    const EnglishMessages english;
    try {
        m_connection = std::make_unique<pqxx::connection>(m_info.text());
        shim::forbidReconnecting(*m_connection);
    } catch (const std::exception& exception) {
        const std::string message = exception.what();
        if (m_guard.fired() != HangGuard::Fired::No)
            return tl::unexpected(lostConnection("it was interrupted while connecting"));
        if (!understandsConnectMessage(message)) {
            // A server that speaks another language: ask once more, this time for codes.
            if (const auto test = testStore(m_settings, m_settings.statementTimeout); !test)
                return tl::unexpected(test.error());
        }
        return tl::unexpected(connectError(m_settings.name, m_info, message));
    }
    m_guard.watch(m_connection->sock());
    if (m_guard.fired() != HangGuard::Fired::No)
        return tl::unexpected(lostConnection("it was interrupted while connecting"));
    const int version = m_connection->server_version();
    m_serverVersion = fmt::format("PostgreSQL {}.{}", version / 10000, version % 10000);
    return {};
}

void PostgresStore::disconnect()
{
    m_guard.watch(-1);
    m_connection.reset();
}

Error PostgresStore::lostConnection(const std::string& why) const
{
    return {ErrorKind::Timeout, fmt::format("Store \"{}\" ({}) did not answer", m_settings.name, m_info.target()), why,
            "Check that the server runs and the network lets it through; it is tried again by itself.", true};
}

Error PostgresStore::explain(const std::exception& exception) const
{
    switch (m_guard.fired()) {
    case HangGuard::Fired::Deadline:
        return lostConnection(fmt::format("it hangs: {} s without a sign, statement_timeout included",
                                          (m_settings.statementTimeout + grace).count() / 1000));
    case HangGuard::Fired::Interrupt:
        return lostConnection("it was interrupted because it took too long");
    case HangGuard::Fired::No:
        break;
    }
    if (dynamic_cast<const pqxx::insufficient_privilege*>(&exception)) // libpqxx 6 keeps no SQLSTATE of this one
        return statementError(m_settings.name, "42501", exception.what());
    if (const auto* const sql = dynamic_cast<const pqxx::sql_error*>(&exception); sql && !sql->sqlstate().empty())
        return statementError(m_settings.name, sql->sqlstate(), sql->what());
    if (dynamic_cast<const pqxx::in_doubt_error*>(&exception)) {
        return {ErrorKind::Unreachable, "The connection to store \"" + m_settings.name + "\" was lost during COMMIT",
                "nobody knows whether the transaction took place", "Read back what it should have changed.", false};
    }
    if (dynamic_cast<const pqxx::broken_connection*>(&exception) || (m_connection && !m_connection->is_open())) {
        return {ErrorKind::Unreachable,
                fmt::format("The connection to store \"{}\" ({}) was lost", m_settings.name, m_info.target()),
                essence(exception.what()), "It is opened again by itself.", true};
    }
    return {ErrorKind::Internal,
            "The query on store \"" + m_settings.name + "\" failed",
            essence(exception.what()),
            {},
            false};
}

template<typename Tx>
void PostgresStore::describe(Tx& tx, const pqxx::result& result, Rows& rows)
{
    std::vector<std::string> oids;
    std::set<std::string> unknown;
    for (decltype(result.columns()) column = 0; column < result.columns(); ++column) {
        rows.columns.emplace_back(result.column_name(column));
        oids.push_back(std::to_string(result.column_type(column)));
        if (!m_typeNames.contains(oids.back()))
            unknown.insert(oids.back());
    }
    if (!unknown.empty()) {
        std::string list;
        for (const auto& oid : unknown)
            list += (list.empty() ? "{" : ",") + oid;
        const std::vector<Parameter> parameters = {list + '}'};
        const auto names =
            execute(tx, "SELECT oid, typname FROM pg_catalog.pg_type WHERE oid = ANY ($1::oid[])", parameters);
        for (const auto& name : names)
            m_typeNames[name[0].c_str()] = name[1].c_str();
    }
    for (const auto& oid : oids)
        rows.types.push_back(m_typeNames[oid]);
}

/// False when the answer is full.
bool PostgresStore::take(const pqxx::result& result, std::size_t maxRows, std::size_t& bytes, Rows& rows)
{
    for (const auto& row : result) {
        if (rows.rows.size() == maxRows || bytes > answerBytes) {
            rows.truncated = true;
            return false;
        }
        auto& cells = rows.rows.emplace_back();
        for (const auto& field : row) {
            auto& cell = cells.emplace_back();
            if (!field.is_null())
                cell.emplace(field.c_str(), static_cast<std::size_t>(field.size()));
            bytes += sizeof cell + static_cast<std::size_t>(field.size());
        }
    }
    return true;
}

template<typename Tx>
void PostgresStore::readByCursor(Tx& tx, const std::string& sql, std::span<const Parameter> parameters,
                                 std::size_t maxRows, Rows& rows)
{
    execute(tx, "DECLARE projectionist NO SCROLL CURSOR FOR " + sql, parameters);
    std::size_t bytes = 0;
    std::size_t batch = firstBatch;
    for (bool more = true; more;) {
        // One row more than wanted tells whether there are more.
        batch = std::min(batch, maxRows - rows.rows.size() + 1);
        const auto result = execute(tx, fmt::format("FETCH FORWARD {} FROM projectionist", batch));
        if (rows.columns.empty())
            describe(tx, result, rows);
        more = take(result, maxRows, bytes, rows) && static_cast<std::size_t>(result.size()) == batch;
        const std::size_t perRow = bytes / std::max<std::size_t>(rows.rows.size(), 1) + 1;
        batch = std::clamp<std::size_t>(batchBytes / perRow, 1, largestBatch);
    }
}

Result<Rows> PostgresStore::query(const std::string& sql, std::span<const Parameter> parameters, std::size_t maxRows)
{
    return guarded([&]() -> Result<Rows> {
        Rows rows;
        mayTake(m_settings.statementTimeout); // some versions begin here, some with the first statement
        pqxx::read_transaction tx(*m_connection);
        if (isCursorQuery(sql)) {
            readByCursor(tx, sql, parameters, maxRows, rows);
        } else {
            std::size_t bytes = 0;
            const auto result = execute(tx, sql, parameters);
            describe(tx, result, rows);
            take(result, maxRows, bytes, rows);
        }
        mayTake(m_settings.statementTimeout);
        tx.commit();
        return rows;
    });
}

Result<void> PostgresStore::transaction(const std::function<Result<void>(Transaction&)>& body)
{
    if (m_access == Access::ReadOnly) {
        return tl::unexpected(Error{ErrorKind::Permission,
                                    "Store \"" + m_settings.name + "\" cannot be written to",
                                    "it was opened for reading",
                                    {},
                                    false});
    }
    return guarded([&]() -> Result<void> {
        mayTake(m_settings.statementTimeout);
        pqxx::work work(*m_connection);
        OpenTransaction open(*this, work);
        auto done = body(open);
        mayTake(m_settings.statementTimeout);
        if (done)
            work.commit();
        else
            work.abort();
        return done;
    });
}

} // namespace

Result<std::unique_ptr<RelationalStore>> connectPostgres(const StoreSettings& settings, Access access)
{
    auto info = Conninfo::parse(settings);
    if (!info)
        return tl::unexpected(info.error());
    info->addSession(access, settings.statementTimeout);
    return std::make_unique<PostgresStore>(settings, std::move(*info), access);
}

} // namespace projectionist
