// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

namespace projectionist {

Error sqliteTrouble(const SqliteError& error, std::string what, std::string_view then)
{
    Error result{ErrorKind::Resource, std::move(what), error.what(), "", true};
    std::string_view next = "Check the file";
    switch (error.code) {
    case SQLITE_FULL:
        result.why = "the disk is full";
        next = "Free some space";
        break;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        result.kind = ErrorKind::Conflict;
        result.why = "another program has been writing it for long";
        next = "Close that program";
        break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
        result.kind = ErrorKind::Permission;
        next = "Check the permissions of the file and its folder";
        break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        result.kind = ErrorKind::InvalidData;
        result.retriable = false;
        result.why = error.code == SQLITE_NOTADB ? "it is no SQLite database" : "the file is damaged";
        next = "Move it away and keep it";
        break;
    default:
        break;
    }
    result.next = fmt::format("{}{}", next, then);
    return result;
}

std::uint64_t inodeOf(const std::filesystem::path& file)
{
    struct stat info
    {
    };
    return ::stat(file.c_str(), &info) == 0 ? info.st_ino : 0;
}

void SqliteStatement::Finalizer::operator()(sqlite3_stmt* statement) const noexcept
{
    sqlite3_finalize(statement);
}

void SqliteStatement::check(int code) const
{
    if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE)
        throw SqliteError(code & 0xff, sqlite3_errmsg(sqlite3_db_handle(m_statement.get())));
}

int SqliteStatement::nextParameter()
{
    if (m_running) {
        sqlite3_reset(m_statement.get());
        m_running = false;
        m_bound = 0;
    }
    return ++m_bound;
}

SqliteStatement& SqliteStatement::bind(std::int64_t value)
{
    check(sqlite3_bind_int64(m_statement.get(), nextParameter(), value));
    return *this;
}

SqliteStatement& SqliteStatement::bind(std::string_view text)
{
    check(sqlite3_bind_text(m_statement.get(), nextParameter(), text.data(), static_cast<int>(text.size()),
                            SQLITE_TRANSIENT));
    return *this;
}

SqliteStatement& SqliteStatement::bindBlob(std::string_view bytes)
{
    check(sqlite3_bind_blob64(m_statement.get(), nextParameter(), bytes.data(), bytes.size(), SQLITE_STATIC));
    return *this;
}

bool SqliteStatement::step()
{
    m_running = true;
    const int code = sqlite3_step(m_statement.get());
    check(code);
    return code == SQLITE_ROW;
}

void SqliteStatement::run()
{
    while (step()) {
    }
}

std::int64_t SqliteStatement::integer(int column) const
{
    return sqlite3_column_int64(m_statement.get(), column);
}

std::string SqliteStatement::text(int column) const
{
    return std::string(blob(column));
}

std::string_view SqliteStatement::blob(int column) const
{
    const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(m_statement.get(), column));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(m_statement.get(), column))};
}

void SqliteDatabase::Closer::operator()(sqlite3* database) const noexcept
{
    sqlite3_close_v2(database);
}

SqliteDatabase::SqliteDatabase(const std::filesystem::path& file, Mode mode)
{
    const int flags = mode == Mode::Write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &opened, flags, nullptr);
    m_database.reset(opened);
    if (code != SQLITE_OK)
        throw SqliteError(code & 0xff, opened ? sqlite3_errmsg(opened) : "out of memory");
    sqlite3_busy_timeout(opened, 1000);
}

void SqliteDatabase::execute(const char* sql)
{
    const int code = sqlite3_exec(m_database.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        throw SqliteError(code & 0xff, sqlite3_errmsg(m_database.get()));
}

SqliteStatement SqliteDatabase::prepare(std::string_view sql)
{
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v2(m_database.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    if (code != SQLITE_OK)
        throw SqliteError(code & 0xff, sqlite3_errmsg(m_database.get()));
    return SqliteStatement(statement);
}

std::int64_t SqliteDatabase::number(std::string_view sql)
{
    auto statement = prepare(sql);
    return statement.step() ? statement.integer(0) : 0;
}

SqliteTransaction::SqliteTransaction(SqliteDatabase& database) : m_database(database)
{
    m_database.execute("BEGIN IMMEDIATE");
}

SqliteTransaction::~SqliteTransaction()
{
    if (!m_open)
        return;
    try {
        m_database.execute("ROLLBACK");
    } catch (const SqliteError&) {
        // SQLite rolls back by itself on full disks and broken files; there is nothing left to do then.
    }
}

void SqliteTransaction::commit()
{
    m_database.execute("COMMIT");
    m_open = false;
}

} // namespace projectionist
