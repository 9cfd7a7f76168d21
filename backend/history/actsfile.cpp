// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/actsfile.h"

#include <cerrno>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

constexpr const char* actsTables = R"(
CREATE TABLE entry (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, who TEXT NOT NULL,
                    context TEXT NOT NULL, act TEXT NOT NULL, object TEXT NOT NULL, reason TEXT NOT NULL,
                    detail TEXT NOT NULL, result TEXT NOT NULL);
CREATE INDEX entry_at ON entry (at);
CREATE INDEX entry_act ON entry (act);
CREATE TRIGGER entry_is_not_changed BEFORE UPDATE ON entry
BEGIN SELECT raise(ABORT, 'entries of the audit trail are not changed'); END;
CREATE TRIGGER entry_is_not_deleted BEFORE DELETE ON entry
BEGIN SELECT raise(ABORT, 'entries of the audit trail are not deleted'); END;
CREATE TABLE unlocked (context TEXT PRIMARY KEY, since INTEGER NOT NULL, until INTEGER NOT NULL, who TEXT NOT NULL,
                       reason TEXT NOT NULL);
CREATE TABLE resolution (id INTEGER PRIMARY KEY, context TEXT NOT NULL, reference TEXT NOT NULL,
                         arrived INTEGER NOT NULL, resolved INTEGER NOT NULL REFERENCES entry (id),
                         restored INTEGER NOT NULL DEFAULT 0);
CREATE UNIQUE INDEX resolution_in_force ON resolution (context, reference, arrived) WHERE restored = 0;
CREATE INDEX resolution_reference ON resolution (reference);
)";

constexpr std::chrono::seconds patience{10}; ///< with other programs that write

Error unusable(const fs::path& file, const std::string& why, const std::string& next)
{
    return {ErrorKind::InvalidData, file.string() + " cannot be used as audit trail", why + "; it is left alone", next,
            false};
}

Error folderError(const fs::path& file, const std::error_code& error)
{
    return {error == std::errc::permission_denied ? ErrorKind::Permission : ErrorKind::Resource,
            "The audit trail cannot be kept in " + file.string(), error.message(),
            "Check the folder's permissions and space.", true};
}

Result<void> makeFolder(const fs::path& file)
{
    const auto folder = fs::absolute(file).parent_path();
    std::error_code failure;
    if (fs::create_directories(folder, failure))
        fs::permissions(folder, fs::perms::owner_all, failure);
    if (failure)
        return tl::unexpected(folderError(file, failure));
    return {};
}

/// SQLite would make it by the umask. Not open(): closing a file takes away all locks that this process has on it,
/// those of other connections too (https://www.sqlite.org/howtocorrupt.html, 2.2).
Result<void> makeFile(const fs::path& file)
{
    if (::mknod(file.c_str(), S_IFREG | S_IRUSR | S_IWUSR, 0) != 0 && errno != EEXIST)
        return tl::unexpected(folderError(file, std::error_code(errno, std::generic_category())));
    return {};
}

bool isBlank(SqliteDatabase& database)
{
    return database.number("PRAGMA application_id") == 0 && database.number("PRAGMA user_version") == 0 &&
           database.number("SELECT count(*) FROM sqlite_master") == 0;
}

void createActsTables(SqliteDatabase& database)
{
    SqliteTransaction transaction(database);
    if (!isBlank(database)) // another program was faster
        return;
    database.execute(actsTables);
    database.execute(
        fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", actsApplicationId, actsSchema).c_str());
    transaction.commit();
}

} // namespace

Result<std::unique_ptr<ActsFile>> ActsFile::open(const fs::path& file)
{
    std::unique_ptr<ActsFile> opened(new ActsFile(file));
    if (auto connected = opened->connect(); !connected)
        return tl::unexpected(connected.error());
    return opened;
}

Result<void> ActsFile::connect()
{
    if (auto made = makeFolder(m_file).and_then([&] { return makeFile(m_file); }); !made)
        return made;
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

Result<void> ActsFile::prepare()
{
    m_database.emplace(m_file, SqliteDatabase::Mode::Write);
    m_inode = inodeOf(m_file);
    auto& database = *m_database;
    database.execute(fmt::format("PRAGMA busy_timeout = {}", std::chrono::milliseconds(patience).count()).c_str());
    if (isBlank(database))
        createActsTables(database);
    if (database.number("PRAGMA application_id") != actsApplicationId)
        return tl::unexpected(unusable(m_file, "it is the database of another program",
                                       "Move it away, or set XDG_STATE_HOME to another folder."));
    if (const auto version = database.number("PRAGMA user_version"); version != actsSchema)
        return tl::unexpected(unusable(m_file, fmt::format("it was written by a newer version (schema {})", version),
                                       "Use that version of Projectionist, or a newer one."));
    database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    return {};
}

/// Somebody may remove or replace the file under a program that runs for days: what is written then would be lost.
Result<void> ActsFile::ensureInPlace()
{
    if (m_database && m_inode != 0 && inodeOf(m_file) == m_inode)
        return {};
    m_database.reset();
    return connect();
}

Error ActsFile::errorOf(const SqliteError& error) const
{
    return sqliteTrouble(error, "The audit trail in " + m_file.string() + " cannot be used", ", then try again.");
}

std::uint64_t ActsFile::append(SqliteDatabase& database, const AuditEntry& entry)
{
    auto insert = database.prepare("INSERT INTO entry (at, who, context, act, object, reason, detail, result) "
                                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(std::int64_t{entry.at.time_since_epoch().count()});
    for (const auto* text :
         {&entry.who, &entry.context, &entry.act, &entry.object, &entry.reason, &entry.detail, &entry.result})
        insert.bind(*text);
    insert.run();
    return static_cast<std::uint64_t>(database.number("SELECT last_insert_rowid()"));
}

} // namespace projectionist
