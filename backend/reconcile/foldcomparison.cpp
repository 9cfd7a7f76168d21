// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/foldcomparison.h"

#include "backend/reconcile/emptyside.h"
#include "backend/store/cells.h"
#include "backend/store/copyline.h"

#include <algorithm>
#include <fmt/format.h>

namespace projectionist {

namespace {

/// Rows that are handed to the server in one statement.
constexpr std::size_t rowsAStatement = 10'000;
/// Rows that differ, with all their cells.
constexpr std::size_t rowsToldAtOnce = 500;

RowKey keyOfCells(const std::vector<Cell>& cells, std::size_t size)
{
    RowKey key;
    for (std::size_t i = 0; i < size; ++i)
        key.push_back(cells[i].value_or(""));
    return key;
}

} // namespace

const FoldKey& writtenAs(const WrittenKeys& written, const RowKey& key)
{
    const auto found = written.find(key);
    return found == written.end() ? key : found->second;
}

Result<Compared> FoldComparison::run()
{
    m_compared.expectedRows = static_cast<std::int64_t>(m_rows.size());
    auto done = countTable().and_then([this] { return refuseEmpty(); });
    while (done && m_compared.complete) {
        const auto rows = m_rows.next(rowsAStatement);
        if (rows.empty())
            break;
        done = compare(rows);
    }
    // Where each key is written in one way both sides have the same keys if they are as many.
    const bool alike = m_written.empty() && m_compared.expectedRows - m_missing == m_compared.actualRows;
    if (done && m_compared.complete && !alike)
        done = findExtra();
    if (!done)
        return tl::unexpected(done.error());
    if (isEnough(0)) {
        m_compared.differences.resize(m_check.maxDifferences);
        m_compared.complete = false;
    }
    return std::move(m_compared);
}

Result<void> FoldComparison::countTable()
{
    return limitStatements(*m_sides.actualReader, m_pace)
        .and_then(
            [this] { return m_sides.actualReader->query("SELECT count(*) FROM " + m_sides.actual.sql + " AS r"); })
        .map([this](const Rows& rows) {
            m_compared.actualRows = numberIn<std::int64_t>(rows.rows[0][0].value_or("")).value_or(0);
        });
}

Result<void> FoldComparison::refuseEmpty() const
{
    const bool noEvents = m_compared.expectedRows == 0;
    const auto other = std::max(m_compared.expectedRows, m_compared.actualRows);
    if (m_check.emptyIsDrift || (!noEvents && m_compared.actualRows > 0) ||
        other <= static_cast<std::int64_t>(m_check.maxDifferences))
        return {};
    return tl::unexpected(emptySide(m_check, noEvents ? ComparedSide::Expected : ComparedSide::Actual));
}

void FoldComparison::step()
{
    const CheckProgress now{m_seen, m_seen, std::max(m_compared.expectedRows, m_compared.actualRows),
                            m_compared.differences.size()};
    if (m_pace.step(now) != CheckStep::End)
        return;
    m_compared.complete = false;
    m_compared.ending = m_pace.ending();
}

Result<void> FoldComparison::compare(const std::vector<ProjectedRow>& rows)
{
    m_sides.expected.sql = m_relation.of(rows);
    if (auto limited = limitStatements(*m_sides.actualReader, m_pace); !limited)
        return limited;
    const auto found = m_sides.actualReader->query(foldComparisonSql(m_sides));
    if (!found)
        return tl::unexpected(found.error().kind == ErrorKind::InvalidData ? misfit(rows, found.error())
                                                                           : found.error());
    const std::size_t width = m_sides.plan.key.size();
    std::vector<ProjectedRow> differing;
    std::vector<RowKey> keys;
    for (const auto& cells : found->rows) {
        RowKey key = keyOfCells(cells, width);
        const auto& row = rows[numberIn<std::size_t>(cells[width + 1].value_or("")).value_or(1) - 1];
        if (FoldKey written = keyOfCells(row.values, width); written != key)
            m_written.emplace(key, std::move(written));
        if (!cells[width])
            continue;
        m_missing += *cells[width] == "missing" ? 1 : 0;
        differing.push_back(row);
        keys.push_back(std::move(key));
    }
    m_seen += static_cast<std::int64_t>(rows.size());
    auto told = tell(differing, keys);
    step();
    return told;
}

/// Names the row with a value that no column of that type can hold, by halving: the server only tells of the value.
Error FoldComparison::misfit(std::span<const ProjectedRow> rows, Error error) const
{
    while (rows.size() > 1) {
        const auto half = rows.first(rows.size() / 2);
        m_sides.expected.sql = m_relation.of(half);
        const auto tried =
            m_sides.begin().and_then([this] { return m_sides.actualReader->query(foldComparisonSql(m_sides)); });
        if (!tried && tried.error().kind != ErrorKind::InvalidData)
            return error;
        rows = tried ? rows.subspan(half.size()) : half;
    }
    return {ErrorKind::InvalidData,
            fmt::format("What the log makes of the row {} does not fit table {}",
                        shownKey(keyOfCells(rows.front().values, m_sides.plan.key.size())), m_check.actual.table),
            error.why.empty() ? error.what : error.why, "See which expression of the declared projection writes it.",
            false};
}

Result<void> FoldComparison::tell(std::span<const ProjectedRow> rows, std::span<const RowKey> keys)
{
    for (std::size_t begin = 0; begin < keys.size() && m_compared.complete; begin += rowsToldAtOnce) {
        const auto count = std::min(rowsToldAtOnce, keys.size() - begin);
        m_sides.expected.sql = m_relation.of(rows.subspan(begin, count));
        auto some = readByKeys(m_sides.plan, m_sides.expectedSide(), m_sides.actualSide(), keys.subspan(begin, count));
        if (!some)
            return tl::unexpected(some.error());
        add(*std::move(some));
    }
    return {};
}

void FoldComparison::add(std::vector<RowDifference> rows)
{
    for (auto& row : rows)
        if (!isSame(row) && !isEnough(0))
            m_compared.differences.push_back(std::move(row));
    m_compared.complete = m_compared.complete && !isEnough(0);
}

/// Rows of the table that the fold has not.
Result<void> FoldComparison::findExtra()
{
    const auto keys = extraKeys();
    if (!keys)
        return tl::unexpected(keys.error());
    m_sides.expected.sql = m_relation.of({});
    auto rows = readByKeys(m_sides.plan, m_sides.expectedSide(), m_sides.actualSide(), *keys);
    if (!rows)
        return tl::unexpected(rows.error());
    add(*std::move(rows));
    return {};
}

Result<std::vector<RowKey>> FoldComparison::extraKeys()
{
    auto& reader = *m_sides.actualReader;
    if (auto opened = reader.openStream("SELECT " + joined(keyTexts(m_sides.plan, ComparedSide::Actual), ", ") +
                                        " FROM " + m_sides.actual.sql + " AS r");
        !opened)
        return tl::unexpected(opened.error());
    std::vector<RowKey> keys;
    std::string_view line;
    while (!isEnough(keys.size())) {
        const auto more = reader.nextLine(line);
        if (!more)
            return tl::unexpected(more.error());
        if (!*more)
            return keys;
        RowKey key = keyOfCells(copyCells(line), m_sides.plan.key.size());
        if (!m_rows.contains(writtenAs(m_written, key)))
            keys.push_back(std::move(key));
    }
    m_compared.complete = false;
    reader.closeStream(); // and its snapshot with it
    return m_sides.begin().map([&] { return std::move(keys); });
}

} // namespace projectionist
