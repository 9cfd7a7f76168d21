// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How a history file keeps its size: what is too old for a tier becomes points of the next one.
#include "backend/history/historyfile.h"
#include "backend/history/packing.h"

namespace projectionist {

namespace {

/// So much at once that a batch of new samples never waits for long.
constexpr std::int64_t groupsAtOnce = 100;

} // namespace

bool HistoryFile::maintain(std::int64_t now)
{
    const bool more = coarsen(0, now) || coarsen(1, now);
    if (!more)
        forget(now);
    return more;
}

bool HistoryFile::coarsen(int tier, std::int64_t now)
{
    const Tier& fine = tiers[static_cast<std::size_t>(tier)];
    const Tier& coarse = tiers[static_cast<std::size_t>(tier) + 1];
    // Whole chunks of the coarser tier at once, so that none is written twice.
    const std::int64_t before = floorTo(now - fine.keep, coarse.span);
    std::vector<std::pair<std::int64_t, std::int64_t>> groups;
    auto oldest =
        m_database.prepare("SELECT series, min(start) FROM chunk WHERE tier = ? AND start < ? GROUP BY series "
                           "LIMIT ?");
    oldest.bind(tier).bind(before).bind(groupsAtOnce);
    while (oldest.step())
        groups.emplace_back(oldest.integer(0), floorTo(oldest.integer(1), coarse.span));
    if (groups.empty())
        return false;

    SqliteTransaction transaction(m_database);
    auto select = m_database.prepare("SELECT start, data FROM chunk WHERE series = ? AND tier = ? AND start >= ? "
                                     "AND start < ? ORDER BY start");
    auto remove = m_database.prepare("DELETE FROM chunk WHERE series = ? AND tier = ? AND start >= ? AND start < ?");
    for (const auto& [series, start] : groups) {
        Buckets buckets;
        select.bind(series).bind(tier).bind(start).bind(start + coarse.span);
        while (select.step()) {
            const auto part = unpackBuckets(select.blob(1), select.integer(0), fine.width);
            buckets.insert(buckets.end(), part.begin(), part.end());
        }
        writeBuckets(series, tier + 1, widen(buckets, coarse.width), Merge::PreferNew);
        remove.bind(series).bind(tier).bind(start).bind(start + coarse.span).run();
    }
    transaction.commit();
    return true;
}

void HistoryFile::forget(std::int64_t now)
{
    const Tier& last = tiers.back();
    SqliteTransaction transaction(m_database);
    auto remove = m_database.prepare("DELETE FROM chunk WHERE tier = ? AND start < ?");
    remove.bind(static_cast<std::int64_t>(tiers.size()) - 1).bind(now - last.keep - last.span).run();
    remove.bind(partitionTier).bind(now - partitions.keep - partitions.span).run();
    m_database.prepare("DELETE FROM annotation WHERE at < ?").bind((now - last.keep) * 1000).run();
    transaction.commit();
}

} // namespace projectionist
