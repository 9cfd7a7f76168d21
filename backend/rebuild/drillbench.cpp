// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/rebuild/drillbench.h"

#include "backend/reconcile/comparisonplan.h"
#include "backend/store/cells.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

/// Of statements on whole tables.
constexpr Duration scratchStatementTimeout{600'000};

/// The rows of both tables, alias "a" and "b", that are not the same bytes.
std::string differingRows(const TargetTables& expected, const TargetTables& actual, const std::vector<std::string>& key)
{
    std::vector<std::string> equal;
    for (const auto& column : key)
        equal.push_back("a." + sqlName(column) + " = b." + sqlName(column));
    return " FROM " + expected.rows + " AS a FULL JOIN " + actual.rows + " AS b ON " + joined(equal, " AND ") +
           " WHERE CAST(a AS text) COLLATE \"C\" IS DISTINCT FROM CAST(b AS text) COLLATE \"C\"";
}

std::int64_t numberAt(const Rows& rows, std::size_t column = 0)
{
    return numberIn<std::int64_t>(rows.rows.front()[column].value_or("")).value_or(0);
}

using Cells = std::vector<Cell>;

RowDifference differenceOf(const Cells& cells, std::size_t columns, std::size_t keys)
{
    RowDifference one;
    one.state = DriftState::Confirmed;
    const auto middle = cells.begin() + 1 + static_cast<std::ptrdiff_t>(columns);
    if (cells.front() != "b")
        one.expected = Cells(cells.begin() + 1, middle);
    if (cells.front() != "a")
        one.actual = Cells(middle, cells.end());
    const auto& whole = one.expected ? *one.expected : *one.actual;
    for (std::size_t i = 0; i < columns; ++i) {
        if (i < keys)
            one.key.push_back(whole[i].value_or(""));
        if (one.expected && one.actual && (*one.expected)[i] != (*one.actual)[i])
            one.differing.push_back(i - std::min(i, keys));
    }
    for (auto* const row : {&one.expected, &one.actual})
        if (*row)
            (*row)->erase((*row)->begin(), (*row)->begin() + static_cast<std::ptrdiff_t>(keys));
    return one;
}

} // namespace

std::unique_ptr<RowTarget> makeTableTarget(RelationalStore& store, const TargetTables& tables,
                                           const DeclaredProjection& declaration, TableTarget::OnStage stage)
{
    return std::make_unique<TableTarget>(store, tables, declaration, std::move(stage));
}

Result<std::unique_ptr<DrillBench>> DrillBench::open(const Workspace& workspace, const ProjectionSettings& projection,
                                                     const LetterConnectors& letters, const OpenScratch& open,
                                                     MakeTarget target, const std::string& by, const Clock& clock,
                                                     std::stop_token stop)
{
    if (auto why = whyNoDrill(workspace, projection))
        return tl::unexpected(*why);
    auto worker = BuiltinWorker::open(workspace, projection, letters, clock, stop);
    if (!worker)
        return tl::unexpected(worker.error());
    auto settings = *workspace.store(projection.declared->store);
    settings.statementTimeout = std::max(settings.statementTimeout, scratchStatementTimeout);
    auto owner = open(settings);
    auto work = open(settings);
    if (!owner || !work)
        return tl::unexpected(owner ? work.error() : owner.error());
    auto scratch = ScratchSchema::make(*std::move(owner), by);
    if (!scratch)
        return tl::unexpected(scratch.error());
    const auto& table = projection.declared->table;
    std::unique_ptr<DrillBench> bench(new DrillBench(std::move(settings), table.empty() ? projection.readModel : table,
                                                     *std::move(worker), *std::move(scratch), *std::move(work),
                                                     std::move(target)));
    bench->m_interrupts = std::make_unique<std::stop_callback<std::function<void()>>>(stop, [bench = bench.get()] {
        bench->m_work->interrupt();
        bench->m_scratch.store().interrupt();
    });
    return bench;
}

Result<std::string> DrillBench::lostBeginning()
{
    const auto bounds = m_worker.log().bounds();
    if (!bounds)
        return tl::unexpected(bounds.error());
    for (const auto& one : *bounds)
        if (one.start > 0)
            return fmt::format("{} begins at offset {}: what was before has been deleted", toString(one.id), one.start);
    return std::string();
}

Result<NextOffsets> DrillBench::firstEvents(std::int64_t most, std::int64_t& total)
{
    auto bounds = m_worker.log().bounds();
    if (!bounds)
        return tl::unexpected(bounds.error());
    std::ranges::sort(*bounds, {}, [](const PartitionBounds& one) { return one.head - one.start; });
    NextOffsets upTo;
    total = 0;
    auto left = static_cast<std::int64_t>(bounds->size());
    for (const auto& one : *bounds) { // what a small partition lacks goes to the larger ones
        const auto share = std::min(one.head - one.start, (most - total + left - 1) / left);
        upTo.emplace(one.id, one.start + share);
        total += share;
        --left;
    }
    if (total > 0)
        return upTo;
    return tl::unexpected(Error{ErrorKind::NotFound, "There is nothing to drill with",
                                "the projection's topics hold no events", "Wait for the first ones.", false});
}

Result<TargetTables> DrillBench::addTable(const std::string& name)
{
    return m_scratch.addTable(name, m_live, m_worker.declaration().columns());
}

Result<std::int64_t> DrillBench::apply(const TargetTables& tables, const NextOffsets& upTo,
                                       const BuiltinWorker::OnApplied& applied, TableTarget::OnStage stage)
{
    const auto target = m_target(*m_work, tables, m_worker.declaration(), std::move(stage));
    return m_worker.run(*target, upTo, applied);
}

Result<void> DrillBench::copyRows(const TargetTables& from, const TargetTables& to)
{
    return m_scratch.columnsOf(to.rows).and_then([&](const std::string& columns) {
        return m_scratch.store().transaction([&](Transaction& transaction) {
            return transaction
                .execute("INSERT INTO " + to.rows + " (" + columns + ") SELECT " + columns + " FROM " + from.rows)
                .map([](const Rows&) {});
        });
    });
}

Result<NextOffsets> DrillBench::positionsOf(const TargetTables& tables)
{
    return TableTarget(m_scratch.store(), tables, m_worker.declaration()).positions();
}

Result<std::int64_t> DrillBench::compare(const TargetTables& expected, const TargetTables& actual, DrillResult& result)
{
    const auto& declared = m_worker.declaration();
    const std::vector<std::string> key(declared.columns().begin(),
                                       declared.columns().begin() + static_cast<std::ptrdiff_t>(declared.keySize()));
    const auto from = differingRows(expected, actual, key);
    auto& store = m_scratch.store();
    const auto count = store.query("SELECT count(*), (SELECT count(*) FROM " + expected.rows + ")" + from, {}, 1);
    if (!count)
        return tl::unexpected(count.error());
    result.rows = numberAt(*count, 1);
    const auto differing = numberAt(*count);
    result.differing += differing;
    if (differing == 0)
        return differing;
    const auto shape = store.query("SELECT * FROM " + expected.rows + " LIMIT 0", {}, 1);
    if (!shape)
        return tl::unexpected(shape.error());
    auto columns = key;
    std::ranges::copy_if(shape->columns, std::back_inserter(columns),
                         [&](const auto& one) { return std::ranges::find(key, one) == key.end(); });
    std::vector<std::string> terms{"CASE WHEN b IS NOT DISTINCT FROM NULL THEN 'a' WHEN a IS NOT DISTINCT FROM NULL "
                                   "THEN 'b' ELSE 'ab' END"};
    for (const char* const side : {"a.", "b."})
        for (const auto& column : columns)
            terms.push_back(side + sqlName(column));
    const auto rows = store.query("SELECT " + joined(terms, ", ") + from + " ORDER BY coalesce(a." +
                                      sqlName(key.front()) + ", b." + sqlName(key.front()) + ")",
                                  {}, mostRowsShown);
    if (!rows)
        return tl::unexpected(rows.error());
    result.compared.keyColumns = key;
    result.compared.columns.assign(columns.begin() + static_cast<std::ptrdiff_t>(key.size()), columns.end());
    for (const auto& cells : rows->rows)
        result.compared.differences.push_back(differenceOf(cells, columns.size(), key.size()));
    return differing;
}

Result<std::string> DrillBench::workerSession()
{
    return m_work->query("SELECT pg_backend_pid()", {}, 1).map([](const Rows& rows) {
        return rows.rows.front().front().value_or("");
    });
}

Result<void> DrillBench::endSession(const std::string& session)
{
    const Parameter pid[]{session};
    auto& store = m_scratch.store();
    if (const auto ended = store.query("SELECT pg_terminate_backend($1::int)", pid, 1); !ended)
        return tl::unexpected(ended.error());
    for (int look = 0; look < 1000; ++look) {
        const auto left =
            store.query("SELECT count(*), pg_sleep(0.01) FROM pg_stat_activity WHERE pid = $1::int", pid, 1);
        if (!left)
            return tl::unexpected(left.error());
        if (numberAt(*left) == 0)
            return {};
    }
    return tl::unexpected(Error{ErrorKind::Timeout,
                                "The worker's session does not end",
                                "the server was asked to terminate it 10 s ago",
                                {},
                                true});
}

} // namespace projectionist
