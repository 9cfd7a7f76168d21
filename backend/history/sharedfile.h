// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/history/sqlite.h"

#include <optional>

namespace projectionist {

/// What is kept in a file, and how it is told from others.
struct SharedFileKind
{
    std::string_view name;      ///< "audit trail"
    std::int64_t applicationId; ///< in the file's header
    std::int64_t schema;
    const char* tables; ///< SQL that makes them
};

/// An SQLite file that several programs write. One connection of one thread; other programs may have theirs.
class SharedFile
{
public:
    /// What is not such a file, or is of a newer version, is left alone. Made where there is none, readable by its
    /// owner alone. `kind` must live as long as the object.
    SharedFile(std::filesystem::path file, const SharedFileKind& kind) : m_file(std::move(file)), m_kind(kind) {}
    [[nodiscard]] Result<void> connect();

    /// What `work` (SqliteDatabase& -> Result) does is on disk if it succeeds, and undone if not.
    template<typename Work>
    auto write(Work work) -> decltype(work(std::declval<SqliteDatabase&>()))
    {
        return attempt([&]() -> decltype(work(*m_database)) {
            SqliteTransaction transaction(*m_database);
            auto result = work(*m_database);
            if (result)
                transaction.commit();
            return result;
        });
    }
    template<typename Work>
    auto read(Work work) -> decltype(work(std::declval<SqliteDatabase&>()))
    {
        return attempt([&] { return work(*m_database); });
    }

private:
    [[nodiscard]] Result<void> prepare();
    [[nodiscard]] Result<void> ensureInPlace();
    [[nodiscard]] Error errorOf(const SqliteError& error) const;

    template<typename Work>
    auto attempt(Work work) -> decltype(work())
    {
        if (auto there = ensureInPlace(); !there)
            return tl::unexpected(there.error());
        try {
            return work();
        } catch (const SqliteError& error) {
            return tl::unexpected(errorOf(error));
        }
    }

    std::filesystem::path m_file;
    const SharedFileKind& m_kind;
    std::optional<SqliteDatabase> m_database;
    std::uint64_t m_inode = 0;
};

} // namespace projectionist
