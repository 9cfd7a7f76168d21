// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/rebuild/builtinworker.h"

#include <algorithm>
#include <map>
#include <set>

namespace projectionist {

namespace {

constexpr Duration workerQuietLimit{30'000};
constexpr std::size_t mostOfAppliedEvent = std::size_t{64} << 20U; ///< bytes
constexpr std::size_t bytesABatch = std::size_t{32} << 20U;        ///< of records that wait in memory

Error workerStopped()
{
    return {ErrorKind::Cancelled, "Applying the events was stopped", {}, {}, false};
}

/// What is read together, in the order in which it is applied.
std::vector<std::vector<LogRange>> rangesOf(const std::vector<PartitionBounds>& bounds, const NextOffsets& from,
                                            const NextOffsets& upTo, bool partitionsTogether)
{
    std::vector<std::vector<LogRange>> all;
    for (const auto& one : bounds) {
        const auto end = upTo.find(one.id);
        const auto begun = from.find(one.id);
        const LogRange range{one.id, std::max(begun == from.end() ? Offset{0} : begun->second, one.start),
                             end == upTo.end() ? Offset{0} : std::min(end->second, one.head)};
        if (range.from >= range.to)
            continue;
        const bool beside = partitionsTogether && !all.empty() && all.back().front().id.topic == one.id.topic;
        if (!beside)
            all.emplace_back();
        all.back().push_back(range);
    }
    return all;
}

} // namespace

/// Reads ranges, and writes a batch whenever enough is there.
class BuiltinWorker::Pass
{
public:
    Pass(BuiltinWorker& owner, RowTarget& target, NextOffsets positions, const OnApplied& applied)
        : m_owner(owner), m_target(target), m_positions(std::move(positions)), m_applied(applied)
    {
    }

    Result<void> read(const std::vector<LogRange>& ranges)
    {
        for (const auto& range : ranges)
            m_next[range.id] = m_positions[range.id] = std::max(m_positions[range.id], range.from);
        const std::stop_callback forward(m_owner.m_stop, [this] { m_enough.request_stop(); });
        const auto done = m_owner.m_log.reader().read(
            ranges, mostOfAppliedEvent, [this](const Record& record) { take(record); }, workerQuietLimit,
            m_enough.get_token());
        if (m_failure)
            return tl::unexpected(*m_failure);
        if (m_owner.m_stop.stop_requested())
            return tl::unexpected(workerStopped());
        if (!done)
            return done;
        for (const auto& range : ranges) // behind the last record there may be offsets without one
            m_next[range.id] = range.to;
        return flush();
    }
    [[nodiscard]] std::int64_t events() const { return m_events; }

private:
    void take(const Record& record)
    {
        if (m_failure)
            return;
        m_bytes += record.value ? record.value->size() : 0;
        m_next[record.id] = record.offset + 1;
        m_records.push_back(record);
        if (m_records.size() < m_owner.m_batch && m_bytes < bytesABatch)
            return;
        if (auto written = flush(); !written) {
            m_failure = std::move(written.error());
            m_enough.request_stop();
        }
    }

    Result<void> flush()
    {
        RowBatch batch;
        for (const auto& [id, next] : m_next)
            if (m_positions[id] != next) {
                batch.from[id] = m_positions[id];
                batch.to[id] = next;
            }
        if (batch.to.empty())
            return {};
        auto done = fold(batch);
        if (done)
            done = m_target.write(batch);
        if (!done)
            return done;
        for (const auto& [id, next] : batch.to)
            m_positions[id] = next;
        m_events += static_cast<std::int64_t>(m_records.size());
        m_records.clear();
        m_bytes = 0;
        if (m_applied)
            m_applied(m_events);
        return m_owner.m_stop.stop_requested() ? tl::unexpected(workerStopped()) : Result<void>();
    }

    /// The records' events twice: whose rows they change, then what becomes of these.
    Result<void> fold(RowBatch& batch)
    {
        std::set<FoldKey> keys;
        auto done = forEachEvent([&](const EventReading&, const FoldKey& key) {
            keys.insert(key);
            return Result<void>();
        });
        if (!done)
            return done;
        std::map<FoldKey, TargetRow*> byEvent;
        std::map<FoldKey, TargetRow> rows; // by the keys as the target writes them
        if (auto found = load(keys, byEvent, rows); !found)
            return found;
        std::set<const TargetRow*> changed;
        done = forEachEvent([&](const EventReading& reading, const FoldKey& key) -> Result<void> {
            auto& row = *byEvent.at(key);
            const auto change = m_owner.m_declaration.apply(reading, row.row);
            if (!change)
                return tl::unexpected(change.error());
            if (*change == RowChange::Changed || *change == RowChange::Erased)
                changed.insert(&row);
            return {};
        });
        for (auto& [key, row] : rows)
            if (changed.contains(&row) && row.row.exists)
                batch.rows.push_back(std::move(row.row));
            else if (changed.contains(&row))
                batch.erased.push_back(key);
        return done;
    }

    Result<void> load(const std::set<FoldKey>& keys, std::map<FoldKey, TargetRow*>& byEvent,
                      std::map<FoldKey, TargetRow>& rows)
    {
        const std::vector<FoldKey> wanted(keys.begin(), keys.end());
        auto found = m_target.rows(wanted);
        if (!found)
            return tl::unexpected(found.error());
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            auto& row = (*found)[i];
            const auto place = rows.try_emplace(row.key, row).first;
            byEvent.emplace(wanted[i], &place->second);
        }
        return {};
    }

    Result<void> forEachEvent(const std::function<Result<void>(const EventReading&, const FoldKey&)>& visit)
    {
        const auto& declaration = m_owner.m_declaration;
        for (const auto& record : m_records) {
            const auto event = m_owner.m_decoder.decode(record, m_owner.m_stop);
            if (!event)
                return tl::unexpected(event.error());
            const auto wanted = declaration.read(*event, m_reading);
            if (!wanted)
                return tl::unexpected(wanted.error());
            if (!*wanted)
                continue;
            const auto key = declaration.keyOf(m_reading);
            if (!key)
                return tl::unexpected(key.error());
            if (auto visited = visit(m_reading, *key); !visited)
                return visited;
        }
        return {};
    }

    BuiltinWorker& m_owner;
    RowTarget& m_target;
    NextOffsets m_positions; ///< as the target has them
    const OnApplied& m_applied;
    NextOffsets m_next; ///< behind what was read
    std::vector<Record> m_records;
    std::size_t m_bytes = 0;
    EventReading m_reading; ///< used again
    std::stop_source m_enough;
    std::optional<Error> m_failure;
    std::int64_t m_events = 0;
};

Result<BuiltinWorker> BuiltinWorker::open(const Workspace& workspace, const ProjectionSettings& projection,
                                          const LetterConnectors& connectors, const Clock& clock, std::stop_token stop)
{
    auto declaration = DeclaredProjection::compile(projection);
    if (!declaration)
        return tl::unexpected(declaration.error());
    auto log = ProjectionLog::open(workspace, projection, connectors);
    if (!log)
        return tl::unexpected(log.error());
    auto decoder = EventDecoder::make(*workspace.context(projection.context), clock);
    if (!decoder)
        return tl::unexpected(decoder.error());
    return BuiltinWorker(*std::move(declaration), *std::move(decoder), *std::move(log), std::move(stop));
}

Result<std::int64_t> BuiltinWorker::run(RowTarget& target, const NextOffsets& upTo, const OnApplied& applied)
{
    const auto bounds = m_log.bounds();
    if (!bounds)
        return tl::unexpected(bounds.error());
    auto positions = target.positions();
    if (!positions)
        return tl::unexpected(positions.error());
    const auto ranges = rangesOf(*bounds, *positions, upTo, m_declaration.keyIsRecordKey());
    Pass pass(*this, target, *std::move(positions), applied);
    for (const auto& together : ranges)
        if (auto done = pass.read(together); !done)
            return tl::unexpected(done.error());
    return pass.events();
}

} // namespace projectionist
