// SPDX-FileCopyrightText: 2026 The Projectionist authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace projectionist {

/// Gives texts numbers, 0, 1, 2, ...: the same to the same text, for good. One thread.
class TextDictionary
{
public:
    /// Bytes; longer texts are kept up to here, with "…" at the end, and count as the same beyond.
    static constexpr std::size_t longestText = 1024;

    std::uint32_t codeOf(std::string_view text);
    [[nodiscard]] std::optional<std::uint32_t> find(std::string_view text) const;
    [[nodiscard]] std::string_view text(std::uint32_t code) const { return m_texts[code]; }
    [[nodiscard]] std::size_t size() const { return m_texts.size(); }
    [[nodiscard]] std::size_t bytes() const;

private:
    /// A text as it is looked for: shortened, without the mark.
    struct Wanted
    {
        std::string_view text;
        bool cut = false;
        std::uint32_t hash = 0;
    };
    [[nodiscard]] static Wanted wanted(std::string_view text);
    /// Where the text is, or would be.
    [[nodiscard]] std::size_t slotOf(const Wanted& wanted) const;
    [[nodiscard]] std::string_view keep(std::string_view text, bool cut);
    void grow();

    std::vector<std::string_view> m_texts; ///< into m_chunks
    std::vector<std::uint32_t> m_hashes;   ///< of each text
    std::vector<std::uint32_t> m_slots;    ///< code + 1; open addressing, a power of two
    std::vector<std::unique_ptr<char[]>> m_chunks;
    std::uint32_t m_last = 0; ///< code that was asked for last: texts come in runs
    std::size_t m_left = 0;   ///< bytes free in the last chunk
    std::size_t m_chunkBytes = 0;
};

} // namespace projectionist
