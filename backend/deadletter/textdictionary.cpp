// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/textdictionary.h"

#include "backend/deadletter/hash.h"

#include <cstring>

namespace projectionist {

namespace {

constexpr std::size_t chunkBytes = 16'384;
constexpr std::string_view cutMark = "…";

/// Not within a character of UTF-8.
std::string_view shortened(std::string_view text)
{
    std::size_t end = TextDictionary::longestText - cutMark.size();
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
        --end;
    return text.substr(0, end);
}

bool sameText(std::string_view kept, std::string_view text, bool cut)
{
    return cut ? kept.size() == text.size() + cutMark.size() && kept.starts_with(text) && kept.ends_with(cutMark)
               : kept == text;
}

} // namespace

TextDictionary::Wanted TextDictionary::wanted(std::string_view text)
{
    const bool cut = text.size() > longestText;
    if (cut)
        text = shortened(text);
    return {text, cut, static_cast<std::uint32_t>(hashOf(text, cut ? 1 : 0))};
}

std::size_t TextDictionary::slotOf(const Wanted& wanted) const
{
    const std::size_t mask = m_slots.size() - 1;
    std::size_t slot = wanted.hash & mask;
    for (; m_slots[slot] != 0; slot = (slot + 1) & mask) {
        const std::uint32_t code = m_slots[slot] - 1;
        if (m_hashes[code] == wanted.hash && sameText(m_texts[code], wanted.text, wanted.cut))
            break;
    }
    return slot;
}

std::uint32_t TextDictionary::codeOf(std::string_view text)
{
    if (m_last < m_texts.size() && m_texts[m_last] == text)
        return m_last;
    if (2 * m_texts.size() >= m_slots.size())
        grow();
    const Wanted looked = wanted(text);
    const std::size_t slot = slotOf(looked);
    if (m_slots[slot] == 0) {
        m_texts.push_back(keep(looked.text, looked.cut));
        m_hashes.push_back(looked.hash);
        m_slots[slot] = static_cast<std::uint32_t>(m_texts.size());
    }
    m_last = m_slots[slot] - 1;
    return m_last;
}

std::optional<std::uint32_t> TextDictionary::find(std::string_view text) const
{
    if (m_slots.empty())
        return std::nullopt;
    const std::uint32_t taken = m_slots[slotOf(wanted(text))];
    return taken == 0 ? std::nullopt : std::optional(taken - 1);
}

std::string_view TextDictionary::keep(std::string_view text, bool cut)
{
    const std::size_t size = text.size() + (cut ? cutMark.size() : 0);
    if (size > m_left) {
        m_chunks.push_back(std::make_unique_for_overwrite<char[]>(chunkBytes));
        m_left = chunkBytes;
        m_chunkBytes += chunkBytes;
    }
    char* at = m_chunks.empty() ? nullptr : m_chunks.back().get() + (chunkBytes - m_left);
    if (!text.empty())
        std::memcpy(at, text.data(), text.size());
    if (cut)
        std::memcpy(at + text.size(), cutMark.data(), cutMark.size());
    m_left -= size;
    return {at, size};
}

void TextDictionary::grow()
{
    m_slots.assign(m_slots.empty() ? 64 : 2 * m_slots.size(), 0);
    const std::size_t mask = m_slots.size() - 1;
    for (std::uint32_t code = 0; code < m_texts.size(); ++code) {
        std::size_t slot = m_hashes[code] & mask;
        while (m_slots[slot] != 0)
            slot = (slot + 1) & mask;
        m_slots[slot] = code + 1;
    }
}

std::size_t TextDictionary::bytes() const
{
    return m_chunkBytes + m_texts.capacity() * sizeof(std::string_view) +
           (m_hashes.capacity() + m_slots.capacity()) * sizeof(std::uint32_t);
}

} // namespace projectionist
