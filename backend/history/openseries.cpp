// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/history/openseries.h"

#include "backend/history/packing.h"

#include <algorithm>
#include <cmath>

namespace projectionist {

namespace {

/// Half an hour of seconds that no disk takes is enough.
constexpr std::size_t mostOpen = 1800;
constexpr std::size_t mostWaiting = 1000;

enum class Entry : std::uint64_t
{
    Bucket = 1,
    PartitionIds = 2,
    PartitionRow = 3
};

std::int64_t toSeconds(TimePoint time)
{
    return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

/// Numbers of the journal are absolute and >= -1.
void put(Packer& packer, std::int64_t value)
{
    packer.number(static_cast<std::uint64_t>(value + 1));
}

std::int64_t get(Unpacker& unpacker)
{
    return std::max<std::int64_t>(static_cast<std::int64_t>(unpacker.number()) - 1, -1);
}

void packEntry(Packer& packer, std::int64_t id, const Bucket& bucket)
{
    packer.number(static_cast<std::uint64_t>(Entry::Bucket));
    packer.number(static_cast<std::uint64_t>(id));
    packer.difference(bucket.at);
    for (const Range& range : {bucket.lag, bucket.backlog}) {
        put(packer, range.last);
        put(packer, range.min);
        put(packer, range.max);
    }
    packer.difference(std::llround(bucket.in * 100.0F));
    packer.difference(std::llround(bucket.out * 100.0F));
    packer.text(toString(bucket.worst));
}

Bucket unpackEntry(Unpacker& unpacker)
{
    Bucket bucket;
    bucket.at = unpacker.difference();
    for (Range* const range : {&bucket.lag, &bucket.backlog}) {
        range->last = get(unpacker);
        range->min = get(unpacker);
        range->max = get(unpacker);
    }
    bucket.in = static_cast<float>(unpacker.difference()) / 100.0F;
    bucket.out = static_cast<float>(unpacker.difference()) / 100.0F;
    bucket.worst = verdictKindFromString(unpacker.text()).value_or(VerdictKind::Unknown);
    return bucket;
}

void packIds(Packer& packer, std::int64_t id, const PartitionTable& table)
{
    packer.number(static_cast<std::uint64_t>(Entry::PartitionIds));
    packer.number(static_cast<std::uint64_t>(id));
    packer.number(table.ids.size());
    for (const auto& one : table.ids) {
        packer.text(one.topic);
        packer.difference(one.partition);
    }
}

void packRow(Packer& packer, std::int64_t id, std::int64_t at, const std::vector<PartitionValue>& row)
{
    packer.number(static_cast<std::uint64_t>(Entry::PartitionRow));
    packer.number(static_cast<std::uint64_t>(id));
    packer.difference(at);
    packer.number(row.size());
    for (const auto& value : row) {
        put(packer, value.lag);
        put(packer, value.backlog);
    }
}

Bucket bucketOf(const ProjectionReport& report, std::int64_t at)
{
    const Assessment& assessment = report.assessment;
    Bucket bucket;
    bucket.at = at;
    bucket.worst = assessment.verdict.kind;
    if (!report.sample->fresh)
        return bucket; // the old numbers are no news
    if (assessment.lag.origin != LagOrigin::Unknown) {
        const auto lag = std::max<std::int64_t>(assessment.lag.value.count(), 0);
        bucket.lag = {lag, lag, lag};
    }
    if (assessment.backlog)
        bucket.backlog = {*assessment.backlog, *assessment.backlog, *assessment.backlog};
    bucket.in = static_cast<float>(assessment.inPerSecond.value_or(-1));
    bucket.out = static_cast<float>(assessment.outPerSecond.value_or(-1));
    return bucket;
}

} // namespace

void OpenHistory::addSeries(std::int64_t id, const SeriesName& name)
{
    Series& known = m_series[name];
    known.id = id;
    known.isNew = false;
    m_nextId = std::max(m_nextId, id + 1);
}

OpenHistory::Series& OpenHistory::series(const SeriesName& name)
{
    Series& found = m_series[name];
    if (found.id == 0)
        found.id = m_nextId++;
    return found;
}

void OpenHistory::replay(std::string_view journal)
{
    std::map<std::uint64_t, Series*> byId;
    for (auto& [name, one] : m_series)
        byId[static_cast<std::uint64_t>(one.id)] = &one;
    const std::string plain = decompress(journal);
    Unpacker unpacker(plain);
    Series nobody;
    while (!unpacker.atEnd()) {
        const auto kind = static_cast<Entry>(unpacker.number());
        const auto found = byId.find(unpacker.number());
        Series& target = found == byId.end() ? nobody : *found->second;
        if (kind == Entry::Bucket) {
            const Bucket bucket = unpackEntry(unpacker);
            if (!unpacker.good())
                return;
            target.open[insert(target.open, bucket)] = bucket; // a later entry is the whole bucket, not an addition
            target.clean = target.open.size();
        } else if (kind == Entry::PartitionIds) {
            std::vector<TopicPartition> ids(unpacker.count());
            for (auto& id : ids) {
                id.topic = unpacker.text();
                id.partition = static_cast<std::int32_t>(unpacker.difference());
            }
            target.partitionTable.ids = std::move(ids);
        } else if (kind == Entry::PartitionRow) {
            const auto at = unpacker.difference();
            std::vector<PartitionValue> row(unpacker.count());
            for (auto& value : row)
                value = {get(unpacker), get(unpacker)};
            if (unpacker.good() && row.size() <= target.partitionTable.ids.size())
                target.partitionTable.rows[at] = std::move(row);
        } else {
            return;
        }
    }
}

void OpenHistory::adopt(OpenHistory&& stored)
{
    // Ids given before the file was open, or in another file, mean nothing in this one.
    for (auto& [name, mine] : m_series) {
        mine.id = 0;
        mine.isNew = true;
        mine.clean = 0;
        mine.journaledTo = 0;
    }
    m_nextId = stored.m_nextId;
    m_sealedTo = 0;
    for (auto& [name, theirs] : stored.m_series) {
        Series& mine = m_series[name];
        for (const auto& bucket : mine.open)
            theirs.open[insert(theirs.open, bucket)] = bucket; // newer than the journal
        theirs.partitionTable.add(mine.partitionTable);
        mine = std::move(theirs);
        mine.clean = 0;
    }
    for (auto& [name, mine] : m_series) {
        if (mine.id == 0)
            mine.id = m_nextId++;
    }
}

void OpenHistory::add(const Snapshot& snapshot)
{
    for (const auto& report : snapshot.projections) {
        if (report && report->sample)
            addReport(snapshot, *report);
    }
    for (const auto& annotation : snapshot.annotations)
        m_annotations.push_back({snapshot.context, annotation});
}

void OpenHistory::addReport(const Snapshot& snapshot, const ProjectionReport& report)
{
    const ProjectionSample& sample = *report.sample;
    const std::int64_t at = toSeconds(sample.fresh ? sample.at : snapshot.ended);
    Series& target = series({snapshot.context, sample.projection});
    target.clean = std::min(target.clean, insert(target.open, bucketOf(report, at)));
    bound(target);
    if (!sample.fresh)
        return;
    PartitionTable& table = target.partitionTable;
    const std::int64_t rowAt = floorTo(at, partitions.width);
    for (std::size_t i = 0; i < sample.partitions.size() && i < report.assessment.partitions.size(); ++i) {
        const PartitionAssessment& assessment = report.assessment.partitions[i];
        PartitionValue value;
        if (assessment.lag.origin != LagOrigin::Unknown)
            value.lag = std::max<std::int64_t>(assessment.lag.value.count(), 0);
        value.backlog = assessment.backlog.value_or(-1);
        const auto& id = sample.partitions[i].id;
        table.add(rowAt, i < table.ids.size() && table.ids[i] == id ? i : table.indexOf(id), value);
    }
}

void OpenHistory::bound(Series& series)
{
    if (series.open.size() > mostOpen) {
        series.open.erase(series.open.begin(), series.open.begin() + static_cast<std::ptrdiff_t>(mostOpen / 6));
        series.clean -= std::min(series.clean, mostOpen / 6);
    }
    while (series.partitionTable.rows.size() > mostOpen / static_cast<std::size_t>(partitions.width))
        series.partitionTable.rows.erase(series.partitionTable.rows.begin());
}

void OpenHistory::addRetroactive(const SeriesName& name, const std::vector<HistoryPoint>& points)
{
    std::array<Buckets, tiers.size()> byTier;
    for (const auto& point : points) {
        const auto width = std::chrono::floor<std::chrono::seconds>(point.width).count();
        std::size_t tier = tiers.size() - 1;
        while (tier > 0 && tiers[tier].width > width)
            --tier;
        insert(byTier[tier], toBucket(point, tiers[tier].width));
    }
    series(name);
    for (auto& buckets : byTier) {
        if (!buckets.empty())
            m_retroactive.emplace_back(name, std::move(buckets));
    }
}

HistoryBatch OpenHistory::collect(std::int64_t now, bool all)
{
    HistoryBatch batch;
    Packer packer;
    for (auto& [name, one] : m_series) {
        if (one.isNew && one.id != 0)
            batch.newSeries.emplace_back(one.id, name);
        for (; one.clean < one.open.size(); ++one.clean) {
            packEntry(packer, one.id, one.open[one.clean]);
            batch.newest = std::max(batch.newest, one.open[one.clean].at);
        }
        const std::int64_t until = all ? INT64_MAX : floorTo(now, partitions.width);
        const auto& table = one.partitionTable;
        for (auto row = table.rows.lower_bound(one.journaledTo); row != table.rows.end() && row->first < until; ++row) {
            // Journals are deleted with the minutes that they hold, so each of these minutes needs the ids.
            const bool newChunk = floorTo(row->first, partitions.span) != floorTo(one.journaledTo - 1, partitions.span);
            if (newChunk || one.journaledIds != table.ids.size())
                packIds(packer, one.id, table);
            one.journaledIds = table.ids.size();
            packRow(packer, one.id, row->first, row->second);
            one.journaledTo = row->first + 1;
            batch.newest = std::max(batch.newest, row->first);
        }
    }
    if (!packer.empty())
        batch.journal = compress(packer.take());
    if (const std::int64_t before = floorTo(now, tiers[0].span); before != m_sealedTo)
        seal(before, batch);
    for (auto& [name, buckets] : m_retroactive) {
        int tier = 0;
        while (tiers[static_cast<std::size_t>(tier)].width != buckets.front().width)
            ++tier;
        batch.chunks.push_back({series(name).id, tier, buckets, true});
    }
    batch.annotations = m_annotations;
    return batch;
}

void OpenHistory::seal(std::int64_t before, HistoryBatch& batch) const
{
    batch.sealedBefore = before;
    for (const auto& [name, one] : m_series) {
        const auto end =
            std::find_if(one.open.begin(), one.open.end(), [&](const Bucket& b) { return b.at >= before; });
        if (end != one.open.begin())
            batch.chunks.push_back({one.id, 0, Buckets(one.open.begin(), end), false});
        PartitionTable old;
        old.ids = one.partitionTable.ids;
        old.rows.insert(one.partitionTable.rows.begin(), one.partitionTable.rows.lower_bound(before));
        if (!old.rows.empty())
            batch.partitionChunks.emplace_back(one.id, std::move(old));
    }
}

void OpenHistory::committed(const HistoryBatch& batch)
{
    for (const auto& [id, name] : batch.newSeries)
        m_series[name].isNew = false;
    m_annotations.erase(m_annotations.begin(),
                        m_annotations.begin() + static_cast<std::ptrdiff_t>(batch.annotations.size()));
    std::size_t retroactive = 0;
    for (const auto& chunk : batch.chunks)
        retroactive += chunk.retroactive ? 1 : 0;
    m_retroactive.erase(m_retroactive.begin(), m_retroactive.begin() + static_cast<std::ptrdiff_t>(retroactive));
    if (batch.sealedBefore == 0)
        return;
    m_sealedTo = batch.sealedBefore;
    for (auto& [name, one] : m_series) {
        const auto end = std::find_if(one.open.begin(), one.open.end(),
                                      [&](const Bucket& bucket) { return bucket.at >= batch.sealedBefore; });
        one.clean -= std::min(one.clean, static_cast<std::size_t>(end - one.open.begin()));
        one.open.erase(one.open.begin(), end);
        auto& rows = one.partitionTable.rows;
        rows.erase(rows.begin(), rows.lower_bound(batch.sealedBefore));
    }
}

void OpenHistory::failed()
{
    for (auto& [name, one] : m_series) {
        one.clean = 0;
        one.journaledTo = 0;
        bound(one);
    }
    if (m_annotations.size() > mostWaiting)
        m_annotations.erase(m_annotations.begin(), m_annotations.end() - static_cast<std::ptrdiff_t>(mostWaiting));
    if (m_retroactive.size() > mostWaiting)
        m_retroactive.erase(m_retroactive.begin(), m_retroactive.end() - static_cast<std::ptrdiff_t>(mostWaiting));
}

Buckets OpenHistory::buckets(const SeriesName& name, std::int64_t from, std::int64_t to) const
{
    const auto within = [&](const Buckets& all) {
        Buckets some;
        std::copy_if(all.begin(), all.end(), std::back_inserter(some),
                     [&](const Bucket& bucket) { return bucket.at >= from && bucket.at < to; });
        return some;
    };
    const auto found = m_series.find(name);
    Buckets result = found == m_series.end() ? Buckets() : within(found->second.open);
    for (const auto& [retroactiveName, buckets] : m_retroactive) {
        if (retroactiveName == name)
            result = overlay(result, within(buckets));
    }
    return result;
}

PartitionTable OpenHistory::partitionsOf(const SeriesName& name, std::int64_t from, std::int64_t to) const
{
    PartitionTable some;
    if (const auto found = m_series.find(name); found != m_series.end()) {
        const auto& table = found->second.partitionTable;
        some.ids = table.ids;
        some.rows.insert(table.rows.lower_bound(from), table.rows.lower_bound(std::max(from, to)));
    }
    return some;
}

std::vector<Annotation> OpenHistory::annotations(const std::string& context, TimePoint from, TimePoint to) const
{
    std::vector<Annotation> some;
    for (const auto& one : m_annotations) {
        if ((one.context == context || one.context.empty()) && one.annotation.at >= from && one.annotation.at < to)
            some.push_back(one.annotation);
    }
    return some;
}

std::vector<SeriesName> OpenHistory::names() const
{
    std::vector<SeriesName> result;
    for (const auto& [name, one] : m_series) {
        if (!one.open.empty())
            result.push_back(name);
    }
    return result;
}

} // namespace projectionist
