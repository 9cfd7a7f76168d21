// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/history/bucket.h"

#include <map>
#include <string>

namespace projectionist {

struct SeriesName
{
    std::string context;
    std::string projection;

    auto operator<=>(const SeriesName&) const = default;
};

struct SeriesAnnotation
{
    std::string context;
    Annotation annotation;
};

/// What one transaction writes.
struct HistoryBatch
{
    struct Chunk
    {
        std::int64_t series = 0;
        int tier = 0;
        Buckets buckets;          ///< of one or more chunks
        bool retroactive = false; ///< gives way to what is there
    };
    std::vector<std::pair<std::int64_t, SeriesName>> newSeries;
    std::string journal;     ///< packed entries since the last batch; empty: none
    std::int64_t newest = 0; ///< time of the youngest point in the journal, in seconds
    std::vector<Chunk> chunks;
    std::vector<std::pair<std::int64_t, PartitionTable>> partitionChunks; ///< by series
    std::int64_t sealedBefore = 0; ///< everything older is in chunks: its journal can go; 0: nothing was sealed
    std::vector<SeriesAnnotation> annotations;
};

/// The youngest minutes of all series in memory, until they fill a chunk. Between chunks a journal with every point
/// goes to disk, so that kill -9 costs what came since the last batch. Not thread-safe.
class OpenHistory
{
public:
    /// A series that the file knows.
    void addSeries(std::int64_t id, const SeriesName& name);
    /// Takes over what a file that was just opened knows: its ids, and the points that only its journal has.
    void adopt(OpenHistory&& stored);
    /// A journal of a former run.
    void replay(std::string_view journal);

    void add(const Snapshot& snapshot);
    void addRetroactive(const SeriesName& name, const std::vector<HistoryPoint>& points);
    void annotate(SeriesAnnotation annotation) { m_annotations.push_back(std::move(annotation)); }

    /// Everything that is not on disk; `all` includes the partitions' unfinished ten seconds. now in seconds.
    [[nodiscard]] HistoryBatch collect(std::int64_t now, bool all);
    /// The batch is on disk.
    void committed(const HistoryBatch& batch);
    /// The batch is not: the next one brings it again. What has waited too long is dropped, so that memory stays
    /// bounded.
    void failed();

    [[nodiscard]] Buckets buckets(const SeriesName& name, std::int64_t from, std::int64_t to) const;
    [[nodiscard]] PartitionTable partitionsOf(const SeriesName& name, std::int64_t from, std::int64_t to) const;
    [[nodiscard]] std::vector<Annotation> annotations(const std::string& context, TimePoint from, TimePoint to) const;
    [[nodiscard]] std::vector<SeriesName> names() const; ///< that have something in memory

private:
    struct Series
    {
        std::int64_t id = 0;
        bool isNew = true;
        Buckets open;
        std::size_t clean = 0; ///< so many of `open` are in the journal
        PartitionTable partitionTable;
        std::int64_t journaledTo = 0; ///< partition rows before this are in the journal
        std::size_t journaledIds = 0;
    };
    Series& series(const SeriesName& name);
    void addReport(const Snapshot& snapshot, const ProjectionReport& report);
    void seal(std::int64_t before, HistoryBatch& batch) const;
    static void bound(Series& series);

    std::map<SeriesName, Series> m_series;
    std::vector<std::pair<SeriesName, Buckets>> m_retroactive; ///< not yet in a committed batch
    std::vector<SeriesAnnotation> m_annotations;               ///< the same
    std::int64_t m_nextId = 1;
    std::int64_t m_sealedTo = 0;
};

} // namespace projectionist
