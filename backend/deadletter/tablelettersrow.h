// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/broker/record.h"
#include "backend/deadletter/tablelettersshape.h"

namespace projectionist {

/// A row that TableSql selected, as a letter. Takes the cells.
struct TableRowLetter
{
    std::vector<std::string> key;
    std::uint64_t version = 0; ///< another one after each change
    std::optional<TimePoint> time;
    std::optional<std::string> eventKey;
    std::optional<std::string> value;
    std::size_t valueSize = 0; ///< of the whole value
    std::vector<Header> headers;
    std::vector<Header> eventHeaders; ///< members of its documents, as they stand there
};
[[nodiscard]] TableRowLetter letterOfRow(const TableShape& shape, std::vector<std::optional<std::string>> cells);

/// "017f…,kafka%3A": the key's values as a reference has them, and back; nullopt: not that many, or badly encoded.
[[nodiscard]] std::string keyText(const std::vector<std::string>& key);
[[nodiscard]] std::optional<std::vector<std::string>> keyOfText(std::string_view text, std::size_t count);

} // namespace projectionist
