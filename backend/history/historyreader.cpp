// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/historyreader.h"

#include "backend/history/historyfile.h"
#include "backend/history/packing.h"

namespace projectionist {

namespace {

constexpr std::string_view chunksOfRange = "SELECT start, data FROM chunk WHERE series = ? AND tier = ? AND start > ? "
                                           "AND start < ? ORDER BY start";

} // namespace

bool HistoryFileReader::open()
{
    if (m_database || fileKind(m_file) != FileKind::Ours)
        return m_database.has_value();
    SqliteDatabase database(m_file, SqliteDatabase::Mode::Read);
    if (database.number("PRAGMA application_id") != historyApplicationId ||
        database.number("PRAGMA user_version") != historySchema)
        return false;
    m_database = std::move(database);
    return true;
}

void HistoryFileReader::reset()
{
    const std::lock_guard lock(m_mutex);
    m_database.reset();
}

std::int64_t HistoryFileReader::seriesId(const SeriesName& name)
{
    auto select = m_database->prepare("SELECT id FROM series WHERE context = ? AND projection = ?");
    select.bind(name.context).bind(name.projection);
    return select.step() ? select.integer(0) : 0;
}

OpenHistory HistoryFileReader::young()
{
    const std::lock_guard lock(m_mutex);
    OpenHistory journal;
    if (open())
        loadJournal(*m_database, journal);
    return journal;
}

Buckets HistoryFileReader::buckets(const SeriesName& name, std::int64_t from, std::int64_t to)
{
    const std::lock_guard lock(m_mutex);
    Buckets all;
    if (!open())
        return all;
    const std::int64_t series = seriesId(name);
    auto select = m_database->prepare(chunksOfRange);
    for (std::size_t tier = 0; tier < tiers.size(); ++tier) {
        Buckets found;
        select.bind(series).bind(static_cast<std::int64_t>(tier)).bind(from - tiers[tier].span).bind(to);
        while (select.step()) {
            for (const auto& bucket : unpackBuckets(select.blob(1), select.integer(0), tiers[tier].width)) {
                if (bucket.at >= from && bucket.at < to)
                    found.push_back(bucket);
            }
        }
        all = overlay(all, found);
    }
    return all;
}

PartitionTable HistoryFileReader::partitionsOf(const SeriesName& name, std::int64_t from, std::int64_t to)
{
    const std::lock_guard lock(m_mutex);
    PartitionTable all;
    if (!open())
        return all;
    auto select = m_database->prepare(chunksOfRange);
    select.bind(seriesId(name)).bind(partitionTier).bind(from - partitions.span).bind(to);
    while (select.step()) {
        PartitionTable part = unpackPartitions(select.blob(1), select.integer(0));
        std::erase_if(part.rows, [&](const auto& row) { return row.first < from || row.first >= to; });
        all.add(part);
    }
    return all;
}

std::vector<Annotation> HistoryFileReader::annotations(const std::string& context, TimePoint from, TimePoint to)
{
    const std::lock_guard lock(m_mutex);
    std::vector<Annotation> all;
    if (!open())
        return all;
    auto select = m_database->prepare("SELECT at, kind, projection, text FROM annotation WHERE at >= ? AND at < ? "
                                      "AND (context = ? OR context = '') ORDER BY at, id");
    select.bind(from.time_since_epoch().count()).bind(to.time_since_epoch().count()).bind(context);
    while (select.step())
        all.push_back({TimePoint(Duration(select.integer(0))), select.text(1), select.text(2), select.text(3)});
    return all;
}

std::vector<SeriesName> HistoryFileReader::names()
{
    const std::lock_guard lock(m_mutex);
    std::vector<SeriesName> all;
    if (!open())
        return all;
    auto select = m_database->prepare("SELECT context, projection FROM series "
                                      "WHERE EXISTS (SELECT 1 FROM chunk WHERE chunk.series = series.id)");
    while (select.step())
        all.push_back({select.text(0), select.text(1)});
    return all;
}

} // namespace projectionist
