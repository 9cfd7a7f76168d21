// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/deadletter/letterrows.h"

#include <algorithm>

namespace projectionist {

namespace {

constexpr std::size_t blockRows = LetterColumn::blockRows;

} // namespace

void LetterRows::append(const Values& values, std::string_view key)
{
    if (m_marks.size() % blockRows == 0)
        m_left.push_back(0);
    for (std::size_t i = 0; i < letterValueCount; ++i)
        m_columns[i].append(values[i]);
    key = key.substr(0, longestKey);
    m_openKeys.insert(m_openKeys.end(), key.begin(), key.end());
    m_keyEnds.append(static_cast<std::int64_t>(m_openKeys.size()));
    m_marks.push_back(0);
    ++m_left.back();
    if (m_marks.size() % blockRows == 0)
        packKeys();
}

void LetterRows::packKeys()
{
    Keys keys{std::make_unique_for_overwrite<char[]>(m_openKeys.size()), static_cast<std::uint32_t>(m_openKeys.size())};
    std::copy(m_openKeys.begin(), m_openKeys.end(), keys.text.get());
    m_keys.push_back(std::move(keys));
    m_openKeys.clear();
}

std::string_view LetterRows::key(std::size_t row) const
{
    const std::size_t block = row / blockRows;
    const char* const text = block < m_keys.size() ? m_keys[block].text.get() : m_openKeys.data();
    if (!text)
        return {};
    const auto begin = row % blockRows == 0 ? 0 : m_keyEnds.at(row - 1);
    return {text + begin, static_cast<std::size_t>(m_keyEnds.at(row) - begin)};
}

bool LetterRows::remove(std::size_t row)
{
    if (removed(row))
        return false;
    m_marks[row] |= removedMark;
    ++m_removed;
    const std::size_t block = row / blockRows;
    if (--m_left[block] == 0 && block < m_keys.size()) {
        for (auto& column : m_columns)
            column.release(block);
        m_keyEnds.release(block);
        m_keys[block] = {};
    }
    return true;
}

void LetterRows::setState(std::size_t row, LetterState state)
{
    m_marks[row] = static_cast<std::uint8_t>((m_marks[row] & ~stateMask) | static_cast<std::uint8_t>(state));
}

std::size_t LetterRows::bytes() const
{
    std::size_t sum = m_keyEnds.bytes() + m_openKeys.capacity() + m_keys.capacity() * sizeof(Keys) +
                      m_marks.capacity() + m_left.capacity() * sizeof(std::uint16_t);
    for (const auto& column : m_columns)
        sum += column.bytes();
    for (const auto& keys : m_keys)
        sum += keys.size;
    return sum;
}

} // namespace projectionist
