// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/clock.h"
#include "backend/core/error.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace projectionist {

/// A query's answer as text, as the server wrote it; nullopt is NULL.
struct Rows
{
    std::vector<std::string> columns;
    std::vector<std::string> types; ///< type names: "int8", "text", "timestamptz"
    std::vector<std::vector<std::optional<std::string>>> rows;
    bool truncated = false; ///< there were more than maxRows
};

using Parameter = std::optional<std::string>;

/// A transaction in progress; valid only inside RelationalStore::transaction.
class Transaction
{
public:
    virtual ~Transaction() = default;
    [[nodiscard]] virtual Result<Rows> execute(const std::string& sql, std::span<const Parameter> parameters = {}) = 0;

protected:
    Transaction() = default;
};

/// The seam to read stores and write stores. An object belongs to one thread, except interrupt(). After an Error of
/// kind Unreachable, Timeout or Cancelled the next call connects anew.
class RelationalStore
{
public:
    virtual ~RelationalStore() = default;
    RelationalStore(const RelationalStore&) = delete;
    RelationalStore& operator=(const RelationalStore&) = delete;

    /// Connects if need be. Stops reading after maxRows and says so in Rows::truncated; memory stays bounded.
    [[nodiscard]] virtual Result<Rows> query(const std::string& sql, std::span<const Parameter> parameters,
                                             std::size_t maxRows) = 0;
    /// Runs body in one read-write transaction: commits if it returns success, rolls back otherwise. Refused with
    /// Permission on a read-only store.
    [[nodiscard]] virtual Result<void> transaction(const std::function<Result<void>(Transaction&)>& body) = 0;
    /// Any thread: what runs returns soon with Timeout, also when the server hangs (shuts the socket).
    virtual void interrupt() noexcept = 0;
    /// "PostgreSQL 15.4"; empty before the first connection.
    [[nodiscard]] virtual std::string serverVersion() const = 0;

protected:
    RelationalStore() = default;
};

} // namespace projectionist
