// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/store/copyline.h"

namespace projectionist {

namespace {

/// The letters behind a backslash that stand for a control character; others stand for themselves.
char plain(char escaped)
{
    switch (escaped) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    case 'v':
        return '\v';
    default:
        return escaped;
    }
}

} // namespace

void splitCopyLine(std::string_view line, std::vector<std::string_view>& cells)
{
    cells.clear();
    // A tab within a cell is written as "\t", so every tab is a border.
    for (std::size_t tab = line.find('\t'); tab != std::string_view::npos; tab = line.find('\t')) {
        cells.push_back(line.substr(0, tab));
        line.remove_prefix(tab + 1);
    }
    cells.push_back(line);
}

std::optional<std::string> copyCell(std::string_view raw)
{
    if (raw == "\\N")
        return std::nullopt;
    std::string cell;
    cell.reserve(raw.size());
    for (std::size_t i = 0; i < raw.size(); ++i)
        cell += raw[i] == '\\' && i + 1 < raw.size() ? plain(raw[++i]) : raw[i];
    return cell;
}

std::vector<std::optional<std::string>> copyCells(std::string_view line)
{
    std::vector<std::string_view> raw;
    splitCopyLine(line, raw);
    std::vector<std::optional<std::string>> cells;
    cells.reserve(raw.size());
    for (const auto cell : raw)
        cells.push_back(copyCell(cell));
    return cells;
}

} // namespace projectionist
