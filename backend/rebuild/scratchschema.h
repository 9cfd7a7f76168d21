// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/rebuild/tabletarget.h"

#include <memory>

namespace projectionist {

/// A schema of a drill's own, beside the tables in use and never with them: "projectionist_drill_..." with a comment.
/// An advisory lock of its session tells that it is in use; those whose owner is gone are dropped by the next one that
/// is made. Belongs to one thread.
class ScratchSchema
{
public:
    /// Drops what others have left, and makes a new one. `store` is for this alone: while its session lives, the schema
    /// is in use. Permission: the user may not make schemas; tells the GRANT.
    [[nodiscard]] static Result<ScratchSchema> make(std::unique_ptr<RelationalStore> store, const std::string& by);
    ~ScratchSchema();
    ScratchSchema(ScratchSchema&&) noexcept = default;
    ScratchSchema& operator=(ScratchSchema&&) = delete;

    [[nodiscard]] const std::string& name() const { return m_name; }
    /// Makes a table like `live` without its rows, its defaults and what is behind them; columns that are not in
    /// `written` may be NULL. And one for positions.
    [[nodiscard]] Result<TargetTables> addTable(const std::string& name, const std::string& live,
                                                const std::vector<std::string>& written);
    /// Columns of a table that are not generated, quoted, with commas.
    [[nodiscard]] Result<std::string> columnsOf(const std::string& table);
    /// For statements within the schema.
    [[nodiscard]] RelationalStore& store() { return *m_store; }
    /// Says so if it stays; the destructor tries too.
    [[nodiscard]] Result<void> drop();

private:
    ScratchSchema(std::unique_ptr<RelationalStore> store, std::string name)
        : m_store(std::move(store)), m_name(std::move(name))
    {
    }
    [[nodiscard]] Result<void> run(const std::vector<std::string>& statements);

    std::unique_ptr<RelationalStore> m_store; ///< null: moved away
    std::string m_name;
    bool m_there = false;
};

} // namespace projectionist
