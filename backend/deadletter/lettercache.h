// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/deadletter/lettersource.h"

#include <list>
#include <unordered_map>

namespace projectionist {

/// Letters that were fetched, the least recently used of which give way when their bytes exceed a bound. One thread.
class LetterCache
{
public:
    explicit LetterCache(std::size_t mostBytes) : m_mostBytes(mostBytes) {}

    /// A letter that exceeds the bound by itself is kept until the next one.
    void put(std::size_t row, StoredLetter letter);
    /// nullptr: not there. Valid until the next put() or remove().
    [[nodiscard]] const StoredLetter* find(std::size_t row);
    void remove(std::size_t row);
    [[nodiscard]] std::size_t bytes() const { return m_bytes; }
    [[nodiscard]] std::size_t size() const { return m_letters.size(); }

private:
    struct Entry
    {
        std::size_t row;
        std::size_t bytes;
        StoredLetter letter;
    };
    using Letters = std::list<Entry>;
    void erase(Letters::iterator entry);

    std::size_t m_mostBytes;
    std::size_t m_bytes = 0;
    Letters m_letters; ///< most recently used first
    std::unordered_map<std::size_t, Letters::iterator> m_rows;
};

} // namespace projectionist
