// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/headertable.h"

#include "backend/deadletter/characters.h"
#include "backend/deadletter/envelopes.h"
#include "backend/deadletter/hash.h"

#include <algorithm>
#include <bit>

namespace projectionist {

namespace {

constexpr std::size_t mostRows = 64; ///< of a family: a bit each

/// Names share their beginnings and ends; eight bytes of each and the length tell nearly all of them apart.
std::size_t nameHash(std::string_view name) noexcept
{
    std::uint64_t hash = name.size();
    if (name.size() >= 8) {
        hash ^= littleEndian64(name.data()) * 0x9e3779b97f4a7c15;
        hash = std::rotl(hash, 23) ^ littleEndian64(name.data() + name.size() / 2 - 4);
        hash = (hash * 0xc2b2ae3d27d4eb4f) ^ littleEndian64(name.data() + name.size() - 8);
    } else {
        for (const char c : name)
            hash = hash << 8 | static_cast<unsigned char>(c);
    }
    hash *= 0x9e3779b97f4a7c15;
    return hash ^ (hash >> 32);
}

template<typename Visit>
void forEachWord(std::string_view text, char separator, const Visit& visit)
{
    while (!text.empty()) {
        const auto end = std::min(text.find(separator), text.size());
        if (end > 0)
            visit(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

Error profileError(const HeaderProfile& profile, std::string why, std::string next)
{
    return {ErrorKind::Configuration, "The dead-letter profile \"" + profile.name + "\" cannot be used", std::move(why),
            std::move(next), false};
}

std::vector<std::uint64_t> markersOf(const HeaderFamily& family)
{
    std::vector<std::uint64_t> markers;
    forEachWord(family.markers, '|', [&](std::string_view set) {
        std::uint64_t bits = 0;
        forEachWord(set, ' ', [&](std::string_view name) {
            for (std::size_t i = 0; i < std::min(family.rows.size(), mostRows); ++i)
                if (family.rows[i].name == name)
                    bits |= std::uint64_t{1} << i;
        });
        if (bits != 0)
            markers.push_back(bits);
    });
    return markers;
}

} // namespace

std::string columnKey(std::string_view column)
{
    std::string key;
    for (const char c : column)
        if (c != '_' && c != '-' && c != ' ' && c != '|') // the last two stand between markers
            key += lowerCase(c);
    return key;
}

Result<std::unique_ptr<const HeaderTable>> HeaderTable::build(const std::vector<HeaderProfile>& profiles)
{
    std::unique_ptr<HeaderTable> table(new HeaderTable);
    for (const auto& family : builtinFamilies())
        if (auto added = table->add(family); !added)
            return tl::unexpected(added.error());
    for (const auto& profile : profiles)
        if (auto added = table->add(profile); !added)
            return tl::unexpected(added.error());
    table->index();
    return table;
}

Result<void> HeaderTable::add(const HeaderFamily& family)
{
    if (m_families.size() == mostFamilies || family.rows.size() > mostRows)
        return tl::unexpected(Error{ErrorKind::Configuration, "There are too many dead-letter profiles",
                                    "At most 64 families with 64 headers each can be told apart",
                                    "Remove profiles that are not used", false});
    m_families.push_back({family, markersOf(family)});
    for (std::size_t i = 0; i < family.rows.size(); ++i)
        m_rows.push_back(
            {family.rows[i], static_cast<std::uint8_t>(m_families.size() - 1), static_cast<std::uint8_t>(i)});
    return {};
}

Result<void> HeaderTable::add(const HeaderProfile& profile)
{
    HeaderFamily family{.id = keep(profile.name), .label = keep(profile.name), .rows = {}, .markers = {}};
    family.repeats = profile.repeats;
    family.stamp = profile.stamp;
    family.table = profile.table;
    auto& rows = m_ownRows.emplace_back();
    std::string markers;
    for (const auto& header : profile.headers) {
        const bool ofEvent = (header.role == HeaderRole::EventType || header.role == HeaderRole::EventId) &&
                             !isJsonPath(header.name); // the event's producer wrote no header of that name
        rows.push_back(
            {keep(profile.table ? columnKey(header.name) : header.name), header.role, header.encoding, ofEvent});
        if (profile.markers.empty())
            markers.append("|").append(rows.back().name);
    }
    if (!profile.like.empty()) {
        const auto like = familyOf(profile.like);
        if (!like || m_families[*like].rules.prefix.empty())
            return tl::unexpected(
                profileError(profile, "No family \"" + profile.like + "\" with a prefix is known",
                             "Use the id of one of the families with a prefix, for example \"connect\""));
        const HeaderFamily model = m_families[*like].rules;
        for (const auto& row : model.rows) {
            if (!row.name.starts_with(model.prefix))
                continue;
            const auto name = keep(profile.prefix + std::string(row.name.substr(model.prefix.size())));
            rows.push_back({name, row.role, row.encoding, row.ofEvent, row.bias});
            forEachWord(model.markers, '|', [&](std::string_view marker) {
                if (marker == row.name && profile.markers.empty())
                    markers.append("|").append(name);
            });
        }
        family.repeats = model.repeats;
        family.stamp = model.stamp;
        family.consumerPrefix = model.consumerPrefix;
        family.payloadMayBeMissing = model.payloadMayBeMissing;
    }
    for (const auto& marker : profile.markers)
        markers.append(markers.empty() ? "" : " ").append(profile.table ? columnKey(marker) : marker);
    family.rows = rows;
    family.markers = keep(std::move(markers));
    if (markersOf(family).empty())
        return tl::unexpected(profileError(profile, "It has no header by which its letters could be recognised",
                                           "Name at least one header, and only such markers as are among them"));
    return add(family);
}

std::string_view HeaderTable::keep(std::string text)
{
    return m_texts.emplace_back(std::move(text));
}

void HeaderTable::index()
{
    const auto rows = generalHeaders();
    for (std::size_t i = 0; i < rows.size(); ++i)
        m_rows.push_back({rows[i], general, static_cast<std::uint8_t>(i)});
    std::stable_sort(m_rows.begin(), m_rows.end(),
                     [](const TableRow& a, const TableRow& b) { return a.row.name < b.row.name; });
    m_slots.assign(std::bit_ceil(m_rows.size() * 4), {});
    for (std::uint32_t first = 0; first < m_rows.size();) {
        std::uint32_t end = first + 1;
        while (end < m_rows.size() && m_rows[end].row.name == m_rows[first].row.name)
            ++end;
        std::size_t slot = nameHash(m_rows[first].row.name) & (m_slots.size() - 1);
        while (m_slots[slot].count > 0)
            slot = (slot + 1) & (m_slots.size() - 1);
        m_slots[slot] = {first, end - first};
        first = end;
    }
}

std::span<const TableRow> HeaderTable::rowsOf(std::string_view name) const noexcept
{
    std::size_t slot = nameHash(name) & (m_slots.size() - 1);
    for (; m_slots[slot].count > 0; slot = (slot + 1) & (m_slots.size() - 1))
        if (m_rows[m_slots[slot].first].row.name == name)
            return {&m_rows[m_slots[slot].first], m_slots[slot].count};
    return {};
}

std::optional<std::uint8_t> HeaderTable::familyOf(std::string_view id) const noexcept
{
    for (std::size_t i = 0; i < m_families.size(); ++i)
        if (m_families[i].rules.id == id)
            return static_cast<std::uint8_t>(i);
    return std::nullopt;
}

} // namespace projectionist
