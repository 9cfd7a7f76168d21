// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/reconcile/twostores.h"

#include "backend/store/copyline.h"

#include <algorithm>

namespace projectionist {

namespace {

/// Behind so many rows an interrupted comparison goes on.
constexpr std::int64_t rowsAStep = 10'000;

} // namespace

/// One side's rows, one at a time. Cells are taken out of a row only if somebody needs them.
class StreamComparison::RowStream
{
public:
    RowStream(const SideReader& side, std::size_t keySize) : m_side(side), m_keySize(keySize) {}
    ~RowStream() { m_side.reader.closeStream(); }
    RowStream(const RowStream&) = delete;
    RowStream& operator=(const RowStream&) = delete;

    /// Behind a key; nullptr: from the first one.
    Result<void> open(const ComparisonPlan& plan, const RowKey* last)
    {
        return m_side.reader.openStream(selectRows(plan, m_side.shape, m_side.side) +
                                        (last ? " WHERE " + behindKey(plan, m_side.side, *last) : std::string()) +
                                        orderByKey(plan, m_side.side));
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
    /// How many rows there were before the one that is looked at.
    [[nodiscard]] std::int64_t passed() const { return m_rows - (m_atEnd ? 0 : 1); }
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

/// Both streams of one pair of snapshots. What they bring becomes the comparison's own after each step.
class StreamComparison::Merge
{
public:
    explicit Merge(StreamComparison& whole)
        : m_whole(whole)
        , m_plan(whole.m_plan)
        , m_expected(whole.m_expected, m_plan.key.size())
        , m_actual(whole.m_actual, m_plan.key.size())
        , m_expectedBefore(whole.m_compared.expectedRows)
        , m_actualBefore(whole.m_compared.actualRows)
    {
    }

    Result<CheckStep> run()
    {
        if (const auto opened = open(); !opened)
            return tl::unexpected(opened.error());
        auto stop = whenToStop();
        for (std::int64_t steps = 1; !m_expected.atEnd() || !m_actual.atEnd(); ++steps) {
            const bool stops = steps == stop;
            if (const auto taken = take(stops); !taken)
                return tl::unexpected(taken.error());
            if (m_whole.m_compared.differences.size() + m_found.size() > m_whole.m_most) {
                m_found.pop_back();
                m_whole.m_compared.complete = false;
                break;
            }
            if (!stops || (m_expected.atEnd() && m_actual.atEnd()))
                continue;
            keep();
            if (const auto step = m_whole.m_pace.step(m_whole.progress()); step != CheckStep::GoOn)
                return step;
            stop = steps + whenToStop();
        }
        keep();
        return CheckStep::GoOn;
    }

private:
    Result<void> open()
    {
        const auto* const last = m_whole.m_last ? &*m_whole.m_last : nullptr;
        for (auto* reader : {&m_whole.m_expected.reader, &m_whole.m_actual.reader})
            if (auto limited = limitStatements(*reader, m_whole.m_pace); !limited)
                return limited;
        for (auto* stream : {&m_expected, &m_actual})
            if (auto opened = stream->open(m_plan, last).and_then([&] { return stream->next(); }); !opened)
                return opened;
        return {};
    }

    /// In how many rows; a budget of rows ends where it says.
    [[nodiscard]] std::int64_t whenToStop() const
    {
        const auto& budget = m_whole.m_pace.budget().rows;
        if (!budget || m_whole.m_counted)
            return rowsAStep;
        const auto rows = std::max(m_whole.m_compared.expectedRows, m_whole.m_compared.actualRows);
        return std::clamp<std::int64_t>(*budget - rows, 1, rowsAStep);
    }

    /// The next key, which is kept in mind if one may stop behind it.
    Result<void> take(bool stops)
    {
        const bool both = !m_expected.atEnd() && !m_actual.atEnd();
        int order = m_expected.atEnd() ? 1 : -1;
        // Rows that read alike are alike, whatever is in them: most rows end here.
        if (both && m_expected.line() == m_actual.line()) {
            order = 0;
        } else if (both) {
            order = m_plan.compareKeys(m_expected.key(), m_actual.key());
            if (order == 0)
                add({m_expected.key(), m_expected.cells(), m_actual.cells(), {}, DriftState::Pending});
        }
        if (order < 0)
            add({m_expected.key(), m_expected.cells(), {}, {}, DriftState::Pending});
        if (order > 0)
            add({m_actual.key(), {}, m_actual.cells(), {}, DriftState::Pending});
        if (stops)
            m_last = order > 0 ? m_actual.key() : m_expected.key();
        auto done = order <= 0 ? m_expected.next() : Result<void>{};
        return done && order >= 0 ? m_actual.next() : done;
    }

    void add(RowDifference row)
    {
        leaveOutYoung(m_plan, row);
        if (row.expected && row.actual)
            row.differing = m_plan.differing(*row.expected, *row.actual);
        if (!isSame(row))
            m_found.push_back(std::move(row));
    }

    void keep()
    {
        auto& compared = m_whole.m_compared;
        compared.expectedRows = m_expectedBefore + m_expected.passed();
        compared.actualRows = m_actualBefore + m_actual.passed();
        std::move(m_found.begin(), m_found.end(), std::back_inserter(compared.differences));
        m_found.clear();
        m_whole.m_last = m_last;
    }

    StreamComparison& m_whole;
    const ComparisonPlan& m_plan;
    RowStream m_expected;
    RowStream m_actual;
    const std::int64_t m_expectedBefore;
    const std::int64_t m_actualBefore;
    std::optional<RowKey> m_last;
    std::vector<RowDifference> m_found;
};

StreamComparison::StreamComparison(const ComparisonPlan& plan, const SideReader& expected, const SideReader& actual,
                                   std::size_t most, CheckPace& pace)
    : m_plan(plan), m_expected(expected), m_actual(actual), m_most(most), m_pace(pace)
{
}

Result<CheckStep> StreamComparison::goOn()
{
    return Merge(*this).run();
}

std::string StreamComparison::rest() const
{
    return m_last ? "behind " + shownKey(*m_last) : std::string();
}

CheckProgress StreamComparison::progress() const
{
    CheckProgress now =
        m_counted.value_or(CheckProgress{m_compared.expectedRows, m_compared.actualRows,
                                         std::max(m_expected.shape.estimatedRows, m_actual.shape.estimatedRows), 0});
    now.differences += m_compared.differences.size();
    return now;
}

Result<Compared> compareStreams(const ComparisonPlan& plan, const SideReader& expected, const SideReader& actual,
                                std::size_t most, const Clock& clock)
{
    CheckPace pace(clock);
    StreamComparison comparison(plan, expected, actual, most, pace);
    return comparison.goOn().map([&](CheckStep) { return comparison.found(); });
}

} // namespace projectionist
