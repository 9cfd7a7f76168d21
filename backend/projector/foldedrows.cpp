// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/projector/foldedrows.h"

#include "backend/core/format.h"

#include <cstring>
#include <fmt/format.h>

namespace projectionist {

namespace {

/// Of a row in the map, beside its texts.
constexpr std::size_t overhead = 120;
constexpr std::uint32_t nullSize = 0xffffffff;

void pack(const std::string* text, std::string& packed)
{
    const std::uint32_t size = text ? static_cast<std::uint32_t>(text->size()) : nullSize;
    packed.append(reinterpret_cast<const char*>(&size), sizeof size);
    if (text)
        packed += *text;
}

/// The next text; false: it is NULL.
bool unpack(std::string_view& packed, std::string_view& text)
{
    std::uint32_t size = 0;
    std::memcpy(&size, packed.data(), sizeof size);
    packed.remove_prefix(sizeof size);
    if (size == nullSize)
        return false;
    text = packed.substr(0, size);
    packed.remove_prefix(size);
    return true;
}

std::string packedKey(const FoldKey& key)
{
    if (key.size() == 1)
        return key.front();
    std::string packed;
    for (const auto& value : key)
        pack(&value, packed);
    return packed;
}

void unpackRow(std::string_view packed, ProjectedRow& row)
{
    row.exists = !packed.empty();
    std::size_t at = 0;
    for (std::string_view text; !packed.empty(); ++at) {
        if (at == row.values.size())
            row.values.emplace_back();
        if (!unpack(packed, text))
            row.values[at].reset();
        else if (row.values[at])
            row.values[at]->assign(text);
        else
            row.values[at].emplace(text);
    }
    row.values.resize(at);
}

} // namespace

void FoldedRows::get(const FoldKey& key, ProjectedRow& row)
{
    const auto [at, isNew] = m_rows.try_emplace(packedKey(key));
    m_last = at;
    if (isNew)
        m_bytes += overhead + at->first.size();
    unpackRow(at->second.packed, row);
}

Result<void> FoldedRows::put(const ProjectedRow& row, std::uint16_t partition)
{
    auto& entry = m_last->second;
    entry.partition = partition;
    m_existing -= entry.packed.empty() ? 0 : 1;
    m_bytes -= entry.packed.size();
    entry.packed.clear();
    for (const auto& value : row.values)
        pack(value ? &*value : nullptr, entry.packed);
    m_existing += entry.packed.empty() ? 0 : 1;
    m_bytes += entry.packed.size();
    if (m_bytes <= m_mostBytes)
        return {};
    return tl::unexpected(Error{ErrorKind::Resource, "The log makes more rows than fit into memory",
                                fmt::format("{} rows take up {} MiB already",
                                            formatNumber(static_cast<std::int64_t>(m_existing)), m_mostBytes >> 20U),
                                "Compare this read model with a store instead: kind = \"rows\".", false});
}

std::optional<std::uint16_t> FoldedRows::partition() const
{
    return m_last->second.partition;
}

bool FoldedRows::contains(const FoldKey& key) const
{
    const auto found = m_rows.find(packedKey(key));
    return found != m_rows.end() && !found->second.packed.empty();
}

std::vector<ProjectedRow> FoldedRows::next(std::size_t most)
{
    if (!m_begun)
        m_next = m_rows.begin();
    m_begun = true;
    std::vector<ProjectedRow> rows;
    for (; m_next != m_rows.end() && rows.size() < most; ++m_next)
        if (!m_next->second.packed.empty())
            unpackRow(m_next->second.packed, rows.emplace_back());
    return rows;
}

} // namespace projectionist
