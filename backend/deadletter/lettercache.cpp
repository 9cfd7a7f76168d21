// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/lettercache.h"

namespace projectionist {

namespace {

std::size_t bytesOf(const StoredLetter& letter)
{
    std::size_t sum = sizeof letter + letter.record.id.topic.size() + letter.table.size();
    for (const auto* text : {&letter.record.key, &letter.record.value})
        sum += *text ? (*text)->size() : 0;
    for (const auto& header : letter.record.headers)
        sum += sizeof header + header.name.size() + (header.value ? header.value->size() : 0);
    return sum;
}

} // namespace

void LetterCache::put(std::size_t row, StoredLetter letter)
{
    remove(row);
    const std::size_t bytes = bytesOf(letter);
    m_letters.push_front({row, bytes, std::move(letter)});
    m_rows[row] = m_letters.begin();
    m_bytes += bytes;
    while (m_bytes > m_mostBytes && m_letters.size() > 1)
        erase(std::prev(m_letters.end()));
}

const StoredLetter* LetterCache::find(std::size_t row)
{
    const auto at = m_rows.find(row);
    if (at == m_rows.end())
        return nullptr;
    m_letters.splice(m_letters.begin(), m_letters, at->second);
    return &at->second->letter;
}

void LetterCache::remove(std::size_t row)
{
    if (const auto at = m_rows.find(row); at != m_rows.end())
        erase(at->second);
}

void LetterCache::erase(Letters::iterator entry)
{
    m_bytes -= entry->bytes;
    m_rows.erase(entry->row);
    m_letters.erase(entry);
}

} // namespace projectionist
