// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/error.h"
#include "backend/deadletter/headerfamilies.h"

#include <deque>
#include <memory>

namespace projectionist {

/// One header of one family, as it is found by its name.
struct TableRow
{
    HeaderRow row;
    std::uint8_t family = 0; ///< position in HeaderTable::families(), or HeaderTable::general
    std::uint8_t bit = 0;    ///< position in the family
};

struct TableFamily
{
    HeaderFamily rules;
    std::vector<std::uint64_t> markers; ///< the family is there when all bits of one are
};

/// The families, the user's included, made fast: from a header's name to its rows in one look. Immutable.
class HeaderTable
{
public:
    static constexpr std::uint8_t general = 0xff;
    static constexpr std::size_t mostFamilies = 64;

    /// Configuration: a profile that contradicts itself, or too many.
    [[nodiscard]] static Result<std::unique_ptr<const HeaderTable>> build(const std::vector<HeaderProfile>& profiles);

    HeaderTable(const HeaderTable&) = delete;
    HeaderTable& operator=(const HeaderTable&) = delete;

    [[nodiscard]] const std::vector<TableFamily>& families() const { return m_families; }
    /// Every row of that name, in all families; those of database tables only in lower case without '_'.
    [[nodiscard]] std::span<const TableRow> rowsOf(std::string_view name) const noexcept;
    /// Position of a family by its id, or by the name of a user's profile.
    [[nodiscard]] std::optional<std::uint8_t> familyOf(std::string_view id) const noexcept;

private:
    HeaderTable() = default;
    [[nodiscard]] Result<void> add(const HeaderProfile& profile);
    [[nodiscard]] Result<void> add(const HeaderFamily& family);
    std::string_view keep(std::string text);
    void index();

    struct Slot
    {
        std::uint32_t first = 0;
        std::uint32_t count = 0; ///< 0: empty
    };
    std::vector<TableFamily> m_families;
    std::vector<TableRow> m_rows; ///< sorted by name
    std::vector<Slot> m_slots;    ///< open addressing, a power of two
    std::deque<std::string> m_texts;
    std::deque<std::vector<HeaderRow>> m_ownRows;
};

/// "causetype" of "causeType", "cause_type" and "CAUSE_TYPE".
[[nodiscard]] std::string columnKey(std::string_view column);

} // namespace projectionist
