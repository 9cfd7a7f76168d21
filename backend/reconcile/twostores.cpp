// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/twostores.h"

#include "backend/store/copyline.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr std::int64_t rowsASign = 100'000;

/// One side's rows, one at a time. Cells are taken out of a row only if somebody needs them.
class RowStream
{
public:
    RowStream(const SideReader& side, std::size_t keySize) : m_side(side), m_keySize(keySize) {}
    ~RowStream() { m_side.reader.closeStream(); }
    RowStream(const RowStream&) = delete;
    RowStream& operator=(const RowStream&) = delete;

    Result<void> open(const ComparisonPlan& plan)
    {
        return m_side.reader.openStream(selectRows(plan, m_side.shape, m_side.side) + orderByKey(plan, m_side.side));
    }
    Result<void> next()
    {
        const auto more = m_side.reader.nextLine(m_line);
        if (!more)
            return tl::unexpected(more.error());
        m_atEnd = !*more;
        m_rows += m_atEnd ? 0 : 1;
        m_keyKnown = false;
        return {};
    }
    [[nodiscard]] bool atEnd() const { return m_atEnd; }
    [[nodiscard]] std::string_view line() const { return m_line; }
    [[nodiscard]] std::int64_t rows() const { return m_rows; }
    const RowKey& key()
    {
        if (!std::exchange(m_keyKnown, true)) {
            splitCopyLine(m_line, m_raw);
            m_key.clear();
            for (std::size_t i = 0; i < m_keySize; ++i)
                m_key.push_back(copyCell(m_raw[i]).value_or(""));
        }
        return m_key;
    }
    [[nodiscard]] std::vector<Cell> cells() const
    {
        auto all = copyCells(m_line);
        all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(m_keySize));
        return all;
    }

private:
    const SideReader& m_side;
    const std::size_t m_keySize;
    std::string_view m_line;
    std::vector<std::string_view> m_raw;
    RowKey m_key;
    bool m_keyKnown = false;
    bool m_atEnd = false;
    std::int64_t m_rows = 0;
};

class Merge
{
public:
    Merge(const ComparisonPlan& plan, const SideReader& expected, const SideReader& actual, std::size_t most,
          const OnCheckProgress& progress)
        : m_plan(plan)
        , m_expected(expected, plan.key.size())
        , m_actual(actual, plan.key.size())
        , m_most(most)
        , m_progress(progress)
        , m_estimate(std::max(expected.shape.estimatedRows, actual.shape.estimatedRows))
    {
    }

    Result<Compared> run()
    {
        for (auto* stream : {&m_expected, &m_actual})
            if (const auto opened = stream->open(m_plan).and_then([&] { return stream->next(); }); !opened)
                return tl::unexpected(opened.error());
        while (!m_expected.atEnd() || !m_actual.atEnd()) {
            if (const auto done = step(); !done)
                return tl::unexpected(done.error());
            if (m_compared.differences.size() > m_most) {
                m_compared.differences.pop_back();
                m_compared.complete = false;
                break;
            }
        }
        tell();
        m_compared.expectedRows = m_expected.rows();
        m_compared.actualRows = m_actual.rows();
        return std::move(m_compared);
    }

private:
    Result<void> step()
    {
        const bool both = !m_expected.atEnd() && !m_actual.atEnd();
        int order = m_expected.atEnd() ? 1 : -1;
        // Rows that read alike are alike, whatever is in them: most rows end here.
        if (both && m_expected.line() == m_actual.line()) {
            order = 0;
        } else if (both) {
            order = m_plan.compareKeys(m_expected.key(), m_actual.key());
            if (order == 0)
                keep({m_expected.key(), m_expected.cells(), m_actual.cells(), {}, DriftState::Pending});
        }
        if (order < 0)
            keep({m_expected.key(), m_expected.cells(), {}, {}, DriftState::Pending});
        if (order > 0)
            keep({m_actual.key(), {}, m_actual.cells(), {}, DriftState::Pending});
        if (++m_steps % rowsASign == 0)
            tell();
        auto done = order <= 0 ? m_expected.next() : Result<void>{};
        return done && order >= 0 ? m_actual.next() : done;
    }

    void keep(RowDifference row)
    {
        leaveOutYoung(m_plan, row);
        if (row.expected && row.actual)
            row.differing = m_plan.differing(*row.expected, *row.actual);
        if (!isSame(row))
            m_compared.differences.push_back(std::move(row));
    }

    void tell() const
    {
        if (m_progress)
            m_progress({m_expected.rows(), m_actual.rows(), m_estimate, m_compared.differences.size()});
    }

    const ComparisonPlan& m_plan;
    RowStream m_expected;
    RowStream m_actual;
    const std::size_t m_most;
    const OnCheckProgress& m_progress;
    const std::int64_t m_estimate;
    std::int64_t m_steps = 0;
    Compared m_compared;
};

} // namespace

Result<Compared> compareStreams(const ComparisonPlan& plan, const SideReader& expected, const SideReader& actual,
                                std::size_t most, const OnCheckProgress& progress)
{
    return Merge(plan, expected, actual, most, progress).run();
}

} // namespace projectionist
