// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/hops.h"

#include "backend/deadletter/characters.h"

#include <algorithm>
#include <bit>

namespace projectionist {

namespace {

enum Group : std::size_t
{
    OriginGroup,
    FailureGroup,
    ProgressGroup
};

/// Spring writes these three independently of each other; all others write a hop's headers together.
Group groupOf(HeaderRole role)
{
    switch (role) {
    case HeaderRole::Exception:
    case HeaderRole::Cause:
    case HeaderRole::Message:
    case HeaderRole::CauseMessage:
    case HeaderRole::StackTrace:
    case HeaderRole::KeyException:
    case HeaderRole::KeyMessage:
    case HeaderRole::KeyStackTrace:
        return FailureGroup;
    case HeaderRole::Attempts:
    case HeaderRole::NextAttempt:
        return ProgressGroup;
    default:
        return OriginGroup;
    }
}

constexpr std::uint64_t bitOf(std::size_t position)
{
    return std::uint64_t{1} << position;
}

template<typename Visit>
void forEachBit(std::uint64_t bits, const Visit& visit)
{
    for (; bits != 0; bits &= bits - 1)
        visit(static_cast<std::size_t>(std::countr_zero(bits)));
}

/// Whether a topic is by its name one for events that failed before.
bool isFailureTopic(std::string_view topic)
{
    constexpr std::array<std::string_view, 6> words{"dlt", "dlq", "dead", "retry", "error", "poison"};
    std::string lower(topic.substr(0, 249));
    std::transform(lower.begin(), lower.end(), lower.begin(), lowerCase);
    return std::any_of(words.begin(), words.end(),
                       [&lower](auto word) { return lower.find(word) != std::string::npos; });
}

} // namespace

bool HopFinder::sameNames(std::span<const RawHeader> headers, std::string_view table)
{
    const auto same = [&] {
        if (m_hops.size() > 1 || headers.size() != m_nameEnds.size() || table != m_lastTable)
            return false;
        std::size_t begin = 0;
        for (std::size_t i = 0; i < headers.size(); begin = m_nameEnds[i++])
            if (headers[i].name != std::string_view(m_names).substr(begin, m_nameEnds[i] - begin))
                return false;
        return true;
    };
    if (same())
        return true;
    m_names.clear();
    m_nameEnds.clear();
    for (const auto& header : headers) {
        m_names += header.name;
        m_nameEnds.push_back(m_names.size());
    }
    m_lastTable = table;
    return false;
}

void HopFinder::find(std::span<const RawHeader> headers, std::string_view table)
{
    if (sameNames(headers, table))
        return;
    m_hits.clear();
    m_hops.clear();
    m_general = {};
    forEachBit(m_touched, [this](std::size_t family) {
        m_present[family] = 0;
        m_reading[family] = {};
    });
    m_touched = 0;
    collect(headers, table);
    matchFamilies();
    layOut();
    order(headers);
}

void HopFinder::collect(std::span<const RawHeader> headers, std::string_view table)
{
    const auto tableFamily = table.empty() ? std::nullopt : m_table.familyOf(table);
    for (std::uint32_t i = 0; i < headers.size(); ++i) {
        for (const auto& row : m_table.rowsOf(headers[i].name))
            if (row.family == HeaderTable::general || !m_table.families()[row.family].rules.table)
                addRow(row, i);
        if (!tableFamily)
            continue;
        m_column = columnKey(headers[i].name.substr(0, 128));
        for (const auto& row : m_table.rowsOf(m_column))
            if (row.family == *tableFamily)
                addRow(row, i);
    }
}

void HopFinder::addRow(const TableRow& row, std::uint32_t header)
{
    if (row.family == HeaderTable::general) {
        auto& source = m_general[static_cast<std::size_t>(row.row.role)];
        if (!source || row.bit <= source.row->bit) // the last of the same name, but the name that says most
            source = {&row, header};
        return;
    }
    m_touched |= bitOf(row.family);
    m_present[row.family] |= bitOf(row.bit);
    m_hits.push_back({&row, header});
}

void HopFinder::matchFamilies()
{
    m_matched = 0;
    forEachBit(m_touched, [this](std::size_t family) {
        for (const auto marker : m_table.families()[family].markers)
            if ((m_present[family] & marker) == marker)
                m_matched |= bitOf(family);
    });
    if (m_matched != m_touched)
        std::erase_if(m_hits, [this](const HeaderHit& hit) { return (m_matched & bitOf(hit.row->family)) == 0; });
}

/// A header that its block has already begins the next block.
void HopFinder::number(HeaderHit& hit)
{
    const auto& row = *hit.row;
    const bool spring = m_table.families()[row.family].rules.repeats == Repeats::Spring;
    auto& reading = m_reading[row.family][spring ? groupOf(row.row.role) : OriginGroup];
    const std::uint64_t bit = bitOf(row.bit);
    // Spring writes the class first and leaves out what is null: what stands before it is of an older failure.
    const bool stale = spring && row.row.role == HeaderRole::Exception && reading.failure;
    if (reading.blocks == 0 || (reading.present & bit) != 0 || stale) {
        const std::uint32_t blocks = reading.blocks + 1;
        reading = {0, blocks, false};
    }
    reading.present |= bit;
    reading.failure = reading.failure || row.row.role == HeaderRole::Cause || row.row.role == HeaderRole::Message ||
                      row.row.role == HeaderRole::StackTrace;
    hit.block = reading.blocks - 1;
}

void HopFinder::layOut()
{
    for (auto& hit : m_hits)
        number(hit);
    forEachBit(m_matched, [this](std::size_t family) {
        const auto& groups = m_reading[family];
        m_firstHop[family] = static_cast<std::uint32_t>(m_hops.size());
        m_hopCount[family] = std::max({groups[0].blocks, groups[1].blocks, groups[2].blocks});
        m_hops.resize(m_hops.size() + m_hopCount[family]);
        for (std::size_t i = m_firstHop[family]; i < m_hops.size(); ++i) {
            m_hops[i].family = static_cast<std::uint8_t>(family);
            m_hops[i].order = -1;
        }
    });
    for (const auto& hit : m_hits) {
        const auto& row = *hit.row;
        const auto repeats = m_table.families()[row.family].rules.repeats;
        const std::uint32_t count = m_hopCount[row.family];
        std::uint32_t hop = hit.block;
        if (repeats == Repeats::Prepended)
            hop = count - 1 - hop;
        else if (repeats == Repeats::Spring && groupOf(row.row.role) != OriginGroup)
            hop += count - m_reading[row.family][groupOf(row.row.role)].blocks; // what is replaced is of the newest
        auto& sources = m_hops[m_firstHop[row.family] + hop];
        if (sources.order < 0)
            sources.order = hit.header;
        auto& source = sources.roles[static_cast<std::size_t>(row.row.role)];
        if (!source || row.bit < source.row->bit)
            source = {&row, hit.header};
    }
}

/// Families append behind what is there, so the order of headers is the order of hops. One that prepends is older than
/// those, unless its event came out of a topic of failed events and theirs did not.
void HopFinder::order(std::span<const RawHeader> headers)
{
    if (m_hops.size() < 2)
        return;
    constexpr std::int64_t behindAll = std::int64_t{1} << 40;
    const auto topicOf = [headers](const HopSources& hop) {
        const auto& source = hop[HeaderRole::OriginTopic];
        return source && headers[source.header].value ? *headers[source.header].value : std::string_view();
    };
    bool appendedFromFailures = false;
    for (const auto& hop : m_hops)
        if (m_table.families()[hop.family].rules.repeats != Repeats::Prepended)
            appendedFromFailures = appendedFromFailures || isFailureTopic(topicOf(hop));
    for (auto& hop : m_hops) {
        if (m_table.families()[hop.family].rules.repeats != Repeats::Prepended)
            continue;
        const bool newer = !appendedFromFailures && isFailureTopic(topicOf(hop));
        hop.order = (newer ? behindAll : -1) - hop.order;
    }
    std::stable_sort(m_hops.begin(), m_hops.end(),
                     [](const HopSources& a, const HopSources& b) { return a.order < b.order; });
}

RoleSource HopFinder::newest(HeaderRole role) const
{
    for (auto hop = m_hops.rbegin(); hop != m_hops.rend(); ++hop)
        if ((*hop)[role])
            return (*hop)[role];
    return {};
}

RoleSource HopFinder::oldest(HeaderRole role) const
{
    for (const auto& hop : m_hops)
        if (hop[role])
            return hop[role];
    return {};
}

} // namespace projectionist
