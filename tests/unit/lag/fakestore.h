// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/store/relationalstore.h"
#include "tests/unit/lag/shared.h"

#include <map>

namespace projectionist {

struct FakeDatabase : Shared<FakeDatabase>
{
    std::map<std::string, Result<Rows>> answers; ///< by the text of the query
    std::optional<Error> failure;                ///< every call fails with it
    bool hangs = false;                          ///< until interrupted
    int interrupts = 0;
    std::vector<std::string> queries; ///< in the order asked
};

class FakeStore final : public RelationalStore
{
public:
    explicit FakeStore(FakeDatabase& database) : m_database(database) {}

    Result<Rows> query(const std::string& sql, std::span<const Parameter>, std::size_t maxRows) override
    {
        std::unique_lock lock(m_database.mutex);
        m_database.queries.push_back(sql);
        const int before = m_database.interrupts;
        m_database.changed.wait(lock, [&] { return !m_database.hangs || m_database.interrupts > before; });
        if (m_database.interrupts > before)
            return tl::unexpected(Error{ErrorKind::Timeout, "The query was ended", "It hung", "", true});
        if (m_database.failure)
            return tl::unexpected(*m_database.failure);
        const auto found = m_database.answers.find(sql);
        if (found == m_database.answers.end())
            return tl::unexpected(Error{ErrorKind::NotFound, "Unknown query", sql, "", false});
        Result<Rows> rows = found->second;
        if (rows && rows->rows.size() > maxRows) {
            rows->rows.resize(maxRows);
            rows->truncated = true;
        }
        return rows;
    }
    Result<void> transaction(const std::function<Result<void>(Transaction&)>&) override
    {
        return tl::unexpected(Error{ErrorKind::Permission, "Read-only", "", "", false});
    }
    void interrupt() noexcept override
    {
        m_database.change([](FakeDatabase& database) { ++database.interrupts; });
    }
    std::string serverVersion() const override { return "FakeSQL 1.0"; }

private:
    FakeDatabase& m_database;
};

/// Rows from cells; an empty optional is NULL.
inline Rows rowsOf(std::vector<std::vector<std::optional<std::string>>> cells)
{
    return {{"topic", "partition", "position", "updated_at"},
            {"text", "int4", "int8", "timestamptz"},
            std::move(cells),
            false};
}

} // namespace projectionist
