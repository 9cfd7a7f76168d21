// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/sharedfile.h"

#include <cerrno>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds patience{10}; ///< with other programs that write

std::error_code makeFolder(const fs::path& file)
{
    const auto folder = fs::absolute(file).parent_path();
    std::error_code failure;
    if (fs::create_directories(folder, failure))
        fs::permissions(folder, fs::perms::owner_all, failure);
    return failure;
}

/// SQLite would make it by the umask. Not open(): closing a file takes away all locks that this process has on it,
/// those of other connections too (https://www.sqlite.org/howtocorrupt.html, 2.2).
std::error_code makeFile(const fs::path& file)
{
    if (::mknod(file.c_str(), S_IFREG | S_IRUSR | S_IWUSR, 0) != 0 && errno != EEXIST)
        return {errno, std::generic_category()};
    return {};
}

bool isBlank(SqliteDatabase& database)
{
    return database.number("PRAGMA application_id") == 0 && database.number("PRAGMA user_version") == 0 &&
           database.number("SELECT count(*) FROM sqlite_master") == 0;
}

void createTables(SqliteDatabase& database, const SharedFileKind& kind)
{
    SqliteTransaction transaction(database);
    if (!isBlank(database)) // another program was faster
        return;
    database.execute(kind.tables);
    database.execute(
        fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kind.applicationId, kind.schema).c_str());
    transaction.commit();
}

} // namespace

Result<void> SharedFile::connect()
{
    auto failure = makeFolder(m_file);
    if (!failure)
        failure = makeFile(m_file);
    if (failure)
        return tl::unexpected(
            Error{failure == std::errc::permission_denied ? ErrorKind::Permission : ErrorKind::Resource,
                  fmt::format("The {} cannot be kept in {}", m_kind.name, m_file.string()), failure.message(),
                  "Check the folder's permissions and space.", true});
    const auto limit = std::chrono::steady_clock::now() + patience;
    while (true) {
        try {
            return prepare();
        } catch (const SqliteError& error) {
            // Turning to write-ahead logging does not wait for others by itself.
            if (error.code != SQLITE_BUSY || std::chrono::steady_clock::now() > limit)
                return tl::unexpected(errorOf(error));
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
    }
}

Result<void> SharedFile::prepare()
{
    m_database.emplace(m_file, SqliteDatabase::Mode::Write);
    m_inode = inodeOf(m_file);
    auto& database = *m_database;
    database.execute(fmt::format("PRAGMA busy_timeout = {}", std::chrono::milliseconds(patience).count()).c_str());
    const auto unusable = [&](const std::string& why, const char* next) {
        return tl::unexpected(Error{ErrorKind::InvalidData,
                                    fmt::format("{} cannot be used as {}", m_file.string(), m_kind.name),
                                    why + "; it is left alone", next, false});
    };
    if (isBlank(database))
        createTables(database, m_kind);
    if (database.number("PRAGMA application_id") != m_kind.applicationId)
        return unusable("it is the database of another program",
                        "Move it away, or set XDG_STATE_HOME to another folder.");
    if (const auto version = database.number("PRAGMA user_version"); version != m_kind.schema)
        return unusable(fmt::format("it was written by a newer version (schema {})", version),
                        "Use that version of Projectionist, or a newer one.");
    database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    return {};
}

/// Somebody may remove or replace the file under a program that runs for days: what is written then would be lost.
Result<void> SharedFile::ensureInPlace()
{
    if (m_database && m_inode != 0 && inodeOf(m_file) == m_inode)
        return {};
    m_database.reset();
    return connect();
}

Error SharedFile::errorOf(const SqliteError& error) const
{
    return sqliteTrouble(error, fmt::format("The {} in {} cannot be used", m_kind.name, m_file.string()),
                         ", then try again.");
}

} // namespace projectionist
