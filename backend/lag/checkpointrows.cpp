// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/lag/checkpointrows.h"

#include "backend/store/cells.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

constexpr std::size_t shownLength = 40;

std::string shown(const std::optional<std::string>& cell)
{
    if (!cell)
        return "NULL";
    return '"' + (cell->size() > shownLength ? cell->substr(0, shownLength) + "…" : *cell) + '"';
}

Error badCheckpoint(const std::string& projection, std::string why)
{
    return {ErrorKind::InvalidData, "The checkpoint query of " + projection + " gave an answer that makes no sense",
            std::move(why), "Correct the query: it must give topic, partition, position and optionally updated_at"};
}

using Cells = std::vector<std::optional<std::string>>;

Result<CheckpointRow> checkpointRow(const Cells& cells, std::size_t line, const std::string& projection)
{
    const auto bad = [&](std::string_view column, const std::optional<std::string>& cell, std::string_view why) {
        return tl::unexpected(badCheckpoint(
            projection, fmt::format("In row {} the {} is {}, which is {}", line, column, shown(cell), why)));
    };
    if (!cells[0] || cells[0]->empty())
        return bad("topic", cells[0], "no topic");
    const auto partition = cells[1] ? numberIn<std::int32_t>(*cells[1]) : std::nullopt;
    if (!partition || *partition < 0)
        return bad("partition", cells[1], "no partition number");
    const auto position = cells[2] ? numberIn<Offset>(*cells[2]) : std::nullopt;
    if (!position)
        return bad("position", cells[2], "no offset");
    if (*position < 0)
        return bad("position", cells[2], "negative");
    CheckpointRow row{{*cells[0], *partition}, *position, std::nullopt};
    if (cells.size() > 3 && cells[3]) {
        row.updatedAt = parseTimestamp(*cells[3]);
        if (!row.updatedAt)
            return bad("updated_at", cells[3], "no timestamp");
    }
    return row;
}

} // namespace

Result<std::vector<CheckpointRow>> checkpointRows(const Rows& rows, const std::string& projection,
                                                  std::span<const std::string> topics)
{
    if (rows.columns.size() < 3)
        return tl::unexpected(badCheckpoint(
            projection, fmt::format("It has {} columns, at least three are needed", rows.columns.size())));
    if (rows.truncated || rows.rows.size() > maxCheckpointRows)
        return tl::unexpected(badCheckpoint(
            projection, fmt::format("It has more than {} rows, one a partition is expected", maxCheckpointRows)));
    std::vector<CheckpointRow> result;
    for (std::size_t i = 0; i < rows.rows.size(); ++i) {
        auto row = checkpointRow(rows.rows[i], i + 1, projection);
        if (!row)
            return tl::unexpected(row.error());
        if (std::find(topics.begin(), topics.end(), row->id.topic) != topics.end())
            result.push_back(*std::move(row));
    }
    if (result.empty() && !rows.rows.empty())
        return tl::unexpected(badCheckpoint(
            projection, fmt::format("None of its {} rows is of a topic of this projection; the first one says {}",
                                    rows.rows.size(), shown(rows.rows.front()[0]))));
    std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    const auto twice =
        std::adjacent_find(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.id == b.id; });
    if (twice != result.end())
        return tl::unexpected(
            badCheckpoint(projection, toString(twice->id) +
                                          " comes more than once; perhaps a condition on the projection is missing"));
    return result;
}

Result<WriteSideObservation> writeSideRow(const Rows& rows, const std::string& writeSide)
{
    const auto bad = [&](std::string why) {
        return tl::unexpected(
            Error{ErrorKind::InvalidData, "The outbox query of " + writeSide + " gave an answer that makes no sense",
                  std::move(why), "Correct the query: it must give one row of pending, oldest and optionally written"});
    };
    if (rows.rows.size() != 1 || rows.truncated)
        return bad(rows.rows.empty() ? "It has no row" : "It has more than one row");
    const Cells& cells = rows.rows.front();
    const auto pending = !cells.empty() && cells[0] ? numberIn<std::int64_t>(*cells[0]) : std::nullopt;
    if (!pending || *pending < 0)
        return bad("The number of pending events is " + (cells.empty() ? "missing" : shown(cells[0])));
    WriteSideObservation observation{*pending, std::nullopt, std::nullopt};
    if (cells.size() > 1 && cells[1]) {
        observation.oldest = parseTimestamp(*cells[1]);
        if (!observation.oldest)
            return bad("The time of the oldest pending event is " + shown(cells[1]));
    }
    if (cells.size() > 2 && cells[2]) {
        observation.written = numberIn<std::int64_t>(*cells[2]);
        if (!observation.written || *observation.written < 0)
            return bad("The number of written events is " + shown(cells[2]));
    }
    return observation;
}

} // namespace projectionist
