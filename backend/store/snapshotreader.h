// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/store/relationalstore.h"

#include <string_view>

namespace projectionist {

/// A column of an answer as the server describes it; domains are their base types.
struct ResultColumn
{
    std::string name;
    std::string type;     ///< "int8", "_numeric" for numeric[], the type's own name for those of users
    char kind = 'b';      ///< b base, c composite, e enum, r range, m multirange
    bool builtin = false; ///< of pg_catalog

    bool operator==(const ResultColumn&) const = default;
};

/// One read-only look at a store that does not change while rows are compared: every statement between begin() and
/// end() sees the same snapshot, which other readers of the same database can share. Cells are text as RelationalStore
/// has them, the same from every server: UTC, ISO dates, bytea as \x..., floats in the shortest exact form. Belongs to
/// one thread, except cancel(). After an error only begin() and end() are allowed.
class SnapshotReader
{
public:
    virtual ~SnapshotReader() = default;
    SnapshotReader(const SnapshotReader&) = delete;
    SnapshotReader& operator=(const SnapshotReader&) = delete;

    /// Connects if need be and begins a REPEATABLE READ READ ONLY transaction, after ending the former one. With the
    /// snapshot that another reader exported; NotFound or Configuration if that is gone or of another database.
    [[nodiscard]] virtual Result<void> begin(const std::string& snapshot = {}) = 0;
    /// For begin() of others, as long as this transaction lasts.
    [[nodiscard]] virtual Result<std::string> exportSnapshot() = 0;
    /// Ends the transaction, so that the server may clean up again.
    virtual void end() = 0;

    /// Stops after maxRows and says so.
    [[nodiscard]] virtual Result<Rows> query(const std::string& sql, std::size_t maxRows = 100'000) = 0;
    /// What columns a SELECT has, without running it.
    [[nodiscard]] virtual Result<std::vector<ResultColumn>> describe(const std::string& sql) = 0;

    /// Begins to stream the rows of a SELECT, in its order and with bounded memory; until the last line is read, or
    /// closeStream(), nothing else can be asked.
    [[nodiscard]] virtual Result<void> openStream(const std::string& sql) = 0;
    /// The next row as one line, see copyline.h; false at the end. The line lives until the next call.
    [[nodiscard]] virtual Result<bool> nextLine(std::string_view& line) = 0;
    /// Ends a stream before its end: cancels it on the server, and with it the transaction.
    virtual void closeStream() = 0;

    /// Any thread, for good: what runs is cancelled on the server and returns within a second with Cancelled, also when
    /// the server hangs; so does every later call.
    virtual void cancel() noexcept = 0;

protected:
    SnapshotReader() = default;
};

} // namespace projectionist
