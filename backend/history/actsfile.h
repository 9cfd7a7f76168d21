// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"
#include "backend/history/audittrail.h"
#include "backend/history/sqlite.h"

namespace projectionist {

inline constexpr std::int64_t actsApplicationId = 0x50726a41; ///< "PrjA", in the file's header
inline constexpr std::int64_t actsSchema = 1;

/// The file of the audit trail, and of what rests upon acts: which contexts are unlocked, which letters resolved. An
/// act and what it changes are one transaction. One connection of one thread; other programs may have theirs.
class ActsFile
{
public:
    /// What is not such a file, or is of a newer version, is left alone.
    [[nodiscard]] static Result<std::unique_ptr<ActsFile>> open(const std::filesystem::path& file);

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
    /// Within write(): gives the entry's number.
    static std::uint64_t append(SqliteDatabase& database, const AuditEntry& entry);

private:
    explicit ActsFile(std::filesystem::path file) : m_file(std::move(file)) {}
    [[nodiscard]] Result<void> connect();
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
    std::optional<SqliteDatabase> m_database;
    std::uint64_t m_inode = 0;
};

} // namespace projectionist
