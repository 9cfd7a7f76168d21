// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/history/audittrail.h"
#include "backend/history/sharedfile.h"

namespace projectionist {

inline constexpr std::int64_t actsApplicationId = 0x50726a41; ///< "PrjA", in the file's header
inline constexpr std::int64_t actsSchema = 1;

/// The file of the audit trail, and of what rests upon acts: which contexts are unlocked, which letters resolved. An
/// act and what it changes are one transaction.
class ActsFile : public SharedFile
{
public:
    [[nodiscard]] static Result<std::unique_ptr<ActsFile>> open(const std::filesystem::path& file);
    /// Within write(): gives the entry's number.
    static std::uint64_t append(SqliteDatabase& database, const AuditEntry& entry);

private:
    using SharedFile::SharedFile;
};

} // namespace projectionist
