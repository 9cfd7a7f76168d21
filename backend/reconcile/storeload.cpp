// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/storeload.h"

#include "backend/core/format.h"
#include "backend/store/cells.h"

#include <fmt/format.h>

namespace projectionist {

namespace {

/// Who runs a statement now, but for programs of our name; how late the slowest replica is, or this one, in
/// milliseconds; whether this server is a replica; whether we may see what others do. A replica that has replayed all
/// it received is not late, however long nothing was written.
constexpr const char* loadQuery =
    "SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity a WHERE a.state = 'active' AND a.backend_type "
    "= 'client backend' AND a.application_name <> pg_catalog.current_setting('application_name')), "
    "(1000 * CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN (SELECT coalesce(max(extract(epoch FROM r.replay_lag)), "
    "0) FROM pg_catalog.pg_stat_replication r) "
    "WHEN pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn() THEN 0 "
    "ELSE coalesce(extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.pg_last_xact_replay_timestamp()), 0) "
    "END)::int8, pg_catalog.pg_is_in_recovery(), pg_catalog.pg_has_role('pg_read_all_stats', 'USAGE')";

} // namespace

Result<std::string> StoreLoad::ask(Store& store) const
{
    const auto rows = store.reader->begin({}).and_then([&] { return store.reader->query(loadQuery); });
    store.reader->end();
    if (!rows)
        return tl::unexpected(rows.error());
    const auto& row = rows->rows.front();
    const auto sessions = numberIn<std::int64_t>(row[0].value_or("")).value_or(0);
    const Duration delay(numberIn<std::int64_t>(row[1].value_or("")).value_or(0));
    // Of itself a replica tells everybody how late it is.
    const bool sees = row[3] == "t" || (row[2] == "t" && !m_limits.activeSessions);
    store.obstacle = sees ? "" : "the login may not see what others do there; GRANT pg_read_all_stats to it";
    if (m_limits.activeSessions && sessions > *m_limits.activeSessions)
        return fmt::format("{} sessions are active on store \"{}\", and the limit is {}", formatNumber(sessions),
                           store.name, formatNumber(*m_limits.activeSessions));
    if (m_limits.replicaDelay && delay > *m_limits.replicaDelay)
        return fmt::format("{} is {} behind, and the limit is {}",
                           row[2] == "t" ? "store \"" + store.name + '"' : "a replica of store \"" + store.name + '"',
                           formatDuration(delay), formatDuration(*m_limits.replicaDelay));
    return std::string();
}

std::string StoreLoad::tooBusy()
{
    for (auto& store : m_stores) {
        auto reason = ask(store);
        if (!reason)
            store.obstacle = toString(reason.error());
        else if (!reason->empty())
            return *std::move(reason);
    }
    return {};
}

std::vector<CheckFinding> StoreLoad::findings() const
{
    std::vector<CheckFinding> all;
    for (const auto& store : m_stores)
        if (!store.obstacle.empty())
            all.push_back({DiagnosticLevel::Warning,
                           {},
                           fmt::format("the load of store \"{}\" is not known, so it is not spared", store.name),
                           store.obstacle});
    return all;
}

} // namespace projectionist
