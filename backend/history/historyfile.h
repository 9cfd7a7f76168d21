// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/history/openseries.h"
#include "backend/history/sqlite.h"

#include <optional>

namespace projectionist {

inline constexpr std::int64_t historyApplicationId = 0x50726a48; ///< "PrjH", in the file's header
inline constexpr std::int64_t historySchema = 1;

enum class FileKind : std::uint8_t
{
    Empty,
    Foreign,
    Sqlite,
    Ours
};
/// What the first bytes say, without SQLite; a missing file is empty.
[[nodiscard]] FileKind fileKind(const std::filesystem::path& file);

/// Gives `open` the series of a history database and what its journal holds: the minutes that no chunk has yet.
void loadJournal(SqliteDatabase& database, OpenHistory& open);

/// What SQLite said, in the user's words.
[[nodiscard]] Error historyError(const std::filesystem::path& file, const SqliteError& error);
/// True if only a new file helps.
[[nodiscard]] bool isDamage(const SqliteError& error) noexcept;

/// The file, for the one thread of the one program that writes it. Members throw SqliteError.
class HistoryFile
{
public:
    /// Opens or creates it and gives what it knows to `open`. Conflict if another program writes it; what is no history
    /// database is left alone. A damaged one is an SqliteError with isDamage().
    [[nodiscard]] static Result<std::unique_ptr<HistoryFile>> open(const std::filesystem::path& file,
                                                                   OpenHistory& open);
    /// Renames the file with its companions to "...damaged-TIME"; returns the new name, empty if that failed.
    [[nodiscard]] static std::filesystem::path setAside(const std::filesystem::path& file, std::int64_t now);
    ~HistoryFile();
    HistoryFile(const HistoryFile&) = delete;
    HistoryFile& operator=(const HistoryFile&) = delete;

    void write(const HistoryBatch& batch);
    /// Moves some of what is too old for its tier to the next one, or away; true if more is left to do.
    bool maintain(std::int64_t now);
    /// False when somebody removed or replaced it under us.
    [[nodiscard]] bool inPlace() const;

private:
    enum class Merge : std::uint8_t
    {
        Add,
        KeepOld,
        PreferNew
    };
    HistoryFile(const std::filesystem::path& file, int lock);
    void createSchema();
    void writeBuckets(std::int64_t series, int tier, const Buckets& buckets, Merge merge);
    void writePartitions(std::int64_t series, const PartitionTable& table);
    [[nodiscard]] std::string chunk(std::int64_t series, int tier, std::int64_t start);
    void storeChunk(std::int64_t series, int tier, std::int64_t start, std::string_view data);
    bool coarsen(int tier, std::int64_t now);
    void forget(std::int64_t now);

    const std::filesystem::path m_file;
    const int m_lock; ///< of the file beside it; held as long as we write
    std::uint64_t m_inode = 0;
    SqliteDatabase m_database;
};

} // namespace projectionist
