// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterview.h"

#include <algorithm>
#include <numeric>

namespace projectionist {

namespace {

constexpr std::size_t turnRows = 4096;

/// A row and what it is sorted by: greater comes first.
struct Ranked
{
    std::int64_t rank;
    std::uint32_t row;
};

bool comesFirst(const Ranked& a, const Ranked& b)
{
    return a.rank != b.rank ? a.rank > b.rank : a.row > b.row;
}

/// For each code the place of its text among all texts; from 1 on.
std::vector<std::int64_t> ranksOf(const LetterIndex& index, std::size_t field)
{
    std::vector<std::uint32_t> codes(index.dictionarySize(field));
    std::iota(codes.begin(), codes.end(), 0);
    std::sort(codes.begin(), codes.end(), [&](std::uint32_t a, std::uint32_t b) {
        return index.dictionaryText(field, a) < index.dictionaryText(field, b);
    });
    std::vector<std::int64_t> ranks(codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i)
        ranks[codes[i]] = static_cast<std::int64_t>(i) + 1;
    return ranks;
}

/// Ranks of one column, read in turns.
class RankReader
{
public:
    RankReader(const LetterIndex& index, LetterOrder order)
        : m_index(index)
        , m_field(static_cast<std::size_t>(order.by))
        , m_descending(order.descending)
        , m_text(letterSchema().fields()[m_field].type == FilterType::Text ||
                 letterSchema().fields()[m_field].type == FilterType::Enumeration)
    {
        if (m_text)
            m_ranks = ranksOf(index, m_field);
    }

    /// Lowest where there is no value.
    std::span<const std::int64_t> read(FilterRows rows)
    {
        m_numbers.resize(rows.count);
        if (m_text) {
            const auto codes = m_index.codes(m_field, rows, m_codes);
            std::transform(codes.begin(), codes.end(), m_numbers.begin(),
                           [this](std::uint32_t code) { return code == absentCode ? absentNumber : m_ranks[code]; });
        } else {
            const auto numbers = m_index.numbers(m_field, rows, m_scratch);
            std::copy(numbers.begin(), numbers.end(), m_numbers.begin());
        }
        if (!m_descending)
            for (auto& number : m_numbers)
                number = number == absentNumber ? absentNumber : -number;
        return m_numbers;
    }

private:
    const LetterIndex& m_index;
    const std::size_t m_field;
    const bool m_descending;
    const bool m_text;
    std::vector<std::int64_t> m_ranks;
    std::vector<std::uint32_t> m_codes;
    std::vector<std::int64_t> m_numbers;
    std::vector<std::int64_t> m_scratch;
};

/// Calls `take` with every row that is there, passes, and is of the group.
template<typename Take>
void forEachRow(const LetterIndex& index, const FilterResult* result, std::optional<std::uint32_t> group,
                bool withResolved, Take take)
{
    const auto marks = index.rows().marks();
    const auto skipped = LetterRows::skippedMarks(withResolved);
    const auto groups = index.groups().groups();
    const std::size_t end = result ? std::min(result->rowCount(), index.rowCount()) : index.rowCount();
    std::vector<std::uint32_t> codes(turnRows);
    for (std::size_t first = 0; first < end; first += turnRows) {
        const FilterRows rows{first, std::min(turnRows, end - first)};
        if (group)
            index.rows().copy(LetterValue::Fingerprint, rows, codes.data());
        for (std::size_t i = 0; i < rows.count; ++i)
            if (!(marks[first + i] & skipped) && (!group || groups[codes[i]] == *group) &&
                (!result || result->verdict(first + i) == FilterVerdict::Yes))
                take(rows, i);
    }
}

template<typename Row, typename First>
void sortFront(std::vector<Row>& rows, std::size_t most, First first)
{
    if (most < rows.size()) {
        std::nth_element(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(most), rows.end(), first);
        rows.resize(most);
    }
    std::sort(rows.begin(), rows.end(), first);
}

std::vector<std::uint32_t> sortedByKey(const LetterIndex& index, bool descending, const FilterResult* result,
                                       std::optional<std::uint32_t> group, std::size_t most, bool withResolved)
{
    struct Keyed
    {
        std::string_view key;
        std::uint32_t row;
        bool absent;
    };
    std::vector<Keyed> found;
    forEachRow(index, result, group, withResolved, [&](FilterRows rows, std::size_t i) {
        const std::size_t row = rows.first + i;
        const bool absent = (index.rows().at(LetterValue::Flags, row) & NullKey) != 0;
        found.push_back({index.rows().key(row), static_cast<std::uint32_t>(row), absent});
    });
    sortFront(found, most, [descending](const Keyed& a, const Keyed& b) {
        if (a.absent != b.absent)
            return b.absent;
        if (const auto order = a.key <=> b.key; order != 0)
            return descending ? order > 0 : order < 0;
        return a.row > b.row;
    });
    std::vector<std::uint32_t> rows(found.size());
    std::transform(found.begin(), found.end(), rows.begin(), [](const Keyed& keyed) { return keyed.row; });
    return rows;
}

} // namespace

std::vector<std::uint32_t> sortedRows(const LetterIndex& index, LetterOrder order, const FilterResult* result,
                                      std::optional<std::uint32_t> group, std::size_t most, bool withResolved)
{
    if (order.by == LetterField::Key)
        return sortedByKey(index, order.descending, result, group, most, withResolved);
    RankReader reader(index, order);
    std::vector<Ranked> found;
    std::span<const std::int64_t> ranks;
    std::size_t read = std::numeric_limits<std::size_t>::max();
    forEachRow(index, result, group, withResolved, [&](FilterRows rows, std::size_t i) {
        if (std::exchange(read, rows.first) != rows.first)
            ranks = reader.read(rows);
        found.push_back({ranks[i], static_cast<std::uint32_t>(rows.first + i)});
    });
    sortFront(found, most, comesFirst);
    std::vector<std::uint32_t> rows(found.size());
    std::transform(found.begin(), found.end(), rows.begin(), [](const Ranked& ranked) { return ranked.row; });
    return rows;
}

std::vector<std::uint32_t> rowsFrom(const LetterIndex& index, std::size_t first, const FilterResult* result,
                                    std::optional<std::uint32_t> group, std::size_t most, bool withResolved)
{
    const LetterRows& rows = index.rows();
    const std::size_t end = result ? std::min(result->rowCount(), rows.size()) : rows.size();
    std::vector<std::uint32_t> found;
    const auto skipped = LetterRows::skippedMarks(withResolved);
    for (std::size_t row = first; row < end && found.size() < most; ++row)
        if (!(rows.marks()[row] & skipped) && (!result || result->verdict(row) == FilterVerdict::Yes) &&
            (!group || index.groupOf(row) == *group))
            found.push_back(static_cast<std::uint32_t>(row));
    return found;
}

} // namespace projectionist
