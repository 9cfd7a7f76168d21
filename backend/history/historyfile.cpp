// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/historyfile.h"

#include "backend/history/packing.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <sqlite3.h>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>

namespace projectionist {

namespace fs = std::filesystem;

namespace {

constexpr const char* schema = R"(
CREATE TABLE series (id INTEGER PRIMARY KEY, context TEXT NOT NULL, projection TEXT NOT NULL,
                     UNIQUE (context, projection));
CREATE TABLE chunk (series INTEGER NOT NULL, tier INTEGER NOT NULL, start INTEGER NOT NULL, data BLOB NOT NULL,
                    PRIMARY KEY (series, tier, start));
CREATE TABLE journal (id INTEGER PRIMARY KEY, newest INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE annotation (id INTEGER PRIMARY KEY, context TEXT NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
                         projection TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX annotation_at ON annotation (at);
)";

Error foreignFile(const fs::path& file, const std::string& why)
{
    return {ErrorKind::InvalidData, file.string() + " is no history that this program can keep",
            why + "; it is left alone", "Move it away, or set XDG_STATE_HOME to another folder.", false};
}

Error systemError(const fs::path& file, int number)
{
    return {number == EACCES ? ErrorKind::Permission : ErrorKind::Resource,
            "History cannot be kept in " + file.string(), std::generic_category().message(number),
            "Check the folder's permissions and space; it is tried again by itself.", true};
}

} // namespace

FileKind fileKind(const fs::path& file)
{
    std::array<char, 100> head{}; // https://www.sqlite.org/fileformat.html, 1.3
    std::ifstream stream(file, std::ios::binary);
    stream.read(head.data(), head.size());
    if (stream.gcount() == 0)
        return FileKind::Empty;
    if (std::string_view(head.data(), 15) != "SQLite format 3")
        return FileKind::Foreign;
    std::int64_t id = 0;
    for (const char byte : std::string_view(head.data() + 68, 4))
        id = id << 8 | static_cast<unsigned char>(byte);
    return id == historyApplicationId ? FileKind::Ours : FileKind::Sqlite;
}

void loadJournal(SqliteDatabase& database, OpenHistory& open)
{
    auto series = database.prepare("SELECT id, context, projection FROM series");
    while (series.step())
        open.addSeries(series.integer(0), {series.text(1), series.text(2)});
    auto journal = database.prepare("SELECT data FROM journal ORDER BY id");
    while (journal.step())
        open.replay(journal.blob(0));
}

Error historyError(const fs::path& file, const SqliteError& error)
{
    return sqliteTrouble(error, "History cannot be kept in " + file.string(), "; it goes on by itself.");
}

bool isDamage(const SqliteError& error) noexcept
{
    return error.code == SQLITE_CORRUPT || error.code == SQLITE_NOTADB;
}

HistoryFile::HistoryFile(const fs::path& file, int lock)
    : m_file(file), m_lock(lock), m_database(file, SqliteDatabase::Mode::Write)
{
}

HistoryFile::~HistoryFile()
{
    ::close(m_lock);
}

Result<std::unique_ptr<HistoryFile>> HistoryFile::open(const fs::path& file, OpenHistory& open)
{
    std::error_code failure;
    fs::create_directories(file.parent_path(), failure);
    // Others must not even be opened: SQLite might take a neighbour of theirs for its own write-ahead log.
    if (fileKind(file) == FileKind::Foreign)
        return tl::unexpected(foreignFile(file, "it is no SQLite database"));
    const int lock = ::open((file.string() + "-owner").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0)
        return tl::unexpected(systemError(file, errno));
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        ::close(lock);
        return tl::unexpected(Error{ErrorKind::Conflict, "This program keeps no history",
                                    "another one already writes " + file.string(),
                                    "Nothing need be done: its history is shown here, too.", true});
    }
    std::unique_ptr<HistoryFile> opened;
    try {
        opened.reset(new HistoryFile(file, lock));
    } catch (...) {
        ::close(lock);
        throw;
    }
    SqliteDatabase& database = opened->m_database;
    const auto id = database.number("PRAGMA application_id");
    const auto version = database.number("PRAGMA user_version");
    if (id == 0 && version == 0 && database.number("SELECT count(*) FROM sqlite_master") == 0)
        opened->createSchema();
    else if (id != historyApplicationId)
        return tl::unexpected(foreignFile(file, "it is the database of another program"));
    else if (version != historySchema)
        return tl::unexpected(foreignFile(file, fmt::format("it was written by another version (schema {})", version)));
    database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 8388608;"
                     "PRAGMA cache_size = -4000");
    opened->m_inode = inodeOf(file);
    loadJournal(database, open);
    return opened;
}

fs::path HistoryFile::setAside(const fs::path& file, std::int64_t now)
{
    const fs::path target = fmt::format("{}.damaged-{}", file.string(), now);
    std::error_code failure;
    fs::rename(file, target, failure);
    std::error_code ignored;
    for (const char* const companion : {"-wal", "-shm"})
        fs::rename(file.string() + companion, target.string() + companion, ignored);
    return failure ? fs::path() : target;
}

void HistoryFile::createSchema()
{
    SqliteTransaction transaction(m_database);
    m_database.execute(schema);
    m_database.execute(
        fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", historyApplicationId, historySchema)
            .c_str());
    transaction.commit();
}

bool HistoryFile::inPlace() const
{
    return inodeOf(m_file) == m_inode;
}

void HistoryFile::write(const HistoryBatch& batch)
{
    const bool journal = !batch.journal.empty() && batch.newest >= batch.sealedBefore;
    if (!journal && batch.newSeries.empty() && batch.chunks.empty() && batch.partitionChunks.empty() &&
        batch.annotations.empty() && batch.sealedBefore == 0)
        return;
    SqliteTransaction transaction(m_database);
    auto addSeries = m_database.prepare("INSERT OR REPLACE INTO series (id, context, projection) VALUES (?, ?, ?)");
    for (const auto& [id, name] : batch.newSeries)
        addSeries.bind(id).bind(name.context).bind(name.projection).run();
    for (const auto& chunk : batch.chunks)
        writeBuckets(chunk.series, chunk.tier, chunk.buckets, chunk.retroactive ? Merge::KeepOld : Merge::Add);
    for (const auto& [series, table] : batch.partitionChunks)
        writePartitions(series, table);
    if (batch.sealedBefore != 0)
        m_database.prepare("DELETE FROM journal WHERE newest < ?").bind(batch.sealedBefore).run();
    if (journal) {
        m_database.prepare("INSERT INTO journal (newest, data) VALUES (?, ?)")
            .bind(batch.newest)
            .bindBlob(batch.journal)
            .run();
    }
    auto annotate = m_database.prepare("INSERT INTO annotation (context, at, kind, projection, text) "
                                       "VALUES (?, ?, ?, ?, ?)");
    for (const auto& [context, one] : batch.annotations) {
        annotate.bind(context).bind(one.at.time_since_epoch().count());
        annotate.bind(one.kind).bind(one.projection).bind(one.text).run();
    }
    transaction.commit();
}

std::string HistoryFile::chunk(std::int64_t series, int tier, std::int64_t start)
{
    auto select = m_database.prepare("SELECT data FROM chunk WHERE series = ? AND tier = ? AND start = ?");
    select.bind(series).bind(tier).bind(start);
    return select.step() ? std::string(select.blob(0)) : std::string();
}

void HistoryFile::storeChunk(std::int64_t series, int tier, std::int64_t start, std::string_view data)
{
    m_database.prepare("INSERT OR REPLACE INTO chunk (series, tier, start, data) VALUES (?, ?, ?, ?)")
        .bind(series)
        .bind(tier)
        .bind(start)
        .bindBlob(data)
        .run();
}

void HistoryFile::writeBuckets(std::int64_t series, int tier, const Buckets& buckets, Merge merge)
{
    const Tier& kind = tiers[static_cast<std::size_t>(tier)];
    for (auto begin = buckets.begin(); begin != buckets.end();) {
        const std::int64_t start = floorTo(begin->at, kind.span);
        auto end = begin;
        while (end != buckets.end() && end->at < start + kind.span)
            ++end;
        Buckets part(begin, end);
        if (const auto old = unpackBuckets(chunk(series, tier, start), start, kind.width); !old.empty()) {
            if (merge == Merge::KeepOld)
                part = overlay(old, part);
            else if (merge == Merge::PreferNew)
                part = overlay(part, old);
            else
                for (const auto& bucket : old)
                    insert(part, bucket);
        }
        storeChunk(series, tier, start, packBuckets(part, start, kind.width));
        begin = end;
    }
}

void HistoryFile::writePartitions(std::int64_t series, const PartitionTable& table)
{
    for (auto begin = table.rows.begin(); begin != table.rows.end();) {
        const std::int64_t start = floorTo(begin->first, partitions.span);
        const auto end = table.rows.lower_bound(start + partitions.span);
        PartitionTable part = unpackPartitions(chunk(series, partitionTier, start), start);
        PartitionTable added;
        added.ids = table.ids;
        added.rows.insert(begin, end);
        part.add(added);
        storeChunk(series, partitionTier, start, packPartitions(part, start));
        begin = end;
    }
}

} // namespace projectionist
