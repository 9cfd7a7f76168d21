// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/checkpreview.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <thread>

namespace projectionist {

namespace {

constexpr std::size_t mostTables = 5000;

/// Cancels on a thread of its own: whoever requests the stop need not wait for a server.
class CancelOnStop
{
public:
    CancelOnStop(const std::stop_token& stop, const std::function<void()>& cancel)
        : m_thread([this, stop, cancel] {
            std::unique_lock lock(m_mutex);
            if (m_wake.wait(lock, stop, [this] { return m_over; }))
                return;
            lock.unlock();
            cancel();
        })
    {
    }
    ~CancelOnStop()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_over = true;
        }
        m_wake.notify_one();
    }
    CancelOnStop(const CancelOnStop&) = delete;
    CancelOnStop& operator=(const CancelOnStop&) = delete;

private:
    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    bool m_over = false;   ///< guarded by m_mutex
    std::jthread m_thread; ///< last: starts when all the rest is there, and is waited for first
};

/// Runs `read` with a reader that has begun.
template<typename Read>
auto withReader(StoreSettings store, const OpenSnapshotReader& open, const std::stop_token& stop, const Read& read)
    -> decltype(read(std::declval<SnapshotReader&>()))
{
    store.statementTimeout = std::min(store.statementTimeout, previewTimeout);
    const auto reader = open(store);
    if (!reader)
        return tl::unexpected(reader.error());
    const CancelOnStop cancel(stop, [&reader] { (*reader)->cancel(); });
    if (const auto begun = (*reader)->begin(); !begun)
        return tl::unexpected(begun.error());
    auto answer = read(**reader);
    (*reader)->end();
    return answer;
}

/// Documents of megabytes stay in the store.
std::string shownColumn(const ResultColumn& column)
{
    constexpr std::array<std::string_view, 7> longOnes{"text", "varchar", "bpchar", "json", "jsonb", "xml", "bytea"};
    const auto name = "r." + sqlName(column.name);
    const bool mayBeLong =
        std::find(longOnes.begin(), longOnes.end(), column.type) != longOnes.end() || column.type.starts_with('_');
    return mayBeLong ? fmt::format("left({}::text, {}) AS {}", name, previewCellLength, sqlName(column.name)) : name;
}

Result<bool> isCheaplyOrdered(SnapshotReader& reader, const RelationShape& shape, const std::vector<std::string>& key)
{
    const bool known =
        std::all_of(key.begin(), key.end(), [&](const std::string& column) { return shape.column(column); });
    if (!known || key.empty() || shape.oid.empty())
        return false;
    return readKeyFacts(reader, shape, key).map([](const std::vector<KeyColumnFacts>& facts) {
        return facts.front().leadsIndex;
    });
}

std::string selectFirst(const RelationShape& shape, const std::vector<std::string>& order)
{
    std::vector<std::string> columns;
    std::vector<std::string> keys;
    for (const auto& column : shape.columns)
        columns.push_back(shownColumn(column));
    for (const auto& column : order)
        keys.push_back("r." + sqlName(column));
    return fmt::format("SELECT {} FROM {} AS r{}{} LIMIT {}", joined(columns, ", "), shape.sql,
                       keys.empty() ? "" : " ORDER BY ", joined(keys, ", "), previewRows);
}

Result<SidePreview> readSide(SnapshotReader& reader, const CheckSide& side, const std::vector<std::string>& key)
{
    const auto shape = readRelationShape(reader, side);
    if (!shape)
        return tl::unexpected(shape.error());
    auto unique = readUniqueKey(reader, *shape);
    if (!unique)
        return tl::unexpected(unique.error());
    SidePreview preview{shape->columns, *std::move(unique), {}, {}, shape->estimatedRows};
    const auto& wanted = key.empty() ? preview.uniqueKey : key;
    const auto ordered = isCheaplyOrdered(reader, *shape, wanted);
    if (!ordered)
        return tl::unexpected(ordered.error());
    if (*ordered)
        preview.orderedBy = wanted;
    if (preview.columns.empty())
        return preview;
    auto rows = reader.query(selectFirst(*shape, preview.orderedBy), previewRows);
    if (!rows)
        return tl::unexpected(rows.error());
    preview.rows = std::move(rows->rows);
    return preview;
}

} // namespace

Result<SidePreview> previewSide(const CheckSide& side, const std::vector<std::string>& key, const StoreSettings& store,
                                const OpenSnapshotReader& open, const std::stop_token& stop)
{
    return withReader(store, open, stop, [&](SnapshotReader& reader) { return readSide(reader, side, key); });
}

Result<CheckLint> previewLint(CheckSettings check, const Workspace& workspace, const OpenSnapshotReader& open,
                              const Clock& clock, const std::stop_token& stop)
{
    check.statementTimeout = std::min(check.statementTimeout, previewTimeout);
    CheckRun run(check, workspace, open, clock);
    const CancelOnStop cancel(stop, [&run] { run.cancel(); });
    return run.lint();
}

Result<std::vector<std::string>> previewTables(const StoreSettings& store, const OpenSnapshotReader& open,
                                               const std::stop_token& stop)
{
    return withReader(store, open, stop, [](SnapshotReader& reader) {
        return reader
            .query("SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) FROM "
                   "pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN "
                   "('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND "
                   "pg_catalog.has_any_column_privilege(c.oid, 'SELECT') ORDER BY 1",
                   mostTables)
            .map([](const Rows& rows) {
                std::vector<std::string> tables;
                for (const auto& row : rows.rows)
                    tables.push_back(row.front().value_or(""));
                return tables;
            });
    });
}

} // namespace projectionist
