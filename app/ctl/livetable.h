// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/core/snapshot.h"

#include <map>

namespace projectionist::ctl {

struct TableStyle
{
    bool color = false;
    bool partitions = false;                   ///< a line for each partition, worst first
    std::vector<std::string> projections;      ///< only these; empty = all
    std::map<std::string, std::string> doubts; ///< why the verdict of a projection may yet change
};

/// Projections worst first with state, lag, backlog, rates, forecast and age, then what is wrong and why, then the
/// connections. Ends with a line end.
[[nodiscard]] std::string liveTable(const Snapshot& snapshot, TimePoint now, const TableStyle& style);

/// The reports to show, worst first.
[[nodiscard]] std::vector<std::shared_ptr<const ProjectionReport>>
selected(const Snapshot& snapshot, const std::vector<std::string>& projections);

/// Columns as wide as their widest cell; numbers are right-aligned. Cells are UTF-8 of single-width characters.
class TextTable
{
public:
    /// A heading that begins with '>' makes a right-aligned column.
    explicit TextTable(std::vector<std::string> headings);
    /// `color` is an ANSI sequence for the first cell, or empty.
    void add(std::vector<std::string> cells, std::string color = {});
    /// Empty without rows.
    [[nodiscard]] std::string text() const;

private:
    struct Row
    {
        std::vector<std::string> cells;
        std::string color;
    };
    std::vector<Row> m_rows;
    std::vector<bool> m_right;
};

/// ANSI colour of a state, empty for plain ones.
[[nodiscard]] std::string colorOf(VerdictKind kind);

} // namespace projectionist::ctl
