// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/actsfile.h"

namespace projectionist {

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

constexpr SharedFileKind actsKind{"audit trail", actsApplicationId, actsSchema, actsTables};

} // namespace

Result<std::unique_ptr<ActsFile>> ActsFile::open(const std::filesystem::path& file)
{
    std::unique_ptr<ActsFile> opened(new ActsFile(file, actsKind));
    if (auto connected = opened->connect(); !connected)
        return tl::unexpected(connected.error());
    return opened;
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
