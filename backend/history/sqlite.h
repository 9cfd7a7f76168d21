// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace projectionist {

/// Thrown inside of what keeps a file, never across its interface; `code` is SQLite's primary result code.
struct SqliteError : std::runtime_error
{
    SqliteError(int sqliteCode, const std::string& text) : std::runtime_error(text), code(sqliteCode) {}
    int code;
};

/// In the words of people. `what` cannot be done; what to do ends with `then`, which says what happens afterwards:
/// ", then try again."
[[nodiscard]] Error sqliteTrouble(const SqliteError& error, std::string what, std::string_view then);

/// Another one when the file was removed or replaced; 0: there is none.
[[nodiscard]] std::uint64_t inodeOf(const std::filesystem::path& file);

class SqliteStatement
{
public:
    /// Binds the next parameter.
    SqliteStatement& bind(std::int64_t value);
    SqliteStatement& bind(std::string_view text);
    SqliteStatement& bindBlob(std::string_view bytes); ///< must outlive the next step()
    /// True while there is a row. A statement that is at its end starts anew with its next bind().
    bool step();
    void run(); ///< steps to the end

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] std::string_view blob(int column) const; ///< valid until the next step()

private:
    friend class SqliteDatabase;
    struct Finalizer
    {
        void operator()(sqlite3_stmt* statement) const noexcept;
    };
    explicit SqliteStatement(sqlite3_stmt* statement) : m_statement(statement) {}
    int nextParameter();
    void check(int code) const;

    std::unique_ptr<sqlite3_stmt, Finalizer> m_statement;
    int m_bound = 0;
    bool m_running = false;
};

/// One connection; one thread at a time.
class SqliteDatabase
{
public:
    enum class Mode : std::uint8_t
    {
        Read,
        Write
    };
    SqliteDatabase(const std::filesystem::path& file, Mode mode);

    void execute(const char* sql); ///< one or more statements without parameters
    [[nodiscard]] SqliteStatement prepare(std::string_view sql);
    [[nodiscard]] std::int64_t number(std::string_view sql); ///< of the first column of the first row; 0 if none

private:
    struct Closer
    {
        void operator()(sqlite3* database) const noexcept;
    };
    std::unique_ptr<sqlite3, Closer> m_database;
};

/// BEGIN IMMEDIATE; rolls back unless committed.
class SqliteTransaction
{
public:
    explicit SqliteTransaction(SqliteDatabase& database);
    ~SqliteTransaction();
    SqliteTransaction(const SqliteTransaction&) = delete;
    SqliteTransaction& operator=(const SqliteTransaction&) = delete;
    void commit();

private:
    SqliteDatabase& m_database;
    bool m_open = true;
};

} // namespace projectionist
